import { expect, test } from "vitest";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { customer } from "../../shared/records/customer.ts";
import { createFixedClock } from "../fakes/fixed-clock.ts";
import { createMemoryTable } from "../fakes/memory-table.ts";
import { aCustomer } from "./ledger-records.ts";

/** A customer with so many changes, a minute apart, of the marks `m1`, `m2`, ... */
async function withChanges(count: number) {
  const clock = createFixedClock();
  const table = createMemoryTable();
  const ledger = createLedger({ table, clock });
  const at: number[] = [];
  const present = async () => (await ledger.find(customer, "acme", "key", ["cus_1"]))[0];
  for (let number = 1; number <= count; number++) {
    clock.advance(60_000);
    at.push(clock());
    const after = aCustomer({ name: `No ${number}`, partnership_key: number === 3 ? "part_b" : "part_a" });
    await ledger.commit({ mark: `m${number}`, changes: [{ declaration: customer, before: await present(), after }] });
  }
  return {
    clock,
    table,
    ledger,
    at,
    present,
    by: (mark: string, since = 0) => ledger.changeBy(customer, "acme", "cus_1", mark, since),
  };
}

test("each change is found by its mark, with what was before and when it was", async () => {
  const { at, by } = await withChanges(4);
  for (let number = 1; number <= 4; number++) {
    const found = await by(`m${number}`);
    expect([found?.before?.name, found?.after.name, found?.at]).toEqual([
      number === 1 ? undefined : `No ${number - 1}`,
      `No ${number}`,
      at[number - 1],
    ]);
  }
  expect(await by("m5")).toBeUndefined();
});

test("it is found also when the record was removed, and when it was made anew behind that", async () => {
  const { at, by, ledger, clock, present } = await withChanges(3);
  const stored = await present();
  if (stored === undefined) throw new Error("there is no customer");
  const revisions = await ledger.history(customer, stored);
  clock.advance(60_000);
  await ledger.commit({ mark: "gone", changes: [], removals: [{ declaration: customer, revisions }] });
  const expectAll = async () => {
    for (let number = 1; number <= 3; number++) {
      const found = await by(`m${number}`);
      expect([found?.before?.name, found?.after.name, found?.at]).toEqual([
        number === 1 ? undefined : `No ${number - 1}`,
        `No ${number}`,
        at[number - 1],
      ]);
    }
  };
  await expectAll();
  clock.advance(60_000);
  const after = aCustomer({ name: "Anew" });
  await ledger.commit({ mark: "anew", changes: [{ declaration: customer, after }] });
  expect(await by("anew")).toMatchObject({ before: undefined, after: { ...after }, at: clock() });
  await expectAll();
});

test("what was not changed since an instant is not looked for in all that was before it", async () => {
  const { by, table, clock } = await withChanges(300);
  const before = table.units.read;
  expect(await by("m10", clock() - 90_000)).toBeUndefined();
  expect(await by("never", clock() - 90_000)).toBeUndefined();
  expect(await by("m299", clock() - 90_000)).toMatchObject({ after: { name: "No 299" } });
  expect(await by("m300", clock() + 1)).toBeUndefined();
  expect(table.units.read - before).toBeLessThan(25);
});
