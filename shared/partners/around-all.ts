import { atOnce } from "../at-once.ts";
import { CallerError } from "../errors.ts";
import { isOf } from "../ledger/as-of.ts";
import { partnerLanes } from "../ledger/listing.ts";
import { type Customer, customer } from "../records/customer.ts";
import { partnerPk } from "../records/place.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";
import { reward } from "../records/reward.ts";
import { transaction } from "../records/transaction.ts";
import {
  addBuyers,
  buyerKeyOf,
  distinct,
  hasPaidElsewhere,
  LOOKS_AT_ONCE,
  type Owner,
  shownFrom,
  type SurroundingsReader,
} from "./around-page.ts";
import type { PartnerTable } from "./partner-tables.ts";
import { type Asked, earnings, spending, type Surroundings } from "./surroundings.ts";

/** Records of one partner that are read to sort or search a table. */
const MOST_WALKED = 25_000;

/** All records of a kind that a partner has, with what their rows tell beside them: its collection is read once, in its own order. */
export async function aroundAll<R extends BaseRecord, Row>(
  ledger: SurroundingsReader,
  { shows, partnership }: Owner,
  { declaration, begins, asks }: Pick<PartnerTable<R, Row>, "declaration" | "begins" | "asks">,
  most = MOST_WALKED,
): Promise<{ readonly records: readonly R[]; readonly around: Surroundings }> {
  const kinds: Declaration[] = [declaration, ...kindsFor(asks)];
  const records: R[] = [];
  const known = new Map<string, Customer>();
  const spent = spending();
  const earned = earnings();
  let walked = 0;
  if (begins.length === 0) {
    const range = { newestFirst: true, about: most };
    for await (const { record } of ledger.listing(
      declaration,
      partnerLanes(declaration, shows.key, partnership),
      range,
    )) {
      if (records.length === most) throw tooMany(most);
      records.push(record);
    }
  }
  for (const part of begins) {
    for await (const { read, found: page } of ledger.walk(kinds, partnerPk(shows.key, partnership, null), part)) {
      walked += read;
      if (walked > most) throw tooMany(most);
      for (const found of page) {
        if (isOf(declaration, found)) records.push(found.record);
        if (isOf(customer, found)) known.set(found.record.key, found.record);
        if (asks.includes("spent") && isOf(transaction, found)) spent.add(found.record);
        if (asks.includes("earned") && isOf(reward, found)) earned.add(found.record);
      }
    }
  }
  if (asks.includes("buyer") && declaration.kind !== customer.kind) {
    await addBuyers(ledger, shows.key, known, distinct(records.map(buyerKeyOf)));
  }
  const elsewhere = new Set<string>();
  if (asks.includes("spent")) {
    const moved = [...known.values()].filter(({ key }) => !spent.has(key));
    await atOnce(LOOKS_AT_ONCE, moved, async (one) => {
      if (await hasPaidElsewhere(ledger, one)) elsewhere.add(one.key);
    });
  }
  return {
    records,
    around: {
      shows,
      buyer: shownFrom(shows, known),
      spent: ({ key }) => spent.of(key, elsewhere),
      earned: (one) => earned.of(one),
    },
  };
}

const kindsFor = (asks: readonly Asked[]): Declaration[] => [
  ...(asks.includes("buyer") ? [customer] : []),
  ...(asks.includes("spent") ? [transaction] : []),
  ...(asks.includes("earned") ? [reward] : []),
];

const tooMany = (most: number): CallerError =>
  new CallerError(
    "invalid",
    `the partner has more than ${most} records, which are too many to be sorted, searched or put into a file at once: ` +
      "ask for an export (POST /api/v2/exports/base-records)",
    "order_by",
  );
