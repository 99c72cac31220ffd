import * as z from "zod";
import { atOnce } from "../at-once.ts";
import { isOf } from "../ledger/as-of.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { countPlace, type Sums } from "../ledger/totals.ts";
import type { Table } from "../ports.ts";
import { customer } from "../records/customer.ts";
import { CUSTOMERS_PREFIX, partnerPk } from "../records/place.ts";
import { isTest } from "../records/record.ts";
import { transaction } from "../records/transaction.ts";
import { hasPaid } from "./has-paid.ts";
import { sumOver } from "./partner-figures.ts";

/** How many of a partner's customers have a transaction; null where nobody has counted them yet. */
export interface PaidCustomers {
  readonly paid: number | null;
  readonly counted_at: number | null;
}

interface Dependencies {
  readonly ledger: Pick<Ledger, "listing" | "walk">;
  readonly table: Pick<Table, "write">;
}

/** Customers whose transactions all lie with partners that they belonged to before, and are looked up one by one. */
const movers = z.array(z.object({ key: z.string(), former_partnership_keys: z.array(z.string()) }));

type Mover = z.output<typeof movers>[number];

const keptCount = z.object({
  trace: z.string(),
  /** Customers with a transaction in the partner's own collection. */
  here: z.int(),
  /** Null where they are too many to be kept: then nothing but counting tells. */
  movers: movers.nullish(),
  paid: z.int(),
  counted_at: z.int(),
});

/** More are not kept, nor looked up each time. */
const MOST_MOVERS = 25;

const LOOKS_AT_ONCE = 16;

/**
 * Counts customers who have paid, partner by partner, for whoever asks at an instant. What was counted is kept beside the partner's sums with their trace, and holds as
 * long as the trace is the same; otherwise the partner's customers and transactions are read anew. That may cost `budget` records
 * in all; a partner for whom not enough is left is told of by its last count, whenever that was.
 */
export function paidCounter({ ledger, table }: Dependencies, at: number, budget = Infinity) {
  let left = budget;

  async function payingMovers(program: string, partnership: string, all: readonly Mover[]): Promise<number> {
    const paying = await atOnce(LOOKS_AT_ONCE, all, (one) =>
      hasPaid(ledger, { program, partnership_key: partnership, ...one }),
    );
    return paying.filter(Boolean).length;
  }

  return async (program: string, partnership: string, { counters, trace, kept }: Sums): Promise<PaidCustomers> => {
    if (sumOver(counters, ["customers"]) === 0) return { paid: 0, counted_at: at };
    const last = keptCount.safeParse(kept).data;
    if (last?.trace === trace && last.movers != null) {
      const paid = last.here + (await payingMovers(program, partnership, last.movers));
      return { paid, counted_at: at };
    }
    const cost = sumOver(counters, ["customers", "transactions", "rewards/"]);
    if (cost > left) return { paid: last?.paid ?? null, counted_at: last?.counted_at ?? null };
    left -= cost;
    const { here, moved } = await count(ledger, program, partnership);
    const paid = here + (await payingMovers(program, partnership, moved));
    await table.write({
      put: {
        ...countPlace(program, partnership),
        trace,
        here,
        paid,
        counted_at: at,
        ...(moved.length <= MOST_MOVERS && { movers: moved }),
      },
      // Of two who count at once, the later one has seen more.
      when: { absentOrAtMost: { counted_at: at } },
    });
    return { paid, counted_at: at };
  };
}

/** Reads all of a partner's customers with their transactions. */
async function count(ledger: Pick<Ledger, "walk">, program: string, partnership: string) {
  /** Those of whom no transaction has passed by. */
  const unpaid = new Map<string, Mover>();
  let here = 0;
  for await (const { found: page } of ledger.walk(
    [customer, transaction],
    partnerPk(program, partnership, null),
    CUSTOMERS_PREFIX,
  )) {
    for (const found of page) {
      if (isOf(customer, found)) {
        const { key, former_partnership_keys } = found.record;
        if (!isTest(found.record)) unpaid.set(key, { key, former_partnership_keys });
      } else if (isOf(transaction, found) && !found.record.archived && unpaid.delete(found.record.customer_key)) {
        here += 1;
      }
    }
  }
  const moved = [...unpaid.values()].filter(({ former_partnership_keys }) => former_partnership_keys.length > 0);
  return { here, moved };
}
