import { all, merged, type ReadTable, type Written } from "../ledger/overlay-table.ts";
import type { Item, Place } from "../ports.ts";
import type { ShadowRun } from "./shadow-run.ts";

/** The table as it would be after earlier parts of a dry run: what they would have written, over what is stored. Later runs go first. */
export function createShadowTable(base: ReadTable, runs: readonly ShadowRun[]): ReadTable {
  if (runs.length === 0) return base;
  const newestFirst = runs.toReversed();
  const idOf = ({ pk, sk }: Place) => `${pk}\n${sk}`;
  return {
    async get(places) {
      const known = new Map<string, Written>();
      let left = places;
      for (const run of newestFirst) {
        for (const found of await run.find(left.filter((place) => run.mayHave(place))))
          known.set(idOf(found.place), found);
        left = left.filter((place) => !known.has(idOf(place)));
      }
      const stored = left.length === 0 ? [] : await base.get(left);
      const read = new Map(left.map((place, at) => [idOf(place), stored[at]]));
      return places.map((place) => {
        const written = known.get(idOf(place));
        return written === undefined ? read.get(idOf(place)) : written.item;
      });
    },
    async *query(query) {
      const over = new Map<string, Item | undefined>();
      const concerned = query.index === undefined ? runs.filter((run) => run.mayHaveAny(query.pk, query.begins)) : [];
      for (const run of concerned) {
        for (const { place, item } of await run.range(query.pk, query.begins ?? "")) over.set(place.sk, item);
      }
      if (over.size === 0) yield* base.query(query);
      else yield merged(await all(base, query), over, query);
    },
  };
}
