import type { Ports } from "./export-world.ts";

/** What the exporter asked of the table. */
export interface CountedReads {
  /** Places asked for one by one. */
  gets: number;
  /** Queries of histories, and of everything else. */
  histories: number;
  queries: number;
}

export const countedReads =
  (reads: CountedReads) =>
  ({ table, ...others }: Ports): Ports => ({
    ...others,
    table: {
      ...table,
      async get(places) {
        reads.gets += places.length;
        return table.get(places);
      },
      query(query) {
        if (query.pk.includes("/history/")) reads.histories += 1;
        else reads.queries += 1;
        return table.query(query);
      },
    },
  });
