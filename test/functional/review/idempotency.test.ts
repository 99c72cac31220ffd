import { expect, test } from "vitest";
import { keyPair, keyPairsPk } from "../../../shared/records/key-pair.ts";
import { createWorld } from "../api-world.ts";
import { createKillSwitch } from "../../fakes/kill-switch.ts";

const FIVE_YEARS_S = 5 * 365 * 24 * 60 * 60;

test("a pair of keys is made once by a request that died and is repeated as often as it takes", async () => {
  for (let step = 1; step < 8; step++) {
    const killSwitch = createKillSwitch();
    const world = createWorld({ killSwitch });
    const { basic: authorization } = await world.start();
    const ask = () =>
      world.call("POST", "/api/v2/key-pairs", {
        authorization,
        headers: { "idempotency-key": "once" },
        body: { name: "mine" },
      });
    killSwitch.killAt(step);
    await ask().catch(() => undefined);
    killSwitch.revive();
    for (let again = 0; again < 3; again++) {
      world.clock.advance(31_000);
      await ask();
    }
    const names = [];
    for await (const { record } of world.ledger.collection(keyPair, keyPairsPk("acme"))) names.push(record.name);
    expect({ step, made: names.filter((name) => name === "mine").length }).toEqual({ step, made: 1 });
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
