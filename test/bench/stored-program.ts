import { toItem } from "../../shared/ledger/stored.ts";
import type { Item, Table } from "../../shared/ports.ts";
import { customer } from "../../shared/records/customer.ts";
import { derivedKey } from "../../shared/records/derived-key.ts";
import { ALL_FEATURES } from "../../shared/records/features.ts";
import { group, GROUP_DEFAULTS } from "../../shared/records/group.ts";
import { PARTNER_DEFAULTS, partnership } from "../../shared/records/partnership.ts";
import { claimPlace } from "../../shared/records/place.ts";
import { program } from "../../shared/records/program.ts";
import type { BaseRecord, Declaration } from "../../shared/records/record.ts";
import { transaction } from "../../shared/records/transaction.ts";
import { type Program, transactionAmount } from "./program-files.ts";

const AT = Date.UTC(2025, 0, 1);
const FIRST = ["Ada", "Grace", "Edsger", "Barbara", "Donald", "Frances", "Alan", "Radia", "Ken", "Margaret", "Niklaus"];
const LAST = [
  "Lovelace",
  "Hopper",
  "Dijkstra",
  "Liskov",
  "Knuth",
  "Allen",
  "Turing",
  "Perlman",
  "Hamilton",
  "Wirth",
  "Backus",
  "McCarthy",
  "Nygaard",
];
const PRODUCTS = ["starter-monthly", "team-monthly", "team-annual", "enterprise-annual", "add-on", "credits"];
/** Items put at once. */
const BATCH = 1000;

const DATES = { created_at: AT, updated_at: AT };

/** Puts a program into a table as an import would leave it, without the time an import takes. */
export async function storedProgram(table: Pick<Table, "insert">, size: Program): Promise<void> {
  let some: Item[] = [];
  for (const item of storedItems(size)) {
    some.push(item);
    if (some.length < BATCH) continue;
    await table.insert(some);
    some = [];
  }
  await table.insert(some);
}

const put = <R extends BaseRecord>(declaration: Declaration<R>, record: R): Item =>
  toItem(declaration, record, { rev: 1, at: AT, mark: "bench" });

function* storedItems(size: Program): Generator<Item> {
  yield put(program, {
    ...DATES,
    program: "bench",
    key: "bench",
    name: "Bench",
    currency: "USD",
    admin_email: "a@bench.example",
    rates: { USD: "1" },
    features: ALL_FEATURES,
    link_base: null,
    anonymize_customers: false,
    partner_fields: [],
    customer_fields: [],
  });
  yield put(group, {
    ...DATES,
    program: "bench",
    key: "grup_1",
    name: "Default",
    slug: "default",
    default: true,
    archived: false,
    ...GROUP_DEFAULTS,
  });
  const partnerKey = (at: number) => derivedKey("part_", String(at % size.partners));
  const customerKey = (at: number) => derivedKey("cus_", String(at % size.customers));
  for (let at = 0; at < size.partners; at++) {
    const key = partnerKey(at);
    yield { ...claimPlace("bench", "partnership", "key", key), key };
    yield put(partnership, {
      ...DATES,
      program: "bench",
      key,
      ...PARTNER_DEFAULTS,
      partner_key: `partner-${at}`,
      email: `partner-${at}@agency.example`,
      first_name: FIRST[at % 11] ?? "",
      last_name: `${LAST[at % 13]} ${at}`,
      group_key: "grup_1",
      manager: null,
      tags: [],
      fields: {},
      status: "approved",
      archived: false,
      joined_at: AT,
      group_joined_at: AT,
    });
  }
  for (let at = 0; at < size.customers; at++) {
    yield put(customer, {
      ...DATES,
      program: "bench",
      key: customerKey(at),
      customer_key: `acct_${derivedKey("", `customer ${at}`).slice(0, 12)}`,
      email:
        `${FIRST[at % 11]}.${derivedKey("", `mail ${at}`).slice(0, 6)}@${LAST[(at * 7) % 13]}.example`.toLowerCase(),
      anonymized: false,
      name: `${LAST[(at * 5) % 13]} & ${LAST[(at * 7) % 13]} ${at}, Ltd`,
      company_name: null,
      partnership_key: partnerKey(at),
      provider_key: null,
      source_type: "import",
      archived: false,
      fields: {},
      subscriptions: [],
      former_partnership_keys: [],
    });
  }
  for (let at = 0; at < size.transactions; at++) {
    const { minor, currency } = transactionAmount(at);
    const own = derivedKey("", `transaction ${at}`);
    yield put(transaction, {
      ...DATES,
      created_at: AT + ((at * 7_919) % 31_536_000) * 1000,
      program: "bench",
      // As payment providers make them.
      key: `in_${own}`,
      customer_key: customerKey(at),
      partnership_key: partnerKey(at % size.customers),
      amount: minor,
      currency,
      amount_usd: minor,
      product_key: PRODUCTS[at % 7] ?? null,
      category_key: null,
      subscription_key: null,
      subscription_plan: null,
      approved: true,
      unapproved_reasons: [],
      archived: false,
      metadata: {},
    });
  }
}
