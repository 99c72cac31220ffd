import { expect, test } from "vitest";
import { createHandler } from "../../../functions/api/handler.ts";
import { functions } from "../../../infra/platform.ts";
import { createLedger } from "../../../shared/ledger/ledger.ts";
import type { Table, Write } from "../../../shared/ports.ts";
import { context } from "../api-world.ts";
import { createMoneyWorld, AT } from "../api/money-world.ts";
import { deal } from "../../../shared/records/deal.ts";
import { aDeal } from "../ledger-records.ts";

/** Lets through what the function's policy does, as IAM would: a removal takes DeleteItem, in a transaction, too. */
const withRights = (table: Table): Table => {
  const check = (writes: readonly Write[]) => {
    const mayRemove = functions.api.table?.includes("DeleteItem");
    if (!mayRemove && writes.some((write) => "remove" in write)) throw new Error("AccessDenied: dynamodb:DeleteItem");
  };
  return {
    ...table,
    async write(write, ...rest) {
      check([write]);
      return table.write(write, ...rest);
    },
    async transact(writes, ...rest) {
      check(writes);
      return table.transact(writes, ...rest);
    },
  };
};

test.each([
  ["/customers/cus_1", { email: "other@c.example" }],
  ["/customers/cus_1", { customer_key: "other" }],
  ["/partnerships/part_1", { email: "other@p.example" }],
  ["/deals/deal_1", { external_key: "other" }],
] as const)("PATCH %s %o needs no right that the API's function lacks", async (path, body) => {
  const world = await createMoneyWorld();
  const [{ key: group_key } = { key: "" }] = (
    (await world.list("/groups")).json as { data: { items: { key: string }[] } }
  ).data.items;
  const dated = { created_at: AT, updated_at: AT };
  await world.put(
    deal,
    aDeal({ key: "deal_1", partnership_key: "part_1", group_key, external_key: "crm_1", ...dated }),
  );
  const table = withRights(world.table);
  const { clock } = world;
  const api = createHandler({ ...world.ports, table, ledger: createLedger({ table, clock }) });
  const event = world.gatewayEvent("PATCH", `/api/v2${path}`, {});
  const principal = JSON.stringify({ program: "acme", kind: "key", id: "pk_1", permissions: [] });
  const answer = await api(
    {
      ...event,
      headers: { "content-type": "application/json" },
      requestContext: { ...event.requestContext, authorizer: { lambda: { principal } } },
      body: JSON.stringify(body),
    },
    context,
  );
  expect(`${answer.statusCode} ${answer.statusCode === 200 ? "" : answer.body}`).toBe("200 ");
});
