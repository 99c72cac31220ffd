import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type GatewayRoute, gatewayRoutes } from "../../shared/api/routes.ts";

/** A route of the gateway, and what its path has for the proxy. */
export interface Matched {
  readonly route: GatewayRoute;
  readonly parameters: Record<string, string>;
}

const PROXY = "/{proxy+}";

/** The route that a request is for. */
export function matchRoute(method: string, path: string): Matched | undefined {
  for (const route of gatewayRoutes) {
    if (route.method !== "ANY" && route.method !== method) continue;
    if (route.path === path) return { route, parameters: {} };
    const base = route.path.slice(0, -PROXY.length);
    if (route.path.endsWith(PROXY) && path.startsWith(`${base}/`)) {
      return { route, parameters: { proxy: path.slice(base.length + 1) } };
    }
  }
  return undefined;
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
        method: request.method ?? "GET",
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
