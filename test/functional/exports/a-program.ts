import { usdCents } from "../../../shared/records/currency.ts";
import type { Customer } from "../../../shared/records/customer.ts";
import { type ExportWorld, RATES } from "./export-world.ts";

const DAY = 86_400_000;

/** What a program was made of: what every file has to hold, and no file twice. */
export interface Made {
  readonly partners: Set<string>;
  readonly customers: Set<string>;
  readonly transactions: Set<string>;
  readonly rewards: Set<string>;
  /** The bundle's rewards do not tell their currency. */
  readonly currencyOf: Map<string, string>;
}

/** There is no rate for CHF. */
export const CURRENCIES = ["USD", "EUR", "JPY", "KWD", "CHF"] as const;

export const money = (amount: number, currency: string) => {
  const rate = Object.entries(RATES).find(([code]) => code === currency)?.[1];
  return { amount, currency, amount_usd: rate === undefined ? null : usdCents(amount, currency, rate) };
};

/**
 * A program in which everything occurs: three groups, partners with and without customers, archived ones, managers and
 * tags, customers of nobody, moved ones and those who came back, refunds, five currencies, and rewards of every kind.
 */
export async function makeProgram(world: ExportWorld): Promise<Made> {
  const { clock } = world;
  const made: Made = {
    partners: new Set(),
    customers: new Set(),
    transactions: new Set(),
    rewards: new Set(),
    currencyOf: new Map(),
  };
  clock.set("2026-01-01T00:00:00Z");
  await world.program("acme", [
    { key: "grup_1", name: "Default" },
    { key: "grup_2", name: "Agencies, large" },
    { key: "grup_3", name: "=Resellers" },
  ]);

  const partners = Array.from({ length: 12 }, (_, index) => `part_${index}`);
  for (const [index, key] of partners.entries()) {
    clock.advance(DAY / 2);
    await world.partner(key, {
      group_key: `grup_${1 + (index % 3)}`,
      manager: index % 4 === 0 ? null : `manager${index % 4}@acme.example`,
      tags: index % 2 === 0 ? [] : ["gold", `tag "${index}"`],
      archived: index % 5 === 4,
    });
    made.partners.add(key);
  }

  let count = 0;
  const buy = async (customer: Customer) => {
    count += 1;
    clock.advance(DAY / 16);
    const currency = CURRENCIES[count % 5] ?? "USD";
    const amount = count % 7 === 0 ? -333 * count : 1001 * count;
    const key = `trx_${count}`;
    await world.transaction(key, customer, {
      ...money(amount, currency),
      product_key: count % 3 ? null : `plan-${count}`,
    });
    made.transactions.add(key);
    if (customer.partnership_key === null) return;
    const kinds = [
      { customer_key: customer.key, transaction_key: key },
      { customer_key: customer.key, transaction_key: null },
      { customer_key: null, transaction_key: null },
    ];
    const target = kinds[(count >> 1) % 3];
    for (let reward = 0; reward < count % 3; reward++) {
      const of = CURRENCIES[(count + reward) % 5] ?? "USD";
      const earned = `rwrd_${count}_${reward}`;
      await world.reward(earned, customer.partnership_key, { ...money(77 * count, of), ...target });
      made.rewards.add(earned);
      made.currencyOf.set(earned, of);
    }
  };

  for (let index = 0; index < 30; index++) {
    clock.advance(DAY / 4);
    const key = `cus_${index}`;
    // The last two partners have nobody.
    const home = index % 6 === 5 ? null : `part_${index % 10}`;
    let customer = await world.customer(key, home, { company_name: index % 2 ? `-${index} "Outfitters", Ltd` : null });
    made.customers.add(key);
    for (let bought = 0; bought < index % 4; bought++) await buy(customer);
    if (index % 3 !== 0) continue;
    // Some move on, some to nobody and some back.
    for (const to of [`part_${(index + 1) % 10}`, index % 2 ? null : "part_3", ...(index % 9 === 0 ? [home] : [])]) {
      customer = await world.move(key, to);
      await buy(customer);
    }
  }
  clock.advance(DAY);
  return made;
}
