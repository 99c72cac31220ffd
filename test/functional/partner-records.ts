import fc from "fast-check";
import { type Customer, customer } from "../../shared/records/customer.ts";
import { type Deal, deal } from "../../shared/records/deal.ts";
import { type Lead, lead } from "../../shared/records/lead.ts";
import { partnership } from "../../shared/records/partnership.ts";
import { type Reward, reward } from "../../shared/records/reward.ts";
import { type Transaction, transaction } from "../../shared/records/transaction.ts";
import type { createWorld } from "./api-world.ts";
import { aCustomer, aDeal, aLead, aPartner, aReward, aTransaction } from "./ledger-records.ts";

const DAY = Date.parse("2026-01-31");

/** Few of each, so that there is much that is equal. */
const owner = fc.constantFrom("part_a", "part_a", "part_b");
const name = fc.constantFrom(null, "Zoe", "zoë", "Al", "al", "Ｚoe", "=Al", "😀", "");
const at = fc.constantFrom(DAY, DAY, DAY + 1, DAY + 86_400_000);
/** Keys whose order by UTF-8 is not that of UTF-16. */
const tail = fc.constantFrom("", "é", "😀", "￿", "!", "#T#");
const amount = fc.constantFrom(-500, 0, 7, 100, 100, 12_345);
const currency = fc.constantFrom("USD", "JPY", "EUR");
const usd = fc.constantFrom(null, 100, 250);

const customerOf = fc.record({ owner, name, at, former: fc.constantFrom([], [], ["part_b"], [""]), plans: fc.nat(2) });
const transactionOf = fc.record({ owner, at, amount, currency, usd, tail, buyer: fc.nat(5) });
const rewardOf = fc.record({
  at,
  amount,
  currency,
  tail,
  buyer: fc.option(fc.nat(5)),
  of: fc.nat(7),
  status: fc.boolean(),
});
const leadOf = fc.record({ at, name, tail, buyer: fc.option(fc.nat(5)), status: fc.constantFrom("open", "dead") });
const dealOf = fc.record({ at, name, tail, amount, currency, buyer: fc.option(fc.nat(5)) });

/** Two partners and what they have brought. */
export const someRecords = fc.record({
  customers: fc.array(customerOf, { minLength: 1, maxLength: 6 }),
  transactions: fc.array(transactionOf, { maxLength: 8 }),
  rewards: fc.array(rewardOf, { maxLength: 8 }),
  leads: fc.array(leadOf, { maxLength: 5 }),
  deals: fc.array(dealOf, { maxLength: 5 }),
});

type Some = typeof someRecords extends fc.Arbitrary<infer T> ? T : never;

export async function putRecords(world: ReturnType<typeof createWorld>, some: Some): Promise<void> {
  await world.put(
    partnership,
    aPartner({ key: "part_a", partner_key: "ada", email: "ada@p.example" }),
    aPartner({ key: "part_b", partner_key: "bo", email: "bo@p.example" }),
  );
  const customers = some.customers.map((one, index): Customer => {
    const key = `cus_${index}`;
    return aCustomer({
      key,
      customer_key: `U${index}`,
      email: `c${index}@c.example`,
      name: one.name,
      partnership_key: one.owner,
      created_at: one.at,
      former_partnership_keys: one.former.filter((former) => former !== one.owner),
      subscriptions: Array.from({ length: one.plans }, (_, plan) => ({
        key: `sub_${index}_${plan}`,
        provider_key: null,
        plan_name: one.name,
        amount: 100 * plan,
        currency: "USD",
        quantity: plan + 1,
        transactions: 1,
        created_at: one.at,
        paid_at: one.at,
        transaction_key: "",
      })),
    });
  });
  const buyerOf = (index: number) => customers[index % customers.length]?.key ?? "";
  const transactions = some.transactions.map((one, index): Transaction =>
    aTransaction({
      key: `t${one.tail}${index}`,
      customer_key: buyerOf(one.buyer),
      partnership_key: one.owner,
      amount: one.amount,
      currency: one.currency,
      amount_usd: one.usd,
      created_at: one.at,
    }),
  );
  const rewards = some.rewards.map((one, index): Reward =>
    aReward({
      key: `r${one.tail}${index}`,
      customer_key: one.buyer === null ? null : buyerOf(one.buyer),
      transaction_key: transactions[one.of]?.key ?? null,
      amount: one.amount,
      currency: one.currency,
      created_at: one.at,
      reward_status: one.status ? "paid" : "pending",
    }),
  );
  const leads = some.leads.map((one, index): Lead =>
    aLead({
      key: `l${one.tail}${index}`,
      first_name: one.name,
      last_name: null,
      email: `${index}@l.example`,
      created_at: one.at,
      status: one.status,
      customer_key: one.buyer === null ? null : buyerOf(one.buyer),
    }),
  );
  const deals = some.deals.map((one, index): Deal =>
    aDeal({
      key: `d${one.tail}${index}`,
      account_name: one.name,
      amount: one.amount,
      currency: one.currency,
      created_at: one.at,
      customer_key: one.buyer === null ? null : buyerOf(one.buyer),
    }),
  );
  await world.put(customer, ...customers);
  await world.put(transaction, ...transactions);
  await world.put(reward, ...rewards);
  await world.put(lead, ...leads);
  await world.put(deal, ...deals);
}
