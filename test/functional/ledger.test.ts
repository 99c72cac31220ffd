import { beforeEach, describe, expect, it } from "vitest";
import { NotWritten } from "../../shared/errors.ts";
import { createLedger, type Ledger } from "../../shared/ledger/ledger.ts";
import { SETTLE_MS, WRITE_MS } from "../../shared/ledger/settled.ts";
import type { Table } from "../../shared/ports.ts";
import { type Customer, customer } from "../../shared/records/customer.ts";
import { type Partnership, partnership } from "../../shared/records/partnership.ts";
import { transaction } from "../../shared/records/transaction.ts";
import { createFixedClock, type FixedClock } from "../fakes/fixed-clock.ts";
import { createMemoryTable, type MemoryTable } from "../fakes/memory-table.ts";
import { aCustomer, aPartner, aTransaction } from "./ledger-records.ts";

let table: MemoryTable;
let clock: FixedClock;
let ledger: Ledger;

beforeEach(() => {
  table = createMemoryTable();
  clock = createFixedClock();
  ledger = createLedger({ table, clock });
});

const create = (mark: string, after: Customer) => ledger.commit({ mark, changes: [{ declaration: customer, after }] });
const byKey = async (key = "u1") => (await ledger.find(customer, "acme", "customer_key", [key]))[0];

async function change(mark: string, changes: Partial<Customer>): Promise<boolean> {
  const before = await byKey();
  if (before === undefined) throw new Error("no such customer");
  return ledger.commit({ mark, changes: [{ declaration: customer, before, after: { ...before.record, ...changes } }] });
}

const totals = async (partner: string) => Object.fromEntries(await ledger.totals("acme", partner));

describe("commit", () => {
  it("creates a record that each of its unique values leads to, without regard to the case of an address", async () => {
    expect(await create("m1", aCustomer({ provider_key: "p1" }))).toBe(true);
    for (const [field, value] of [
      ["key", "cus_1"],
      ["customer_key", "u1"],
      ["email", "u1@x.io"],
      ["provider_key", "p1"],
    ] as const) {
      const [found] = await ledger.find(customer, "acme", field, [value]);
      expect(found).toMatchObject({ record: { key: "cus_1", email: "U1@x.io" }, rev: 1, mark: "m1", at: clock() });
    }
  });

  it("creates nothing at all when one value is taken", async () => {
    await create("m1", aCustomer());
    const before = table.items();
    expect(await create("m2", aCustomer({ key: "cus_2", customer_key: "u2" }))).toBe(false);
    expect(table.items()).toEqual(before);
  });

  it("changes nothing when another change came first", async () => {
    await create("m1", aCustomer());
    const stale = await byKey();
    await change("m2", { name: "Uma" });
    const before = table.items();
    const late = { declaration: customer, before: stale, after: aCustomer({ name: "Udo" }) };
    expect(await ledger.commit({ mark: "m3", changes: [late] })).toBe(false);
    expect(table.items()).toEqual(before);
  });

  it("keeps the image before each change, and whose changes they were", async () => {
    await create("m1", aCustomer());
    clock.advance(5);
    await change("m2", { name: "Uma" });
    clock.advance(5);
    await change("m3", { name: "Udo" });
    const now = await byKey();
    if (now === undefined) throw new Error("no such customer");
    const since = async (early: string) => [
      ...(await ledger.marksSince(customer, now, ({ mark }) => mark === early)).keys(),
    ];
    expect(await since("none")).toEqual(["m3", "m2", "m1"]);
    expect(await since("m1")).toEqual(["m3", "m2"]);
    expect(await since("m3")).toEqual([]);
    const images = table.items().filter(({ pk }) => pk === "acme/history/customer/cus_1");
    expect(images).toMatchObject([
      { _mark: "m1", replaced_by: "m2", replaced_at: clock() - 5, image: { customer_key: "u1" } },
      { _mark: "m2", replaced_by: "m3", image: { name: "Uma" } },
    ]);
    expect(images[0]?.["image"]).not.toHaveProperty("name");
  });

  it("gives up a value for others, but not one that keeps leading to its record", async () => {
    const before = async () => (await ledger.find(partnership, "acme", "key", ["part_a"]))[0];
    await ledger.commit({ mark: "m1", changes: [{ declaration: partnership, after: aPartner() }] });
    await ledger.commit({
      mark: "m2",
      changes: [
        {
          declaration: partnership,
          before: await before(),
          after: aPartner({ partner_key: "countess", email: "c@x.io" }),
        },
      ],
    });
    const [byFormerKey, byNewKey] = await ledger.find(partnership, "acme", "partner_key", ["ada", "countess"]);
    expect([byFormerKey?.record.key, byNewKey?.record.key]).toEqual(["part_a", "part_a"]);
    expect(await ledger.find(partnership, "acme", "email", ["ada@x.io", "c@x.io"])).toMatchObject([
      undefined,
      { record: { key: "part_a" } },
    ]);
    const eve = (overrides: Partial<Partnership>) => ({
      declaration: partnership,
      after: aPartner({ key: "part_e", email: "ada@x.io", ...overrides }),
    });
    expect(await ledger.commit({ mark: "m3", changes: [eve({ partner_key: "ada" })] })).toBe(false);
    expect(await ledger.commit({ mark: "m4", changes: [eve({ partner_key: "eve" })] })).toBe(true);
    // And may take its own back.
    expect(
      await ledger.commit({
        mark: "m5",
        changes: [
          {
            declaration: partnership,
            before: await before(),
            after: aPartner({ partner_key: "ada", email: "c@x.io" }),
          },
        ],
      }),
    ).toBe(true);
  });

  it("moves a record with its claims and its sums, there and back, and holds its former place", async () => {
    await create("m1", aCustomer());
    expect(await totals("part_a")).toEqual({ "2026-01-31/customers": 1 });
    await change("m2", { partnership_key: "part_b" });
    expect((await byKey())?.place.pk).toBe("acme/partnership/part_b");
    expect([await totals("part_a"), await totals("part_b")]).toEqual([
      { "2026-01-31/customers": 0 },
      { "2026-01-31/customers": 1 },
    ]);
    await change("m3", { partnership_key: "part_a" });
    expect(await byKey()).toMatchObject({ place: { pk: "acme/partnership/part_a" }, rev: 3 });
    const all = [];
    for (const pk of ["acme/partnership/part_a", "acme/partnership/part_b"])
      for await (const { record } of ledger.collection(customer, pk)) all.push(record.key);
    expect(all).toEqual(["cus_1"]);
  });
});

