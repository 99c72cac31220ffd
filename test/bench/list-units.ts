import { listPage } from "../../shared/api/paging.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { claimItem } from "../../shared/ledger/claim.ts";
import { toItem } from "../../shared/ledger/stored.ts";
import { type Transaction, transaction } from "../../shared/records/transaction.ts";
import { createMemoryTable } from "../fakes/memory-table.ts";
import { atMost, type BenchLine, whole } from "./lines.ts";

const START = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;
const LIMIT = 100;
const EARLY_PAGE = 1;
const LATE_PAGE = 1_000;
/** Pages whose units are averaged: one may meet fuller shards than the next. */
const AROUND = 20;

/** Read units of a page of all transactions, newest first: the first pages beside those a thousand pages on. */
export async function listUnits(rows = 1_000_000): Promise<BenchLine> {
  const table = createMemoryTable();
  for (let at = 0; at < rows; at++) {
    const record = recordOf(at);
    await table.write({ put: toItem(transaction, record, revisionOf(record)) });
    // Only those that cursors name need to be found by their keys.
    if (at % LIMIT === 0)
      await table.write({ put: claimItem(transaction, record, keyClaim(record), revisionOf(record), false) });
  }
  const ledger = createLedger({ table, clock: () => START });
  const pageBehind = async (row: number) => {
    const query = { limit: String(LIMIT), ...(row < rows && { starting_after: keyOf(row) }) };
    return listPage(ledger, transaction, "bench", query);
  };
  /** Average units of some pages, and whether each is what it has to be. */
  const around = async (page: number) => {
    const before = table.units.read;
    let exact = true;
    for (let more = 0; more < AROUND; more++) {
      const above = rows - (page - 1 + more) * LIMIT;
      const { items } = await pageBehind(above);
      exact &&= items.length === LIMIT && items.every(({ key }, at) => key === keyOf(above - 1 - at));
    }
    return { units: (table.units.read - before) / AROUND, exact };
  };
  const early = await around(EARLY_PAGE);
  const latest = Math.min(LATE_PAGE, Math.floor(rows / LIMIT) - AROUND);
  const late = await around(latest);
  return {
    name: `list of ${whole(rows)} transactions, page ${whole(latest)}`,
    figure: `${late.units.toFixed(2)} read units for ${LIMIT}`,
    limit: `${early.units.toFixed(2)}: page ${EARLY_PAGE}`,
    ratio: late.units / early.units,
    goal: atMost(late.units / early.units, 1.1),
    exact: early.exact && late.exact,
  };
}

const keyOf = (row: number): string => `trx_${row}`;

const keyClaim = ({ key: value }: Transaction) => ({ field: "key", value });

const revisionOf = ({ created_at: at, key: mark }: Transaction) => ({ rev: 1, at, mark });

function recordOf(row: number): Transaction {
  const at = START + row * MINUTE;
  return {
    program: "bench",
    key: keyOf(row),
    created_at: at,
    updated_at: at,
    customer_key: `cus_${row % 1_000}`,
    partnership_key: `part_${row % 100}`,
    amount: row,
    currency: "USD",
    amount_usd: row,
    product_key: null,
    category_key: null,
    subscription_key: null,
    subscription_plan: null,
    approved: true,
    unapproved_reasons: [],
    archived: false,
    metadata: {},
  };
}
