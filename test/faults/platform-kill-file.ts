import { majorUnits, usdCents } from "../local/platform-money.ts";

/** Rates of the program that the platform makes. */
const RATES: Readonly<Record<string, string>> = {
  USD: "1",
  EUR: "1.0842",
  GBP: "1.2715",
  JPY: "0.0067",
  BRL: "0.1845",
};
const CURRENCIES = Object.keys(RATES);

const PARTNERS = 25;
const CUSTOMERS = 300;

/** One transaction as it has to be in the end. */
export interface Expected {
  /** The partner's e-mail address; empty for customers without a partner. */
  readonly partner: string;
  readonly customer: string;
  /** Empty for rows without a key of their own. */
  readonly key: string;
  readonly minor: bigint;
  readonly currency: string;
  readonly createdAt: string;
}

export interface KillFile {
  readonly partners: string;
  readonly customers: string;
  readonly transactions: string;
  /** What has to become of each row, as if the file were read from top to bottom once. */
  readonly outcomes: readonly string[];
  readonly expected: readonly Expected[];
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A transactions file with everything that could be counted twice or lost, and what has to come of it. */
export function makeKillFile(rows: number, random: () => number): KillFile {
  const below = (limit: number) => Math.floor(random() * limit);
  const partner = (at: number) => `partner${at}@kill.example`;
  // Every tenth customer came without a partner.
  const partnerOf = (customer: number) => (customer % 10 === 0 ? "" : partner(customer % PARTNERS));

  const lines: string[] = [];
  const outcomes: string[] = [];
  const keyed = new Map<string, Expected>();
  const keyless: Expected[] = [];
  const write = (one: Expected, outcome: string) => {
    lines.push([one.key, one.customer, one.minor, one.currency, one.createdAt].join(","));
    outcomes.push(outcome);
  };
  const make = (key: string): Expected => {
    const customer = below(CUSTOMERS);
    return {
      partner: partnerOf(customer),
      customer: `c${customer}`,
      key,
      minor: BigInt(below(200_000) - 20_000),
      currency: CURRENCIES[below(CURRENCIES.length)] ?? "USD",
      createdAt: new Date(Date.UTC(2025, below(12), 1 + below(28), below(24), below(60)))
        .toISOString()
        .slice(0, 16)
        .replace("T", " "),
    };
  };

  while (lines.length < rows) {
    const kind = random();
    const earlier = [...keyed.keys()].at(-1 - below(500));
    const before = earlier === undefined ? undefined : keyed.get(earlier);
    if (kind < 0.01) {
      write({ ...make(`bad-${lines.length}`), customer: "nobody" }, "failed");
    } else if (kind < 0.06) {
      const one = make("");
      keyless.push(one);
      write(one, "created");
    } else if (kind < 0.08 && before !== undefined) {
      // The same key again, for more money.
      const after = { ...before, minor: before.minor + 100n };
      keyed.set(after.key, after);
      write(after, "updated");
    } else if (kind < 0.09 && before !== undefined) {
      write(before, "unchanged");
    } else {
      const one = make(`t-${lines.length}`);
      keyed.set(one.key, one);
      write(one, "created");
    }
  }
  const partners = Array.from({ length: PARTNERS }, (_, at) => `First${at},Last${at},${partner(at)},p${at},2025-01-01`);
  const customers = Array.from({ length: CUSTOMERS }, (_, at) => {
    const own = partnerOf(at) === "" ? "" : `p${at % PARTNERS}`;
    return `c${at},customer${at}@kill.example,${own},2025-01-01`;
  });
  return {
    partners: file("partner_first,partner_last,partner_email,partner_key,partner_joined_date", partners),
    customers: file("customer_key,email,partner_key,created_at", customers),
    transactions: file("key,customer_key,amount_in_cents,currency,created_at", lines),
    outcomes,
    expected: [...keyed.values(), ...keyless],
  };
}

const file = (header: string, lines: readonly string[]): string => [header, ...lines, ""].join("\n");

/** The cells of a transaction that the bundle has to show; a key only where the row had one. */
export const shownCells = ({ partner, customer, key, minor, currency, createdAt }: Expected): string[] => [
  partner,
  customer,
  key,
  majorUnits(minor, currency),
  currency,
  `${createdAt}:00`,
];

/** The counters of a partner, over all days. */
export function expectedTotals(expected: readonly Expected[]): Map<string, bigint> {
  const totals = new Map<string, bigint>();
  const add = (name: string, amount: bigint) => totals.set(name, (totals.get(name) ?? 0n) + amount);
  for (const { partner, minor, currency } of expected) {
    if (partner === "") continue;
    add(`${partner} transactions`, 1n);
    add(`${partner} amount/${currency}`, minor);
    add(`${partner} amount_usd`, usdCents(minor, currency, RATES[currency] ?? ""));
  }
  return totals;
}
