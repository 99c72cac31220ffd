import { describe, expect, test } from "vitest";
import type { Change } from "../../shared/ledger/entry.ts";
import { customer } from "../../shared/records/customer.ts";
import { Killed } from "../fakes/kill-switch.ts";
import { aCustomer } from "../functional/ledger-records.ts";
import { webhookWorld } from "../functional/webhook-world.ts";

const GOOD = "https://good.example.com/";
const SLOW = "https://slow.example.com/";

const madeBy = (at: number): Change => ({
  declaration: customer,
  after: aCustomer({ key: `cus_${at}`, customer_key: `u${at}`, email: `u${at}@x.io` }),
});

/** Two webhooks, one of which takes nothing at first, and three changes; the consumer dies at a side effect. */
async function tellDying(step: number) {
  const world = await webhookWorld();
  const { make, change, receiver, killSwitch, run, deliveries } = world;
  const keys = [await make({ target: GOOD }), await make({ target: SLOW, events: ["customer.created"] })];
  receiver.answer = (url, before) => ({ status: url === SLOW && before < 4 ? 503 : 200 });
  for (let at = 1; at <= 3; at++) await change([madeBy(at)], `chg_${at}`);
  killSwitch.killAt(step);
  await run();
  // Where it was not killed, the count of the whole run.
  const { steps } = killSwitch;
  const told = await Promise.all(keys.map(({ key }) => deliveries(key)));
  return { world, steps, told };
}

describe("a consumer that dies at any write, post or message loses no event:", () => {
  test("each webhook hears of each change at least once, and hardly ever twice", async () => {
    const { steps: all, told: untouched } = await tellDying(Infinity);
    expect(untouched.flat()).toHaveLength(6);
    expect(all).toBeGreaterThan(30);
    for (let step = 1; step <= all; step++) {
      const { world, told } = await tellDying(step);
      for (const [at, url] of [GOOD, SLOW].entries()) {
        const heard = world.receiver.heard(url);
        expect(new Set(heard).size, `${url} after a death at ${step}`).toBe(3);
        expect(heard.length, `${url} after a death at ${step}`).toBeLessThanOrEqual(4);
        const statuses = told[at]?.map(({ status }) => status);
        expect(statuses, `${url} after a death at ${step}`).toEqual(["succeeded", "succeeded", "succeeded"]);
      }
    }
  });

  test("dying again and again, it gets through all the same", async () => {
    const world = await webhookWorld();
    const { make, change, receiver, killSwitch, run } = world;
    await make({ target: GOOD });
    for (let at = 1; at <= 3; at++) await change([madeBy(at)], `chg_${at}`);
    const pass = killSwitch.pass;
    let count = 0;
    // Every fifth side effect of all is somebody's last.
    killSwitch.pass = () => {
      count += 1;
      if (count % 5 === 0) throw new Killed(count);
      pass();
    };
    await run();
    expect(new Set(receiver.heard(GOOD)).size).toBe(3);
  });
});

test("whoever dies between announcing a change and making it leaves nothing untold, and nothing told that is not so", async () => {
  for (let step = 1; step <= 4; step++) {
    const { make, change, receiver, killSwitch, run, ledger } = await webhookWorld();
    await make({ target: GOOD });
    killSwitch.killAt(step);
    await change([madeBy(1)], "chg_1").catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    killSwitch.revive();
    await run();
    const [made] = await ledger.find(customer, "acme", "key", ["cus_1"]);
    expect(receiver.heard(GOOD), `dead at ${step}`).toHaveLength(made === undefined ? 0 : 1);
  }
});

test("whoever dies while pausing a webhook leaves it to the next failure, and its mail is not lost", async () => {
  let paused = 0;
  for (let step = 1; step <= 12; step++) {
    const { make, change, receiver, killSwitch, run, call, clock, sendMails, mails } = await webhookWorld();
    const { key } = await make({ target: GOOD });
    receiver.answer = () => ({ status: 410 });
    await change([madeBy(1)], "chg_1");
    killSwitch.killAt(step);
    await run();
    killSwitch.revive();
    clock.advance(60_000);
    await sendMails();
    const { json } = await call("GET", `/api/v2/webhooks/${key}`);
    expect(json, `dead at ${step}`).toMatchObject({ data: { active: false, pause_reason: "gone" } });
    expect(mails, `dead at ${step}`).toHaveLength(1);
    paused += 1;
  }
  expect(paused).toBe(12);
});
