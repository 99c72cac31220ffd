import middy from "@middy/core";
import httpRouter from "@middy/http-router";
import type { APIGatewayProxyEventV2WithLambdaAuthorizer, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { createUseNotes } from "../../shared/access/note-use.ts";
import { mayCall, type Principal, principalSchema } from "../../shared/access/principal.ts";
import type { ApiDependencies } from "../../shared/api/dependencies.ts";
import { type Answer, failure, forbidden, notFound, unauthenticated } from "../../shared/api/envelope.ts";
import { answeredOnce, IDEMPOTENCY_HEADER } from "../../shared/api/idempotent.ts";
import { jsonBody } from "../../shared/api/json-body.ts";
import { openOperations, operations } from "../../shared/api/operations.ts";
import type { ApiRequest, OpenRequest } from "../../shared/api/request.ts";
import { type AnyRoute, canonicalPath, routes } from "../../shared/api/routes.ts";
import { derivedKey } from "../../shared/records/derived-key.ts";

type Event = APIGatewayProxyEventV2WithLambdaAuthorizer<{ readonly principal?: string }>;
type Result = APIGatewayProxyStructuredResultV2;

/** Answers HTTP API events (payload 2.0) that the authorizer let through. */
export function createHandler(dependencies: ApiDependencies) {
  const perform = performer(dependencies);
  const answered = async (route: AnyRoute, event: Event) =>
    perform(route, event).catch((error: unknown) => failure(error, dependencies.log));
  const router = httpRouter<Event, Result>({
    routes: routes.map((route) => ({
      method: route.method,
      path: route.path,
      handler: async (event: Event) => {
        const answer = await answered(route, event);
        dependencies.log.info("api.answered", { route: route.id, status: answer.status });
        return toResult(answer);
      },
    })),
    notFoundResponse() {
      throw notFound();
    },
  });
  return middy<Event, Result>()
    .before(({ event }) => {
      const { http } = event.requestContext;
      http.path = canonicalPath(http.path);
    })
    .onError((request) => {
      request.response = toResult(failure(request.error, dependencies.log));
    })
    .handler(router);
}

/** Carries out what a route does, for whoever may call it. */
function performer(dependencies: ApiDependencies): (route: AnyRoute, event: Event) => Promise<Answer> {
  const closed = operations(dependencies);
  const open = openOperations(dependencies);
  const noteUse = createUseNotes(dependencies);
  return async (route, event) => {
    const openly = open.get(route.id);
    if (openly !== undefined) return openly(openRequest(route, event));
    const principal = principalOf(event, dependencies.clock());
    const used = noteUse(principal);
    try {
      return await performFor(principal, route, event);
    } finally {
      await used;
    }
  };

  async function performFor(principal: Principal, route: AnyRoute, event: Event): Promise<Answer> {
    const perform = closed.get(route.id);
    if (perform === undefined) throw new Error(`the route ${route.id} leads to nothing`);
    // Before the body is looked at: who may not call learns nothing about calling. Where a permission is given for each
    // kind of record, the operation knows which kind it is about.
    if (!mayCall(principal, route)) throw forbidden();
    const asked = openRequest(route, event);
    const name = route.method === "POST" ? event.headers[IDEMPOTENCY_HEADER] : undefined;
    if (name === undefined) {
      const { newKey } = dependencies;
      return perform({ ...asked, principal, mark: newKey("req_"), newKey });
    }
    const asks = [route.id, JSON.stringify(asked.path), JSON.stringify(asked.query), event.body ?? ""];
    return answeredOnce(dependencies, { principal, name, asks }, (mark) =>
      perform({ ...asked, principal, ...repeatably(mark) }),
    );
  }
}

/** Keys that come out the same when the request is worked on again. */
function repeatably(mark: string): Pick<ApiRequest, "mark" | "newKey"> {
  let made = 0;
  return { mark, newKey: (prefix) => derivedKey(prefix, mark, String(made++)) };
}

function openRequest({ method }: AnyRoute, event: Event): OpenRequest {
  const { body, headers, isBase64Encoded, pathParameters, queryStringParameters, requestContext } = event;
  return {
    path: Object.fromEntries(Object.entries(pathParameters ?? {}).map(([name, value = ""]) => [name, decoded(value)])),
    query: queryStringParameters ?? {},
    body: method === "GET" ? undefined : jsonBody(headers["content-type"], body, isBase64Encoded),
    remoteIp: requestContext.http.sourceIp,
  };
}

/** What is no percent encoding stands for itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function principalOf({ requestContext }: Event, now: number): Principal {
  const text = requestContext.authorizer?.lambda?.principal;
  if (text === undefined) throw unauthenticated();
  const principal = principalSchema.parse(JSON.parse(text));
  // The gateway may still remember who it was when the credential expired.
  if (principal.expires_at !== undefined && principal.expires_at <= now) throw unauthenticated();
  return principal;
}

const toResult = ({ status, type, body, location, retryAfterSeconds, isReplayed = false }: Answer): Result => ({
  statusCode: status,
  // Answers are somebody's records, and no cache between us may keep them.
  headers: {
    "content-type": type,
    "cache-control": "no-store",
    ...(location !== undefined && { location }),
    ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
    ...(isReplayed && { "idempotency-replayed": "true" }),
  },
  body,
});
