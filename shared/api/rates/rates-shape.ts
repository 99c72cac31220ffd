import * as z from "zod";
import type { Ledger } from "../../ledger/ledger.ts";
import { unconvertedLanes } from "../../ledger/listing.ts";
import type { Program } from "../../records/program.ts";
import type { BaseRecord, Declaration } from "../../records/record.ts";
import { reward } from "../../records/reward.ts";
import { transaction } from "../../records/transaction.ts";

/** More than so many of a kind are not counted for an answer. */
const MOST_COUNTED = 1_000;

const counts = z.record(z.string(), z.int());

/** A program's rates, with how much is recorded without one. */
export const ratesShape = z.object({
  key: z.string(),
  rates: z
    .record(z.string(), z.string())
    .meta({ description: "US dollars for one unit of each currency, as decimals" }),
  unconverted: z
    .object({
      transactions: counts,
      rewards: counts,
      is_all: z.boolean().meta({ description: `False where there are more than the newest ${MOST_COUNTED} of a kind` }),
    })
    .meta({
      description: "By currency, how many sums in US dollars lack: the lists show them with `unconverted=true`",
    }),
});

/** The rates as the API shows them. What has no worth lies in an index of its own, so that it is counted without looking at the rest. */
export async function presentRates(
  ledger: Pick<Ledger, "listing">,
  { key, rates }: Program,
): Promise<z.output<typeof ratesShape>> {
  const [ofTransactions, ofRewards] = await Promise.all([
    countUnconverted(ledger, transaction, key),
    countUnconverted(ledger, reward, key),
  ]);
  return {
    key,
    rates,
    unconverted: {
      transactions: ofTransactions.counts,
      rewards: ofRewards.counts,
      is_all: ofTransactions.isAll && ofRewards.isAll,
    },
  };
}

async function countUnconverted<R extends BaseRecord & { readonly currency: string }>(
  ledger: Pick<Ledger, "listing">,
  declaration: Declaration<R>,
  program: string,
): Promise<{ readonly counts: Record<string, number>; readonly isAll: boolean }> {
  const found: Record<string, number> = {};
  let left = MOST_COUNTED;
  const newest = ledger.listing(declaration, unconvertedLanes(declaration, program), { newestFirst: true, about: 100 });
  for await (const { record } of newest) {
    if (left === 0) return { counts: found, isAll: false };
    left -= 1;
    found[record.currency] = (found[record.currency] ?? 0) + 1;
  }
  return { counts: found, isAll: true };
}
