import { createHandler } from "../../../functions/api/handler.ts";
import type { Principal } from "../../../shared/access/principal.ts";
import { context, type createWorld } from "../api-world.ts";

/** Calls the API as somebody whom the authorizer has let through. */
function callAs(world: ReturnType<typeof createWorld>, principal: Principal) {
  const api = createHandler(world.ports);
  return async (method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }> => {
    const event = world.gatewayEvent(method, path, {});
    const { requestContext } = event;
    const answer = await api(
      {
        ...event,
        headers: { "content-type": "application/json" },
        requestContext: { ...requestContext, authorizer: { lambda: { principal: JSON.stringify(principal) } } },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      },
      context,
    );
    return { status: answer.statusCode ?? 0, json: JSON.parse(answer.body ?? "null") };
  };
}

/** Calls it with a test key of the program. */
export const callWithTestKey = (world: ReturnType<typeof createWorld>, program: string) =>
  callAs(world, { program, kind: "key", id: "pk_test", permissions: [], test: true });
