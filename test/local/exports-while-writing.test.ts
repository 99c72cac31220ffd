import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../shared/aws/clock.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { SETTLE_MS } from "../../shared/ledger/settled.ts";
import type { Table } from "../../shared/ports.ts";
import { startLocalTable } from "../contract/local-table.ts";
import { exportedFiles } from "../functional/exported-files.ts";
import { shown, sorted } from "../functional/exports/as-of-property.ts";
import { recordKeeper } from "../functional/exports/export-world.ts";
import { bundleOf } from "../functional/exports/model-bundle.ts";
import { FILES, type FileName, type Row } from "../functional/exports/read-bundle.ts";
import { emptyModel, GROUPS, type Model, step, takeSteps } from "../functional/exports/schedule.ts";

/** Who write at once, each records of their own. */
const WRITERS = ["a", "b", "c"];
const EXPORTS = 4;
const BETWEEN_MS = 700;

let table: Table;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ table, close } = await startLocalTable());
});
afterAll(async () => close());

/** Cut-offs, as they are asked for. */
const cutOffs: number[] = [];

/**
 * Changes the program as fast as the table takes it, one change after the other, and knows what its own part of the
 * program was at each cut-off: a change is in when it was stamped by then.
 */
function createWriter(name: string, seed: number) {
  let stamp = 0;
  // The ledger stamps a change with what it was told last.
  const clock = Object.assign(() => (stamp = systemClock()), { advance: () => undefined });
  const model = emptyModel();
  const take = takeSteps({ ...recordKeeper(createLedger({ table, clock }), clock, table, name), clock }, model, name);
  const models = new Map<number, Model>();
  let isOver = false;
  let changes = 0;
  return {
    models,
    changes: () => changes,
    stop: () => void (isOver = true),
    async run(): Promise<void> {
      for (const taken of fc.sample(step(), { numRuns: 20_000, seed })) {
        if (isOver) return;
        // The groups are everybody's.
        if (taken.act === "group is renamed") continue;
        const before = structuredClone(model);
        await take(taken);
        changes += 1;
        for (const at of cutOffs) {
          // Several changes may be of the very millisecond of a cut-off.
          if (stamp <= at) models.set(at, structuredClone(model));
          else if (!models.has(at)) models.set(at, before);
        }
      }
    },
  };
}

function merged(models: readonly (Model | undefined)[]): Model {
  const all = emptyModel();
  const add = <R>(to: Map<string, R>, from: ReadonlyMap<string, R> = new Map()) => {
    for (const [key, record] of from) to.set(key, record);
  };
  for (const model of models) {
    add(all.partners, model?.partners);
    add(all.customers, model?.customers);
    add(all.transactions, model?.transactions);
    add(all.rewards, model?.rewards);
    add(all.leads, model?.leads);
    add(all.deals, model?.deals);
  }
  return all;
}

test("exports made while the program changes as fast as it can are each of their own instant", async () => {
  const ledger = createLedger({ table, clock: systemClock });
  await recordKeeper(ledger, systemClock, table, "setup").program("acme", GROUPS);
  const writers = WRITERS.map((name, at) => createWriter(name, 2026 + at));
  const writing = Promise.all(writers.map((writer) => writer.run()));
  const exports = Array.from({ length: EXPORTS }, async (_, nth) => {
    await pause((nth + 1) * BETWEEN_MS);
    const at = systemClock();
    cutOffs.push(at);
    await pause(at + SETTLE_MS - systemClock());
    return { at, files: await exportedFiles(ledger, "acme", at, { files: [...FILES] }) };
  });
  const made = await Promise.all(exports);
  for (const writer of writers) writer.stop();
  await writing;

  for (const { at, files } of made) {
    const rows = (name: FileName) => parse<Row>(files.get(`${name}.csv`) ?? "", { columns: true });
    const bundle = Object.fromEntries(FILES.map((name) => [name, rows(name)])) as Record<FileName, Row[]>;
    const expected = bundleOf(merged(writers.map(({ models }) => models.get(at))));
    expect(shown(bundle, expected)).toEqual(sorted(expected));
    expect(bundle.transactions.length).toBeGreaterThan(5);
  }
  // They were of different programs, and it went on changing while they were read.
  const sizes = made.map(({ files }) => files.get("transactions.csv")?.length ?? 0);
  expect(new Set(sizes).size).toBe(EXPORTS);
  expect(writers.map(({ changes }) => changes()).every((changes) => changes > 50)).toBe(true);
});
