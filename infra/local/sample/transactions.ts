import { DAY, END, dateTime, minutes, monthsAfter } from "./calendar.ts";
import { ADD_ONS, ANNUAL, currencyOf, METERED, MONTHLY, type Product } from "./catalog.ts";
import type { Customer } from "./customers.ts";
import { MINOR_DIGITS, type Currency } from "./program.ts";
import { createRandom, type Random } from "./random.ts";

export interface Transaction {
  readonly key: string;
  readonly customer: Customer;
  readonly product: Product;
  readonly currency: Currency;
  /** Minor units; negative for a refund. */
  readonly amount: number;
  readonly created: number;
  /** What is billed again every month or year. */
  readonly subscription: Subscription | undefined;
  /** Paid back later, in whole. */
  readonly refunded: boolean;
}

interface Subscription {
  /** As the payment provider knows it. */
  readonly key: string;
  readonly seats: number;
}

type Charge = Omit<Transaction, "key">;

const COUNT = 12_000;

/** Older invoices were exported with trailing zeros dropped ("29", "17.5"), newer ones with all digits ("29.00"). */
const FULL_DIGITS = minutes("2024-01-01");

/** From then on invoices name the subscription that they are for. */
const SUBSCRIPTIONS_NAMED = minutes("2026-04-01");

const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz";

export function makeTransactions(customers: readonly Customer[]): Transaction[] {
  const random = createRandom("northwind transactions");
  const names = createRandom("northwind subscriptions");
  const charges: Charge[] = [];
  // Whoever is left when the number is reached signed up and never bought.
  for (const customer of random.shuffled(customers)) {
    if (charges.length >= COUNT) break;
    if (random.chance(12)) continue;
    const history = purchases(customer, random, `sub_${names.id(14, LETTERS)}`).sort((a, b) => a.created - b.created);
    charges.push(...history.slice(0, COUNT - charges.length));
  }
  if (charges.length !== COUNT) throw new Error(`only ${charges.length} transactions`);
  charges.sort((a, b) => a.created - b.created || (a.customer.key < b.customer.key ? -1 : 1));
  return numbered(charges);
}

export const TRANSACTION_HEADER = [
  "key",
  "customer_key",
  "amount_in_dollars",
  "currency",
  "created_at",
  "product_key",
  "subscription_key",
  "subscription_plan",
  "subscription_quantity",
];

export function transactionRow(transaction: Transaction): string[] {
  const { key, customer, currency, created, product, subscription } = transaction;
  const named = created >= SUBSCRIPTIONS_NAMED ? subscription : undefined;
  return [
    key,
    customer.key,
    decimal(transaction),
    currency,
    dateTime(created),
    product.key,
    named?.key ?? "",
    named === undefined ? "" : product.label,
    named?.seats.toString() ?? "",
  ];
}

/** Everything one customer was ever billed. */
function purchases(customer: Customer, random: Random, subscriptionKey: string): Charge[] {
  const currency = currencyOf(customer.market);
  const charges: Charge[] = [];
  const bill = (product: Product, created: number, amount: number, subscription?: Subscription): boolean => {
    const back = created + random.int(DAY, 20 * DAY);
    const refunded = random.chance(3.4) && back <= END;
    const whole = refunded && random.chance(75);
    charges.push({ customer, product, currency, amount, created, subscription, refunded: whole });
    if (refunded) {
      const refund = whole ? amount : Math.ceil(amount / 2);
      charges.push({ customer, product, currency, amount: -refund, created: back, subscription, refunded: false });
    }
    return whole;
  };

  const first = customer.created + random.pick([0, 0, 14 * DAY]) + random.int(5, 3 * DAY);
  const yearly = random.chance(27);
  const plans = yearly ? ANNUAL : MONTHLY;
  let step = random.weighted(
    yearly
      ? ([
          [0, 30],
          [1, 38],
          [2, 24],
          [3, 8],
        ] as const)
      : ([
          [0, 50],
          [1, 36],
          [2, 14],
        ] as const),
  );
  let seats = random.int(2, 9) * (step === 3 ? 5 : 1);
  const discount = random.weighted([
    [0, 82],
    [10, 12],
    [20, 6],
  ] as const);

  for (let period = 0; ; period++) {
    const plan = plans[step];
    if (plan === undefined) throw new Error(`no plan ${step}`);
    const due = monthsAfter(first, period * plan.months);
    if (due > END) break;
    const billed = plan.perSeat ? seats : 1;
    const list = plan.price[currency] * billed;
    const price = Math.round((list * (100 - discount)) / 100);
    const gone = bill(plan, due, price, { key: subscriptionKey, seats: billed });
    if (gone && random.chance(70)) break;

    const extra = due + random.int(DAY, 25 * DAY);
    if (extra <= END && random.chance(5)) {
      const addOn = random.weighted(ADD_ONS.map((one, index) => [one, [15, 45, 5, 35][index] ?? 1] as const));
      bill(addOn, extra, addOn.price[currency]);
    }
    if (extra <= END && random.chance(6)) bill(METERED, extra, METERED.price[currency] * random.int(40, 1900));

    if (random.chance(yearly ? 24 : 6)) break;
    if (random.chance(3) && step + 1 < MONTHLY.length) step++;
    else if (random.chance(5)) seats += random.int(1, 3);
  }
  return charges;
}

/** Invoices and credit notes are numbered through each year, in the order they were written. */
function numbered(charges: readonly Charge[]): Transaction[] {
  const last = new Map<string, number>();
  return charges.map((charge) => {
    const series = `${charge.amount < 0 ? "CRN" : "INV"}-${dateTime(charge.created).slice(0, 4)}`;
    const number = (last.get(series) ?? 0) + 1;
    last.set(series, number);
    return { ...charge, key: `${series}-${number.toString().padStart(5, "0")}` };
  });
}

function decimal({ amount, currency, created }: Transaction): string {
  const digits = MINOR_DIGITS[currency];
  if (digits === 0) return amount.toString();
  const minor = Math.abs(amount)
    .toString()
    .padStart(digits + 1, "0");
  const text = `${amount < 0 ? "-" : ""}${minor.slice(0, -digits)}.${minor.slice(-digits)}`;
  return created < FULL_DIGITS ? text.replace(/\.?0+$/, "") : text;
}
