import middy from "@middy/core";
import type { APIGatewayRequestAuthorizerEventV2, APIGatewaySimpleAuthorizerWithContextResult } from "aws-lambda";
import { authenticate } from "../../shared/access/authenticate.ts";
import type { Clock, Log, Table } from "../../shared/ports.ts";

type Result = APIGatewaySimpleAuthorizerWithContextResult<{ readonly principal?: string }>;

interface Dependencies {
  readonly table: Pick<Table, "get">;
  readonly clock: Clock;
  readonly log: Log;
}

/** Turns the `Authorization` header of a request into a principal, which the API function finds in the event. */
export const createHandler = ({ table, clock, log }: Dependencies) =>
  middy<APIGatewayRequestAuthorizerEventV2, Result>()
    .onError(({ error }) => {
      // The error alone: the event holds the credentials.
      log.error("authorizer.failed", { error: error ?? "unknown" });
    })
    .handler(async ({ headers }): Promise<Result> => {
      const principal = await authenticate({ table, clock }, headers?.["authorization"]);
      // Whoever is unknown is let through as nobody: the API refuses with the 401 that clients know, not the gateway's 403.
      return { isAuthorized: true, context: principal === undefined ? {} : { principal: JSON.stringify(principal) } };
    });
