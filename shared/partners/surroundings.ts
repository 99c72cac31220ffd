import type { Customer } from "../records/customer.ts";
import type { Program } from "../records/program.ts";
import type { Reward } from "../records/reward.ts";
import type { Transaction } from "../records/transaction.ts";
import type { Money, Unconverted } from "./table-column.ts";

/** What a customer has paid while it was the partner's; nothing that it paid with others is told. */
export interface Spent {
  readonly revenue_usd: number;
  readonly unconverted: Unconverted;
  /** Whether it has a transaction, with whichever partner that was made. */
  readonly hasPaid: boolean;
}

/** What rows tell beside their own record. */
export interface Surroundings {
  /** What the program tells of its customers. */
  readonly shows: Pick<Program, "key" | "anonymize_customers">;
  /** The customer of this key, with nothing in it that nobody is to be told. */
  buyer(key: string | null): Customer | undefined;
  spent(customer: Pick<Customer, "key">): Spent;
  /** What the partner has earned by a transaction: one sum for each currency. */
  earned(one: Pick<Transaction, "key" | "customer_key">): readonly Money[];
}

/** Which of them a table asks for. */
export type Asked = Exclude<keyof Surroundings, "shows">;

/** Adds up what customers pay. What is archived counts nowhere. */
export function spending() {
  const sums = new Map<string, { transactions: number; usd: number; unconverted: Map<string, number> }>();
  return {
    add({ customer_key, amount_usd, currency, archived }: Transaction): void {
      if (archived) return;
      const sum = sums.get(customer_key) ?? { transactions: 0, usd: 0, unconverted: new Map<string, number>() };
      sums.set(customer_key, sum);
      sum.transactions += 1;
      if (amount_usd === null) sum.unconverted.set(currency, (sum.unconverted.get(currency) ?? 0) + 1);
      else sum.usd += amount_usd;
    },
    has: (customer: string): boolean => sums.has(customer),
    /** What it comes to; `elsewhere` are customers who have paid with other partners. */
    of(customer: string, elsewhere: ReadonlySet<string>): Spent {
      const { transactions = 0, usd = 0, unconverted = new Map<string, number>() } = sums.get(customer) ?? {};
      return {
        revenue_usd: usd,
        unconverted: [...unconverted]
          .map(([currency, count]) => ({ currency, transactions: count }))
          .toSorted((one, other) => (one.currency < other.currency ? -1 : 1)),
        hasPaid: transactions > 0 || elsewhere.has(customer),
      };
    },
  };
}

/** Adds up what transactions earn. Rewards stand beside the customer they were earned by. */
export function earnings() {
  const sums = new Map<string, Map<string, number>>();
  const idOf = (customer: string, transaction: string): string => JSON.stringify([customer, transaction]);
  return {
    add({
      customer_key,
      transaction_key,
      amount,
      currency,
      archived,
    }: Pick<Reward, "customer_key" | "transaction_key" | "amount" | "currency" | "archived">): void {
      if (customer_key === null || transaction_key === null || archived) return;
      const id = idOf(customer_key, transaction_key);
      const sum = sums.get(id) ?? new Map<string, number>();
      sums.set(id, sum);
      sum.set(currency, (sum.get(currency) ?? 0) + amount);
    },
    of: ({ customer_key, key }: Pick<Transaction, "key" | "customer_key">): Money[] =>
      [...(sums.get(idOf(customer_key, key)) ?? [])]
        .map(([currency, amount]) => ({ currency, amount }))
        .toSorted((one, other) => (one.currency < other.currency ? -1 : 1)),
  };
}
