import { majorUnits } from "../../shared/records/currency.ts";

/** A made-up program of any size, the same on every run. */
export interface Program {
  readonly partners: number;
  readonly customers: number;
  readonly transactions: number;
}

/** US dollars for one unit of each of its currencies. */
export const RATES = { EUR: "1.0842", GBP: "1.2715", JPY: "0.0067", BRL: "0.1845" };

const CURRENCIES = ["USD", "EUR", "GBP", "JPY", "BRL"] as const;
const PRODUCTS = ["starter-monthly", "team-monthly", "team-annual", "enterprise-annual"];
const DAY_MS = 86_400_000;
const START = Date.UTC(2023, 0, 1);

/** Spreads an index over a range, so that neighbours in the file have nothing to do with each other. */
const scattered = (index: number, range: number): number => (Math.imul(index, 2_654_435_761) >>> 0) % range;

export function* partnersCsv({ partners }: Program): Generator<string> {
  yield "partner_first,partner_last,partner_email,partner_key,partner_joined_date\n";
  for (let at = 0; at < partners; at++)
    yield `Partner,Number ${at},partner-${at}@agency.example,partner-${at},2023-01-01\n`;
}

export function* customersCsv({ partners, customers }: Program): Generator<string> {
  yield "customer_key,email,partner_key,name,created_at\n";
  for (let at = 0; at < customers; at++) {
    yield `acct_${at},customer-${at}@shop.example,partner-${scattered(at, partners)},"Customer ${at}, Ltd",2023-01-01\n`;
  }
}

/** Transactions as a billing export has them: by time, customers mixed. */
export function* transactionsCsv({ customers, transactions }: Program): Generator<string> {
  yield "key,customer_key,amount_in_dollars,currency,created_at,product_key\n";
  for (let at = 0; at < transactions; at++) {
    const { minor, currency } = transactionAmount(at);
    const when = new Date(START + Math.floor((at / transactions) * 1095) * DAY_MS + (at % 86_400) * 1000)
      .toISOString()
      .slice(0, 16)
      .replace("T", " ");
    yield `inv_${String(at).padStart(9, "0")},acct_${scattered(at, customers)},${majorUnits(minor, currency)},${currency},${when},${PRODUCTS[at % 4]}\n`;
  }
}

/** The same, each with a plan of its customer's. */
export function* plannedCsv(program: Program): Generator<string> {
  let cell = "subscription_plan";
  for (const line of transactionsCsv(program)) {
    yield line.replace("\n", `,${cell}\n`);
    cell = "Team";
  }
}

/** Bonuses, each for a transaction of {@link transactionsCsv}. */
export function* rewardsCsv({ partners, customers }: Program, rewards: number): Generator<string> {
  yield "partner_key,target_type,target_key,amount_in_cents,reward_description,created_at\n";
  for (let at = 0; at < rewards; at++) {
    const partner = scattered(scattered(at, customers), partners);
    yield `partner-${partner},transaction,inv_${String(at).padStart(9, "0")},${2500 + at},Bonus of the quarter,${dayOf(at)}\n`;
  }
}

export function* leadsCsv({ partners }: Program, leads: number): Generator<string> {
  yield "external_key,partner_key,first_name,last_name,email,company,status,created_at\n";
  for (let at = 0; at < leads; at++) {
    yield `crm_${at},partner-${scattered(at, partners)},Grace,Number ${at},lead-${at}@office.example,Office ${at},open,${dayOf(at)}\n`;
  }
}

export function* dealsCsv({ partners }: Program, deals: number): Generator<string> {
  yield "external_key,partner_key,amount,close date,status,account_name,created_at\n";
  for (let at = 0; at < deals; at++) {
    yield `opp_${at},partner-${scattered(at, partners)},${125_000 + at},2026-03-31,Working,Office ${at},${dayOf(at)}\n`;
  }
}

const dayOf = (at: number): string => new Date(START + (at % 1095) * DAY_MS).toISOString().slice(0, 10);

export function transactionAmount(at: number): { minor: number; currency: string } {
  const currency = CURRENCIES[scattered(at + 7, 5)] ?? "USD";
  const minor = scattered(at + 13, 200_000) - 4000;
  return { minor, currency };
}

/** What a tenth of each of the first transactions, from an amount on, comes to: how many rewards, and how much by currency. */
export function tenths(
  transactions: number,
  from = -Infinity,
): { rewards: number; amounts: Readonly<Record<string, number>> } {
  const amounts: Record<string, number> = {};
  let rewards = 0;
  for (let at = 0; at < transactions; at++) {
    const { minor, currency } = transactionAmount(at);
    // Halves round away from zero, and nothing is no reward.
    const tenth = Math.floor((Math.abs(minor) + 5) / 10);
    if (tenth === 0 || minor < from) continue;
    rewards += 1;
    amounts[currency] = (amounts[currency] ?? 0) + Math.sign(minor) * tenth;
  }
  return { rewards, amounts };
}

/** Text in chunks worth a write. */
export function* inChunks(lines: Iterable<string>, chars = 1 << 16): Generator<Buffer> {
  let held = "";
  for (const line of lines) {
    held += line;
    if (held.length < chars) continue;
    yield Buffer.from(held);
    held = "";
  }
  if (held !== "") yield Buffer.from(held);
}
