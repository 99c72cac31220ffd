import type { Item } from "../../../shared/ports.ts";
import type { Ports } from "./export-world.ts";

/**
 * The same table, read in pages of so many items, as any table may choose to, with something going on around every
 * answer: before the reader has it, and again before the reader asks for more. It learns what was asked for.
 */
export const betweenPages =
  (items: number, between: (pk: string) => Promise<void>) =>
  ({ table, ...others }: Ports): Ports => ({
    ...others,
    table: {
      ...table,
      async get(places) {
        const found = await table.get(places);
        await between(places[0]?.pk ?? "");
        return found;
      },
      async *query(query) {
        let left = query.limit ?? Infinity;
        let { after } = query;
        while (left > 0) {
          const page: Item[] = [];
          const wanted = { ...query, limit: Math.min(items, left), ...(after !== undefined && { after }) };
          for await (const some of table.query(wanted)) page.push(...some);
          await between(query.pk);
          const last = page.at(-1);
          if (last === undefined) return;
          yield page;
          await between(query.pk);
          left -= page.length;
          after = last.sk;
        }
      },
    },
  });
