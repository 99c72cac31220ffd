import { expect, test } from "vitest";
import { partnership } from "../../../shared/records/partnership.ts";
import { createWorld } from "../api-world.ts";
import { createKillSwitch } from "../../fakes/kill-switch.ts";
import { aPartner } from "../ledger-records.ts";

const FIVE_YEARS_S = 5 * 365 * 24 * 60 * 60;

/** What a repeated request may make once, by the kind of what it makes. */
const CASES = [
  { kind: "token", path: "/tokens", body: { partnership_key: "part_1", name: "mine" } },
  { kind: "key-pair", path: "/key-pairs", body: { name: "mine" } },
  { kind: "export", path: "/exports/base-records", body: { member_email: "ada@acme.example" } },
  { kind: "import", path: "/imports", body: { type: "partners", filename: "a.csv" } },
  {
    kind: "trigger",
    path: "/triggers",
    body: {
      name: "t",
      event: "customer_created",
      effects: [{ type: "reward", amount: 100, currency: "USD", description: "x" }],
    },
  },
] as const;

test.each(CASES)("a request for one more $kind that died is repeated to the same end", async ({ kind, path, body }) => {
  for (let step = 1; step < 10; step++) {
    const killSwitch = createKillSwitch();
    const world = createWorld({ killSwitch });
    const { basic: authorization } = await world.start();
    await world.put(partnership, aPartner({ key: "part_1" }));
    const count = () => world.table.items().filter((item) => item["_kind"] === kind).length;
    const before = count();
    const headers = { "idempotency-key": "once" };
    const ask = () => world.call("POST", `/api/v2${path}`, { authorization, headers, body });
    killSwitch.killAt(step);
    await ask().catch(() => undefined);
    killSwitch.revive();
    for (let again = 0; again < 3; again++) {
      world.clock.advance(31_000);
      await ask();
    }
    expect({ step, made: count() - before }).toEqual({ step, made: 1 });
  }
});

test.fails("a test of a webhook that died is repeated as the same delivery", async () => {
  for (let step = 1; step < 6; step++) {
    const killSwitch = createKillSwitch();
    const world = createWorld({ killSwitch });
    const { basic: authorization } = await world.start();
    const body = { target: "https://hooks.example/", events: ["customer.created"] };
    const made = await world.call("POST", "/api/v2/webhooks", { authorization, body });
    const { key } = (made.json as { data: { key: string } }).data;
    const headers = { "idempotency-key": "once" };
    const ask = () => world.call("POST", `/api/v2/webhooks/${key}/test`, { authorization, headers });
    killSwitch.killAt(step);
    await ask().catch(() => undefined);
    killSwitch.revive();
    world.clock.advance(31_000);
    expect((await ask()).status).toBe(200);
    const deliveries = world.table.items().filter((item) => item["_kind"] === "webhook_delivery");
    expect({ step, deliveries: deliveries.length }).toEqual({ step, deliveries: 1 });
  }
});

test("what is kept of a refused request is something that DynamoDB ever deletes", async () => {
  const world = createWorld();
  const { basic: authorization } = await world.start();
  const headers = { "idempotency-key": "refused" };
  const reply = await world.call("POST", "/api/v2/customers", { authorization, headers, body: {} });
  expect(reply.status).toBe(400);
  const kept = world.table.items().filter(({ pk }) => pk.includes("/idempotency/"));
  expect(kept).toHaveLength(1);
  // Time to live leaves alone what is older than five years.
  for (const { expires } of kept) expect(Number(expires)).toBeGreaterThan(world.clock() / 1000 - FIVE_YEARS_S);
});
