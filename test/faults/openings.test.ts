import { describe, expect, it } from "vitest";
import type { Entry } from "../../shared/ledger/entry.ts";
import { createLedger, type Ledger } from "../../shared/ledger/ledger.ts";
import type { Item } from "../../shared/ports.ts";
import { claimPlace, isOpeningsPk } from "../../shared/records/place.ts";
import { reward } from "../../shared/records/reward.ts";
import { transaction } from "../../shared/records/transaction.ts";
import { createFixedClock } from "../fakes/fixed-clock.ts";
import { createMemoryTable, type MemoryTable } from "../fakes/memory-table.ts";
import { aReward, aTransaction } from "../functional/ledger-records.ts";

const BATCH = "job/1/0";
const PARTNER = "part_a";
const HOME = `acme/partnership/${PARTNER}`;

/** A transaction, every third of them with a reward. */
function sale(number: number): Entry {
  const key = `t${number}`;
  const paid = { declaration: transaction, after: aTransaction({ key }) };
  const earned = { declaration: reward, after: aReward({ key: `r${number}`, transaction_key: key }) };
  return { mark: `job/${number}`, changes: number % 3 === 0 ? [paid, earned] : [paid] };
}

const wave = (from: number, length: number): Entry[] => Array.from({ length }, (_, at) => sale(from + at));
const WAVES = [wave(0, 4), wave(4, 3), wave(7, 5)];

const keysOf = (entries: readonly Entry[]): string[] =>
  entries.flatMap(({ changes }) => changes.map(({ after }) => after.key)).toSorted();

function createWorld() {
  const table = createMemoryTable();
  const clock = createFixedClock();
  return { table, clock, ledger: createLedger({ table, clock }) };
}

type World = ReturnType<typeof createWorld>;

/** One attempt at the batch, as a worker makes it: what is its own by now is resumed. Each wave has a stamp of its own. */
async function attempt({ ledger, clock }: World): Promise<void> {
  const batch = ledger.batch("acme", BATCH);
  for (const entries of WAVES) {
    clock.advance(1000);
    const keys = entries.flatMap(({ changes }) => changes[0]?.after.key ?? []);
    const claims = await ledger.claims(transaction, "acme", "key", keys);
    await batch.resume(
      transaction,
      claims.filter((claim) => claim !== undefined),
    );
    await batch.commit(entries.filter((_, at) => claims[at] === undefined));
  }
  await batch.settle();
}

async function visible(ledger: Ledger, at: number): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of ledger.collectionAsOf([transaction, reward], { pk: HOME }, at))
    keys.push(...page.map(({ record }) => record.key));
  return keys.toSorted();
}

/** The keys of what is claimed with a stamp of an instant or before it: all of that was created by then. */
function claimedBy(table: MemoryTable, at: number): string[] {
  const stored = new Map(table.items().map((item) => [item.pk, item]));
  const isBy = (item: Item | undefined) => item !== undefined && Number(item["_at"]) <= at;
  return keysOf(
    WAVES.flat().filter(({ changes }) =>
      isBy(stored.get(claimPlace("acme", "transaction", "key", changes[0]?.after.key ?? "").pk)),
    ),
  );
}

const withoutStamps = (items: readonly Item[]) => items.map(({ _at, ...item }) => item);

async function undisturbed() {
  const world = createWorld();
  const begun = world.clock();
  let steps = 0;
  world.table.beforeWrite = () => void (steps += 1);
  await attempt(world);
  return { items: world.table.items(), steps, instants: [0, 1000, 2000, 3000].map((since) => begun + since) };
}

