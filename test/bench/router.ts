import { operations } from "../../shared/api/operations.ts";
import { createHandler } from "../../functions/api/handler.ts";
import { routes } from "../../shared/api/routes.ts";
import type { Principal } from "../../shared/access/principal.ts";
import { context, createWorld } from "../functional/api-world.ts";
import { atMost, bestCpuSeconds, type BenchLine } from "./lines.ts";

const ROUNDS = 5;
const REQUESTS = 5_000;
const PATH = "/api/v2/customers/cus_1";
const MOST_TIMES = 3;

/**
 * What a request costs behind the authorizer, beside a handler that does nothing but take the principal from the event, carry out the
 * operation and hand its answer over.
 */
export async function router(requests = REQUESTS): Promise<BenchLine> {
  const world = createWorld();
  await world.start();
  const handler = createHandler(world.ports);
  const perform = operations(world.ports).get("getCustomer");
  if (perform === undefined) throw new Error("there is a way to get a customer");
  const principal: Principal = { program: "acme", kind: "key", id: "pk_1", permissions: [], test: false };
  const event = () => {
    const plain = world.gatewayEvent("GET", PATH, {});
    const lambda = { principal: JSON.stringify(principal) };
    return { ...plain, headers: {}, requestContext: { ...plain.requestContext, authorizer: { lambda } } };
  };
  const bare = async (asked: ReturnType<typeof event>): Promise<number> => {
    const who = JSON.parse(asked.requestContext.authorizer.lambda.principal) as Principal;
    const request = { principal: who, path: { key: "cus_1" }, query: {}, body: undefined, remoteIp: "" };
    try {
      const { status } = await perform({ ...request, mark: "", newKey: () => "" });
      return status;
    } catch {
      return 404;
    }
  };
  const statuses = new Set<unknown>();
  const [routed = NaN, direct = NaN] = await bestCpuSeconds(
    ROUNDS,
    async () => {
      for (let count = 0; count < requests; count++) statuses.add((await handler(event(), context)).statusCode);
    },
    async () => {
      for (let count = 0; count < requests; count++) statuses.add(await bare(event()));
    },
  );
  return {
    name: `router and middleware, ${routes.length} routes`,
    figure: `${((routed / requests) * 1e6).toFixed(0)} us of CPU a request`,
    limit: `${((direct / requests) * 1e6).toFixed(0)} us: a bare handler`,
    ratio: routed / direct,
    goal: atMost(routed / direct, MOST_TIMES),
    exact: statuses.size === 1 && statuses.has(404),
  };
}
