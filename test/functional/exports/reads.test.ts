import { expect, test } from "vitest";
import { customer } from "../../../shared/records/customer.ts";
import { directPks, partnerPk } from "../../../shared/records/place.ts";
import { sizeOfItem } from "../../fakes/item-size.ts";
import { type CountedReads, countedReads } from "./counted-reads.ts";
import { createExportWorld, type ExportWorld } from "./export-world.ts";

const UNIT = 4096;

/** The job, before its bundle is built and afterwards, and what the program tells of its customers by now. */
const JOB_GETS = 3;

/** What is left open, groups, program, and the shards of the directory and of the customers without a partner. */
const PROGRAM_QUERIES = 1 + 1 + 1 + 8 + 8;

async function countedWorld() {
  const reads: CountedReads = { gets: 0, histories: 0, queries: 0 };
  const world = createExportWorld({ around: countedReads(reads) });
  await world.program();
  return { ...world, reads };
}

/** Bytes of every collection that an export walks. */
function collections({ table }: ExportWorld, partners: readonly string[]): number[] {
  const pks = [...partners.map((key) => partnerPk("acme", key, null)), ...directPks("acme")];
  const sizes = new Map(pks.map((pk) => [pk, 0]));
  for (const item of table.items()) {
    const size = sizes.get(item.pk);
    if (size !== undefined) sizes.set(item.pk, size + sizeOfItem(item));
  }
  return [...sizes.values()];
}

/** Exports, and gives the read units it took with what their least would be. */
async function measured(world: ExportWorld, partners: readonly string[]) {
  const before = world.table.units.read;
  const bundle = await world.exported();
  const rows = bundle.manifest.files.reduce((sum, file) => sum + file.rows, 0);
  const sizes = collections(world, partners);
  return {
    rows,
    units: world.table.units.read - before,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    // A query reads at least one unit, so that an almost empty collection costs a whole one.
    least: sizes.reduce((sum, size) => sum + Math.max(1, Math.ceil(size / UNIT)), 0),
  };
}

test("a program of many transactions is read for what it weighs", async () => {
  const world = await countedWorld();
  const partners = ["part_1", "part_2", "part_3"];
  for (const key of partners) {
    await world.partner(key);
    for (let index = 0; index < 5; index++) {
      const buyer = await world.customer(`cus_${key}_${index}`, key);
      for (let bought = 0; bought < 160; bought++) await world.transaction(`trx_${buyer.key}_${bought}`, buyer);
    }
  }
  const { rows, units, bytes } = await measured(world, partners);
  // Each partner is in applications.csv, too.
  expect(rows).toBe(2 * 3 + 15 + 2400);
  // The sixteen small queries of the program and its shards, and the job, are all that comes on top of the bytes.
  expect(units - PROGRAM_QUERIES - JOB_GETS).toBeLessThanOrEqual(1.1 * (bytes / UNIT));
  expect(world.reads).toEqual({ gets: JOB_GETS, histories: 0, queries: PROGRAM_QUERIES + partners.length });
});

test("a program of many partners is read for what it weighs, and at least a unit for each", async () => {
  const world = await countedWorld();
  const partners = Array.from({ length: 400 }, (_, index) => `part_${index}`);
  for (const [index, key] of partners.entries()) {
    await world.partner(key);
    // Half of them have nobody; some have a little, and some more.
    const customers = index % 2 ? 0 : index % 20;
    for (let at = 0; at < customers; at++) await world.customer(`cus_${index}_${at}`, key);
  }
  const { rows, units, least } = await measured(world, partners);
  expect(rows).toBe(2 * 400 + 1800);
  expect(units - JOB_GETS).toBeLessThanOrEqual(1.1 * (least + PROGRAM_QUERIES));
  expect(world.reads).toEqual({ gets: JOB_GETS, histories: 0, queries: PROGRAM_QUERIES + partners.length });
});

test("what came after the cut-off costs no look-up, and what changed costs one", async () => {
  const world = await countedWorld();
  await world.partner("part_1");
  const buyers = [];
  for (let index = 0; index < 10; index++) buyers.push(await world.customer(`cus_${index}`, "part_1"));
  const message = await world.request();
  world.clock.advance(1);
  for (const buyer of buyers) await world.transaction(`trx_${buyer.key}`, buyer);
  for (const { key } of buyers.slice(0, 3)) await world.change(customer, key, { name: "Changed" });
  await world.deliver(message);
  expect(world.reads).toMatchObject({ gets: JOB_GETS, histories: 3 });
});

test("a customer who moved costs one look-up where the transactions stayed, however many there are", async () => {
  const world = await countedWorld();
  await world.partner("part_1");
  await world.partner("part_2");
  const buyer = await world.customer("cus_1", "part_1");
  for (let bought = 0; bought < 50; bought++) await world.transaction(`trx_${bought}`, buyer);
  await world.move("cus_1", "part_2");
  await world.exported();
  // Of the claim and of the customer; and the transactions are counted in a query of their own.
  expect(world.reads).toEqual({ gets: JOB_GETS + 2, histories: 0, queries: PROGRAM_QUERIES + 2 + 1 });
});

test("an export of one group reads no customers without a partner", async () => {
  const world = await countedWorld();
  await world.partner("part_1");
  await world.customer("cus_1", null);
  await world.exported({ group_key: "grup_1" });
  expect(world.reads).toEqual({ gets: JOB_GETS, histories: 0, queries: PROGRAM_QUERIES - 8 + 1 });
});