describe("a batch whose worker died", () => {
  it("leaves nothing open that was stamped by an instant, and nothing else is touched, wherever it died", async () => {
    const { items, steps, instants } = await undisturbed();
    expect(items.filter(({ pk }) => isOpeningsPk(pk))).toEqual([]);
    let found = 0;
    for (let step = 1; step <= steps; step++) {
      for (const at of instants) {
        const world = createWorld();
        const { table, ledger } = world;
        table.failAt(step);
        await expect(attempt(world)).rejects.toThrow("killed");
        table.failAt(Infinity);
        const before = table.items();
        const wasVisible = await visible(ledger, at);

        await ledger.settled("acme", at);

        const now = await visible(ledger, at);
        expect(now, `step ${step}, ${at}`).toEqual(claimedBy(table, at));
        found += now.length - wasVisible.length;
        const added = table.items().filter((item) => !before.includes(item));
        expect(added.filter((item) => Number(item["_at"]) > at)).toEqual([]);
        expect(table.items()).toEqual(expect.arrayContaining(before));

        await attempt(world);
        expect(withoutStamps(table.items()), `step ${step}`).toEqual(withoutStamps(items));
      }
    }
    // Else nothing was tried.
    expect(found).toBeGreaterThan(WAVES.flat().length);
  });

  it("is completed beside others who do the same, and beside the worker itself when it lives", async () => {
    const { items, steps } = await undisturbed();
    for (let step = 1; step <= steps; step++) {
      const world = createWorld();
      const { table, ledger, clock } = world;
      let count = 0;
      const readers: Promise<void>[] = [];
      table.beforeWrite = () => {
        count += 1;
        if (count === step) readers.push(ledger.settled("acme", clock()), ledger.settled("acme", clock()));
      };
      await attempt(world);
      await Promise.all(readers);
      expect(table.items(), `step ${step}`).toEqual(items);
    }
  });

  it("tells of many claims in items that stay small, and leaves others' openings alone", async () => {
    const { table, clock, ledger } = createWorld();
    const longest = "k".repeat(255);
    const many = Array.from({ length: 450 }, (_, at) => ({
      mark: `job/${at}`,
      changes: [{ declaration: transaction, after: aTransaction({ key: `${longest.slice(5)}${at}` }) }],
    }));
    const killBehindClaims = (id: string, entries: readonly Entry[]) => {
      table.beforeWrite = ([write]) => {
        if (write !== undefined && "put" in write && write.put.pk === HOME) throw new Error("killed");
      };
      return expect(ledger.batch("acme", id).commit(entries)).rejects.toThrow("killed");
    };
    await killBehindClaims(BATCH, many);
    await killBehindClaims(`${BATCH}0`, [sale(1)]);
    table.beforeWrite = () => undefined;
    const told = () => table.items().filter(({ pk }) => isOpeningsPk(pk));
    expect(told()).toHaveLength(6);
    for (const item of told()) expect(JSON.stringify(item).length).toBeLessThan(100_000);

    await ledger.batch("acme", BATCH).settle();
    expect(told().map(({ sk }) => sk)).toEqual([`${BATCH}0#0`]);
    expect(await visible(ledger, clock())).toHaveLength(450);
    await ledger.settled("acme", clock());
    expect(await visible(ledger, clock())).toHaveLength(451);
  });

  it("keeps what it told when another attempt at the same batch tells something else", async () => {
    const { table, clock, ledger } = createWorld();
    table.failAt(3);
    await expect(ledger.batch("acme", BATCH).commit([sale(1)])).rejects.toThrow("killed");
    table.failAt(Infinity);
    const other = ledger.batch("acme", BATCH);
    await other.commit([sale(2)]);
    await other.commit([sale(4)]);
    await ledger.settled("acme", clock());
    expect(await visible(ledger, clock())).toEqual(["t1", "t2", "t4"]);
  });

  it("in another program is none of this one's business", async () => {
    const { table, clock, ledger } = createWorld();
    table.failAt(3);
    await expect(ledger.batch("acme", BATCH).commit([sale(1)])).rejects.toThrow("killed");
    table.failAt(Infinity);
    const before = table.items();
    await ledger.settled("acm", clock());
    await ledger.settled("other", clock());
    expect(table.items()).toEqual(before);
  });
});
