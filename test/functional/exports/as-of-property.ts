import fc from "fast-check";
import { expect } from "vitest";
import { betweenPages } from "./between-pages.ts";
import { createExportWorld } from "./export-world.ts";
import { bundleOf } from "./model-bundle.ts";
import type { ReadBundle, Row } from "./read-bundle.ts";
import { emptyModel, GROUPS, step, takeSteps } from "./schedule.ts";

const schedule = fc.record({
  before: fc.array(step(), { minLength: 5, maxLength: 60 }),
  /** At the very instant of the request. */
  at: fc.array(step(), { maxLength: 3 }),
  /** While the export reads, and after it has. */
  after: fc.array(step(), { maxLength: 40 }),
  pageItems: fc.integer({ min: 1, max: 4 }),
  /** How many steps are taken at each pause of the exporter. */
  pace: fc.integer({ min: 1, max: 3 }),
  /** How long each invocation may work before it hands over to the next, in records; the last one to the end. */
  sittings: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 8 }),
});

/** Whatever happens before, at and after the cut-off, in whatever order it meets the exporter's reads. */
export const asOfProperty = fc.asyncProperty(schedule, async ({ before, at, after, pageItems, pace, sittings }) => {
  const left = [...after];
  let isCut = false;
  let turn = Promise.resolve();
  const between = async (): Promise<void> => {
    const steps = isCut ? left.splice(0, pace) : [];
    for (const taken of steps) turn = turn.then(async () => take(taken));
    return turn;
  };
  const laps = [...sittings];
  const sitting = () => laps.shift() ?? Infinity;
  const world = createExportWorld({ around: betweenPages(pageItems, between), sitting });
  const model = emptyModel();
  const take = takeSteps(world, model);
  await world.program("acme", GROUPS);
  for (const taken of before) await take(taken);

  const [during, later] = [await world.request(), await world.request()];
  // What is committed at the cut-off itself is in.
  for (const taken of at) await take({ ...taken, wait: 0 });
  const expected = bundleOf(structuredClone(model));
  world.clock.advance(1);

  isCut = true;
  await world.deliver(during);
  while (left.length > 0) await between();
  await world.deliver(later);
  expect(shown(world.bundle(during), expected), "read while it changed").toEqual(sorted(expected));
  expect(shown(world.bundle(later), expected), "read afterwards").toEqual(sorted(expected));
});

type Expected = ReturnType<typeof bundleOf>;

const KINDS = ["applications", "partners", "customers", "transactions", "rewards", "leads", "deals"] as const;

const inOrder = (rows: readonly Row[]): string[] => rows.map((row) => JSON.stringify(row)).toSorted();

export const sorted = (expected: Expected) => Object.fromEntries(KINDS.map((kind) => [kind, inOrder(expected[kind])]));

/** A bundle in the columns of what is expected of it. */
export const shown = (bundle: Omit<ReadBundle, "manifest">, expected: Expected) =>
  Object.fromEntries(
    KINDS.map((kind) => {
      const columns = Object.keys(expected[kind][0] ?? {});
      const cut = (row: Row): Row => Object.fromEntries(columns.map((name) => [name, row[name] ?? "no such column"]));
      return [kind, inOrder(bundle[kind].map(cut))];
    }),
  );