describe("find", () => {
  it("completes a creation that broke off behind its claim", async () => {
    const batch = ledger.batch("acme", "b");
    // Behind what tells of the claim, and the claim.
    table.failAt(3);
    await expect(
      batch.commit([{ mark: "m1", changes: [{ declaration: transaction, after: aTransaction() }] }]),
    ).rejects.toThrow("killed");
    table.failAt(Infinity);
    clock.advance(1000);
    const [found] = await ledger.find(transaction, "acme", "key", ["t1"]);
    expect(found).toMatchObject({ record: aTransaction(), rev: 1, mark: "m1", at: clock() - 1000 });
  });

  it("follows a record that moves while it is looked up", async () => {
    await create("m1", aCustomer());
    let moves = 0;
    const disturbed: Table = {
      ...table,
      async get(places) {
        const items = await table.get(places);
        // Behind each look at the claim, the record is somewhere else.
        if (places[0]?.pk.includes("customer.") && moves < 2)
          await change(`move ${moves}`, { partnership_key: `part_${(moves += 1)}` });
        return items;
      },
    };
    const [found] = await createLedger({ table: disturbed, clock }).find(customer, "acme", "customer_key", ["u1"]);
    expect([moves, found?.record.partnership_key]).toEqual([2, "part_2"]);
  });

  it("finds nobody by a value that was given up", async () => {
    await create("m1", aCustomer());
    await change("m2", { email: "new@x.io" });
    expect(await ledger.find(customer, "acme", "email", ["u1@x.io", "nobody@x.io"])).toEqual([undefined, undefined]);
  });
});

describe("a batch", () => {
  const entries = ["t1", "t2", "t3"].map((key, at) => ({
    mark: `job/${at}`,
    changes: [
      {
        declaration: transaction,
        after: aTransaction({ key, amount: 100 * (at + 1), partnership_key: at === 2 ? "part_b" : "part_a" }),
      },
    ],
  }));
  const SUMS = { "2026-01-31/transactions": 2, "2026-01-31/amount/EUR": 300, "2026-01-31/amount_usd": 216 };

  it("sums what it created once, however often it is settled", async () => {
    const batch = ledger.batch("acme", "job/1/0");
    expect(await batch.commit(entries)).toEqual([true, true, true]);
    expect(await totals("part_a")).toEqual({});
    await batch.settle();
    await batch.settle();
    expect(await totals("part_a")).toEqual(SUMS);
  });

  it("comes to the same sums when it is repeated, whoever created the records", async () => {
    await ledger.batch("acme", "job/1/0").commit(entries.slice(0, 2));
    const again = ledger.batch("acme", "job/1/0");
    expect(await again.commit(entries)).toEqual([false, false, true]);
    const own = await ledger.claims(transaction, "acme", "key", ["t1", "t2"]);
    await again.resume(
      transaction,
      own.filter((claim) => claim !== undefined),
    );
    await again.settle();
    expect([await totals("part_a"), (await totals("part_b"))["2026-01-31/transactions"]]).toEqual([SUMS, 1]);
  });

  it("leaves a fuller sum alone when a slower worker, who has seen less, settles behind it", async () => {
    const slow = ledger.batch("acme", "job/1/0");
    await slow.commit(entries.slice(0, 1));
    const fast = ledger.batch("acme", "job/1/0");
    await fast.commit(entries.slice(1));
    await fast.resume(
      transaction,
      (await ledger.claims(transaction, "acme", "key", ["t1"])).filter((claim) => claim !== undefined),
    );
    await fast.settle();
    await slow.settle();
    expect(await totals("part_a")).toEqual(SUMS);
  });

  it("sums a record as it was created, and its changes beside it", async () => {
    const batch = ledger.batch("acme", "job/1/0");
    await batch.commit(entries.slice(0, 1));
    const [before] = await ledger.find(transaction, "acme", "key", ["t1"]);
    await batch.commit([
      {
        mark: "job/9",
        changes: [{ declaration: transaction, before, after: aTransaction({ amount: 150, amount_usd: null }) }],
      },
    ]);
    await batch.settle();
    expect(await totals("part_a")).toEqual({
      "2026-01-31/transactions": 1,
      "2026-01-31/amount/EUR": 150,
      "2026-01-31/amount_usd": 0,
      "2026-01-31/unconverted/EUR": 1,
    });
  });

  it("does not bring a record back to where it was created once it has moved", async () => {
    await ledger.batch("acme", "job/1/0").commit(entries.slice(0, 1));
    const [before] = await ledger.find(transaction, "acme", "key", ["t1"]);
    await ledger.commit({
      mark: "m2",
      changes: [
        { declaration: transaction, before, after: aTransaction({ customer_key: "cus_2", partnership_key: "part_b" }) },
      ],
    });
    const again = ledger.batch("acme", "job/1/0");
    await again.resume(
      transaction,
      (await ledger.claims(transaction, "acme", "key", ["t1"])).filter((claim) => claim !== undefined),
    );
    await again.settle();
    const found = [];
    for await (const { record } of ledger.collection(transaction, "acme/partnership/part_a")) found.push(record.key);
    expect(found).toEqual([]);
    expect((await totals("part_a"))["2026-01-31/transactions"]).toBe(0);
    expect((await totals("part_b"))["2026-01-31/transactions"]).toBe(1);
  });
});

