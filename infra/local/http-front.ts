import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { ServerResponse } from "node:http";
import { AUTHORIZER_CACHE_SECONDS } from "../../shared/names.ts";
import type { FunctionPool } from "./function-pool.ts";
import { matchRoute, toEvent } from "./gateway-event.ts";
import { listen, type LocalServer } from "./listen.ts";
import { readBody } from "./read-body.ts";

/** API Gateway's limit on a request's body. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** As the gateway caches an authorizer's answers. */
const CACHE_MS = AUTHORIZER_CACHE_SECONDS * 1000;

interface FrontOptions {
  readonly api: FunctionPool;
  readonly authorizer: FunctionPool;
  readonly port: number;
  /** Called when a function did not answer; the caller has had a 500. */
  readonly onFailure: (name: "api" | "authorizer", error: Error) => void;
}

/** The HTTPS API's stand-in: turns requests into HTTP API events, payload 2.0, and answers with what the function says. */
export function startHttpFront({ api, authorizer, port, onFailure }: FrontOptions): Promise<LocalServer> {
  const telling =
    (name: "api" | "authorizer", pool: FunctionPool): Invoke =>
    async (event) => {
      try {
        return await pool.invoke(event);
      } catch (error) {
        onFailure(name, error instanceof Error ? error : new Error(String(error)));
        throw error;
      }
    };
  const perform = telling("api", api);
  const authorize = cachedAuthorizer(telling("authorizer", authorizer));
  return listen(async (request, response) => {
    // Joined rather than resolved: "//host/path" would be somebody else's address.
    const url = URL.parse(`http://127.0.0.1${request.url ?? "/"}`);
    if (url === null) return gatewayError(response, 400, "Bad Request");
    const matched = matchRoute(request.method ?? "GET", url.pathname);
    if (matched === undefined) return gatewayError(response, 404, "Not Found");
    const authorization = request.headers.authorization;
    if (matched.route.authorized && authorization === undefined) return gatewayError(response, 401, "Unauthorized");
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body === undefined) return gatewayError(response, 413, "Request Entity Too Large");
    try {
      const event = toEvent(request, url, matched, body);
      if (!matched.route.authorized) return answer(response, await perform(event));
      const verdict = await authorize(authorization ?? "", event);
      if (!verdict.isAuthorized) return gatewayError(response, 403, "Forbidden");
      const requestContext = { ...event.requestContext, authorizer: { lambda: verdict.context ?? {} } };
      answer(response, await perform({ ...event, requestContext }));
    } catch {
      gatewayError(response, 500, "Internal Server Error");
    }
  }, port);
}

type Invoke = FunctionPool["invoke"];

interface Verdict {
  readonly isAuthorized: boolean;
  readonly context?: object;
}

function cachedAuthorizer(invoke: Invoke) {
  const cache = new Map<string, { until: number; verdict: Verdict }>();
  return async (authorization: string, event: APIGatewayProxyEventV2): Promise<Verdict> => {
    const known = cache.get(authorization);
    if (known && known.until > Date.now()) return known.verdict;
    const { body: _body, isBase64Encoded: _base64, ...request } = event;
    const verdict = await invoke({
      ...request,
      type: "REQUEST",
      identitySource: [authorization],
      routeArn: "",
    });
    const isVerdict = typeof verdict === "object" && verdict !== null && "isAuthorized" in verdict;
    const found: Verdict = isVerdict
      ? {
          isAuthorized: verdict.isAuthorized === true,
          ...("context" in verdict && { context: Object(verdict.context) }),
        }
      : { isAuthorized: false };
    if (cache.size > 1000) cache.clear();
    cache.set(authorization, { until: Date.now() + CACHE_MS, verdict: found });
    return found;
  };
}

function answer(response: ServerResponse, result: unknown): void {
  // A bare value is the body of a 200, as the gateway has it.
  const full = isResult(result) ? result : { statusCode: 200, body: JSON.stringify(result) };
  const { statusCode = 200, headers = {}, body = "", isBase64Encoded = false } = full;
  const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  response
    .writeHead(statusCode, { "content-type": "application/json", ...plain })
    .end(Buffer.from(body, isBase64Encoded ? "base64" : "utf8"));
}

const isResult = (result: unknown): result is APIGatewayProxyStructuredResultV2 =>
  typeof result === "object" && result !== null && "statusCode" in result;

function gatewayError(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ message }));
}
