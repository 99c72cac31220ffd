import type { Item, Table } from "../../shared/ports.ts";
import { createMemoryTable } from "../fakes/memory-table.ts";
import { directoryPks, directPks, partnerPk } from "../../shared/records/place.ts";
import { storedProgram } from "./stored-program.ts";
import type { Program } from "./program-files.ts";

/** As many items of that size as DynamoDB gives at once. */
const PAGE_ITEMS = 1500;

/** Collections that are really made; the others are those again, far enough away that nothing is gained by it. */
const DISTINCT = 200;

/** A table that only answers, at no cost and without memory of its own for each row: what is measured is its reader. */
export interface GeneratedProgram {
  readonly table: Table;
  readonly partners: number;
  /** Rows of one partner. */
  readonly each: Readonly<Pick<Program, "customers" | "transactions">>;
}

export async function generatedProgram(rows: number): Promise<GeneratedProgram> {
  const each = { customers: 20, transactions: 78 };
  // Each partner has a row in two files.
  const partners = Math.max(1, Math.round(rows / 100));
  const distinct = Math.min(DISTINCT, partners);
  const seed = createMemoryTable();
  await storedProgram(seed, {
    partners: distinct,
    customers: distinct * each.customers,
    transactions: distinct * each.transactions,
  });
  const items = seed.items();
  const collections = Map.groupBy(items, ({ pk }) => pk);
  const made = [...collections].filter(([pk]) => pk.startsWith("bench/partnership/"));
  const [directory = ""] = directoryPks("bench");
  const keys = Array.from({ length: partners }, (_, at) => `part_${String(at).padStart(8, "0")}`);
  const pages = new Map<string, readonly Item[][]>();
  for (const [pk, found] of collections) pages.set(pk, paged(found));
  for (const pk of [...directPks("bench"), ...directoryPks("bench")]) pages.set(pk, []);
  pages.set(directory, paged(keys.map((key) => ({ pk: directory, sk: key, key }))));
  const homes = made.map(([, found]) => paged(found));
  for (const [at, key] of keys.entries()) pages.set(partnerPk("bench", key, null), homes[at % homes.length] ?? []);
  const writable = createMemoryTable();
  return {
    partners,
    each,
    table: {
      ...writable,
      async get(places) {
        return writable.get(places);
      },
      async *query(query) {
        const found = pages.get(query.pk);
        if (found === undefined) yield* writable.query(query);
        else yield* found;
      },
    },
  };
}

function paged(items: readonly Item[]): Item[][] {
  const sorted = items.toSorted((a, b) => (a.sk < b.sk ? -1 : 1));
  return Array.from({ length: Math.ceil(sorted.length / PAGE_ITEMS) }, (_, page) =>
    sorted.slice(page * PAGE_ITEMS, (page + 1) * PAGE_ITEMS),
  );
}