describe("a stamp", () => {
  /** Refuses so many writes about such a partition, each for as long as it may take. */
  function refuse(times: number, isMeant: (pk: string) => boolean): void {
    let left = times;
    table.beforeWrite = (writes) => {
      if (!writes.some((write) => "put" in write && isMeant(write.put.pk)) || left-- <= 0) return;
      clock.advance(WRITE_MS);
      throw new NotWritten();
    };
  }
  const claimOf = async (key: string) => (await ledger.claims(transaction, "acme", "key", [key]))[0];
  const found = async (key: string) => (await ledger.find(transaction, "acme", "key", [key]))[0];
  const entry = (key: string) => ({
    mark: `job/${key}`,
    changes: [{ declaration: transaction, after: aTransaction({ key }) }],
  });

  it("is that of the attempt that was written", async () => {
    const begun = clock();
    refuse(2, () => true);
    expect(await create("m1", aCustomer())).toBe(true);
    expect((await byKey())?.at).toBe(begun + 2 * WRITE_MS);
  });

  it("of each change in a batch is taken when it is its turn, and anew when it was not written", async () => {
    const keys = ["t1", "t2", "t3"];
    await ledger.batch("acme", "job/1/0").commit(keys.map(entry));
    const before = await ledger.find(transaction, "acme", "key", keys);
    const begun = clock();
    refuse(1, (pk) => pk.includes("/history/") && pk.endsWith("/t2"));
    const changes = before.map((stored) => ({
      mark: "job/2",
      changes: [{ declaration: transaction, before: stored, after: aTransaction({ ...stored?.record, amount: 7 }) }],
    }));
    expect(await ledger.batch("acme", "job/2/0").commit(changes)).toEqual([true, true, true]);
    const after = await ledger.find(transaction, "acme", "key", keys);
    expect(after.map((stored) => (stored?.at ?? 0) - begun)).toEqual([0, WRITE_MS, WRITE_MS]);
  });

  it("of a record created in a batch is that of its claim, however late the record comes", async () => {
    const begun = clock();
    refuse(1, (pk) => pk.endsWith("/t2"));
    const isSlow = table.beforeWrite;
    table.beforeWrite = (writes) => {
      isSlow(writes);
      if (writes.some((write) => "put" in write && write.put.pk === "acme/partnership/part_a")) clock.advance(1000);
    };
    expect(await ledger.batch("acme", "job/1/0").commit(["t1", "t2", "t3"].map(entry))).toEqual([true, true, true]);
    for (const [key, since] of [
      ["t1", 0],
      ["t2", WRITE_MS],
      ["t3", 0],
    ] as const) {
      expect([key, (await claimOf(key))?.at, (await found(key))?.at]).toEqual([key, begun + since, begun + since]);
    }
  });

  it("is not renewed for ever", async () => {
    refuse(Infinity, () => true);
    await expect(create("m1", aCustomer())).rejects.toThrow(NotWritten);
    expect(table.items()).toEqual([]);
    refuse(Infinity, (pk) => pk.endsWith("/t1"));
    await expect(ledger.batch("acme", "job/1/0").commit([entry("t1")])).rejects.toThrow(NotWritten);
    expect(await claimOf("t1")).toBeUndefined();
  });

  it("has landed some time before it is taken for settled", () => {
    expect(SETTLE_MS).toBeGreaterThanOrEqual(WRITE_MS + 1000);
  });
});
