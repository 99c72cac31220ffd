import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type Route, routes } from "../../shared/api/routes.ts";

/** A route of the API, and the parameters that a path gives it. */
export interface Matched {
  readonly route: Route;
  readonly parameters: Record<string, string>;
}

/** The route that a request is for. */
export function matchRoute(method: string, path: string): Matched | undefined {
  for (const route of routes) {
    if (route.method !== method) continue;
    const pattern = route.path.replace(/[.]/g, "\\.").replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
    const found = new RegExp(`^${pattern}$`).exec(path);
    if (!found) continue;
    const decoded = Object.entries(found.groups ?? {}).map(([name, value]) => [name, asText(value)]);
    return { route, parameters: Object.fromEntries(decoded) };
  }
  return undefined;
}

/** What is no percent encoding stands for itself. */
function asText(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A request as an HTTP API event, payload 2.0. */
export function toEvent(
  request: IncomingMessage,
  url: URL,
  { route, parameters }: Matched,
  body: Buffer,
): APIGatewayProxyEventV2 {
  // The gateway joins the values of a name that comes more than once.
  const names = [...new Set(url.searchParams.keys())];
  const query = Object.fromEntries(names.map((name) => [name, url.searchParams.getAll(name).join(",")]));
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(",") : (value ?? ""),
    ]),
  );
  const now = new Date();
  const isText =
    body.length === 0 ||
    /^(text\/|application\/(json|.*\+json|xml|javascript|x-www-form-urlencoded))/.test(
      headers["content-type"] ?? "application/json",
    );
  const routeKey = `${route.method} ${route.path}`;
  return {
    version: "2.0",
    routeKey,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers,
    ...(url.search !== "" && { queryStringParameters: query }),
    ...(Object.keys(parameters).length > 0 && { pathParameters: parameters }),
    requestContext: {
      accountId: "000000000000",
      apiId: "local",
      domainName: headers["host"] ?? "127.0.0.1",
      domainPrefix: "local",
      http: {
        method: route.method,
        path: url.pathname,
        protocol: "HTTP/1.1",
        sourceIp: request.socket.remoteAddress ?? "",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey,
      stage: "$default",
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: !isText,
  };
}
