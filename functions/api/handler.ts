import middy from "@middy/core";
import httpRouter from "@middy/http-router";
import type { APIGatewayProxyEventV2WithLambdaAuthorizer, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { allowsSome, type Principal, principalSchema } from "../../shared/access/principal.ts";
import { type Answer, failure, forbidden, notFound, unauthenticated } from "../../shared/api/envelope.ts";
import { jsonBody } from "../../shared/api/json-body.ts";
import { type ApiDependencies, operations } from "../../shared/api/operations.ts";
import type { ApiRequest } from "../../shared/api/request.ts";
import { type Route, routes } from "../../shared/api/routes.ts";

type Event = APIGatewayProxyEventV2WithLambdaAuthorizer<{ readonly principal?: string }>;
type Result = APIGatewayProxyStructuredResultV2;

/** Answers HTTP API events (payload 2.0) that the authorizer let through. */
export function createHandler(dependencies: ApiDependencies) {
  const perform = operations(dependencies);
  const router = httpRouter<Event, Result>({
    routes: routes.map((route) => ({
      method: route.method,
      path: route.path,
      handler: async (event: Event) => toResult(await perform[route.id](toRequest(route, event))),
    })),
    notFoundResponse() {
      throw notFound();
    },
  });
  return middy<Event, Result>()
    .onError((request) => {
      request.response = toResult(failure(request.error, dependencies.log));
    })
    .handler(router);
}

function toRequest({ method, needs }: Route, event: Event): ApiRequest {
  const principal = principalOf(event);
  // Before the body is looked at: who may not call learns nothing about calling. Where a permission is given for each
  // kind of record, the operation knows which kind it is about.
  if (needs !== null && !allowsSome(principal, needs)) throw forbidden();
  const { body, headers, isBase64Encoded, pathParameters, queryStringParameters } = event;
  return {
    principal,
    path: pathParameters ?? {},
    query: queryStringParameters ?? {},
    body: method === "GET" ? undefined : jsonBody(headers["content-type"], body, isBase64Encoded),
  };
}

function principalOf({ requestContext }: Event): Principal {
  const text = requestContext.authorizer?.lambda?.principal;
  if (text === undefined) throw unauthenticated();
  return principalSchema.parse(JSON.parse(text));
}

const toResult = ({ status, type, body, location, retryAfterSeconds }: Answer): Result => ({
  statusCode: status,
  // Answers are somebody's records, and no cache between us may keep them.
  headers: {
    "content-type": type,
    "cache-control": "no-store",
    ...(location !== undefined && { location }),
    ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
  },
  body,
});
