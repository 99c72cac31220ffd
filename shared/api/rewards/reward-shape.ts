import * as z from "zod";
import type { Principal } from "../../access/principal.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Customer } from "../../records/customer.ts";
import type { Group } from "../../records/group.ts";
import type { Partnership } from "../../records/partnership.ts";
import { isTest } from "../../records/record.ts";
import { type Reward, reward } from "../../records/reward.ts";
import type { Transaction } from "../../records/transaction.ts";
import { companyOf, companyShape } from "../company.ts";
import { customersOf, partnershipsOf, transactionsOf } from "../joins.ts";
import { groupsOf } from "../list-scope.ts";
import { loadProgram } from "../load-program.ts";
import { present, visibleShape } from "../present.ts";
import { presentBuyer, transactionShape } from "../transactions/transaction-shape.ts";

const payment = z
  .object({ key: z.string(), amount: z.int(), currency: z.string() })
  .nullable()
  .meta({ description: "The transaction that it was earned by" });

const nothing = (what: string) => z.null().meta({ description: `Always null: there are no ${what}` });

/** A reward as the vendor's side sees it. */
export const rewardShape = z.object({
  ...visibleShape(reward),
  customer: transactionShape.shape.customer.meta({ description: "The customer that it was earned by" }),
  transaction: payment,
  partnership: z
    .object({
      key: z.string(),
      name: z.string(),
      email: z.string(),
      partner_key: z.string(),
      group: z.object({ key: z.string(), name: z.string(), slug: z.string() }).nullable(),
    })
    .nullable(),
  partner_key: z.string().nullable(),
  action: nothing("actions"),
  trigger: z.object({ key: z.string() }).nullable(),
  offer: z
    .object({ key: z.string(), description: z.string() })
    .nullable()
    .meta({ description: "What the partner reads of the trigger that made it" }),
  invoice: nothing("invoices"),
  company: companyShape,
  test: z.boolean(),
});

/** A reward as a partner's token sees it: nothing that tells who the customer is, nor by which rule it was earned. */
export const partnersRewardShape = z.object({
  key: z.string(),
  created_at: z.int(),
  updated_at: z.int(),
  amount: z.int(),
  amount_usd: z.int().nullable(),
  currency: z.string(),
  description: z.string(),
  reward_status: reward.schema.shape["reward_status"] ?? z.string(),
  decline_reason: z.string().nullable(),
  ready_at: z.int().nullable(),
  archived: z.boolean(),
  partnership_key: z.string(),
  customer: z.object({ key: z.string(), external_key: z.string() }).nullable(),
  transaction: payment,
  action: nothing("actions"),
  offer: z.object({ description: z.string() }).nullable(),
  invoice: nothing("invoices"),
  payment_status: z.null(),
  company: companyShape,
  test: z.boolean(),
});

type Reader = Pick<Ledger, "collection" | "find" | "read">;

/** Rewards as whoever asks may see them. */
export const rewardsFor = (ledger: Reader, principal: Principal, rewards: readonly Reward[]): Promise<object[]> =>
  principal.kind === "partner"
    ? presentToPartner(ledger, principal.program, rewards)
    : presentRewards(ledger, principal.program, rewards);

async function presentRewards(ledger: Reader, program: string, rewards: readonly Reward[]) {
  const [owner, groups, partnershipOf, customerOf, transactionOf] = await Promise.all([
    loadProgram(ledger, program),
    groupsOf(ledger, program),
    partnershipsOf(ledger, program, rewards),
    customersOf(ledger, program, rewards),
    transactionsOf(ledger, program, rewards),
  ]);
  return rewards.map((one) => {
    const partner = partnershipOf(one.partnership_key);
    return {
      ...present(reward, one),
      customer: presentBuyer(customerOf(one.customer_key)),
      transaction: presentPayment(transactionOf(one.transaction_key)),
      partnership: partner === undefined ? null : presentPartner(partner, groups),
      partner_key: partner?.partner_key ?? null,
      action: null,
      trigger: one.trigger_key === null ? null : { key: one.trigger_key },
      offer: one.trigger_key === null ? null : { key: one.trigger_key, description: one.description },
      invoice: null,
      company: companyOf(owner),
      test: isTest(one),
    };
  });
}

const presentPayment = (found: Transaction | undefined): z.output<typeof payment> =>
  found === undefined ? null : { key: found.key, amount: found.amount, currency: found.currency };

function presentPartner(
  { key, email, first_name, last_name, partner_key, group_key }: Partnership,
  groups: readonly Group[],
) {
  const group = groups.find((one) => one.key === group_key);
  return {
    key,
    email,
    name: `${first_name} ${last_name}`.trim(),
    partner_key,
    group: group === undefined ? null : { key: group.key, name: group.name, slug: group.slug },
  };
}

async function presentToPartner(ledger: Reader, program: string, rewards: readonly Reward[]) {
  const [owner, customerOf, transactionOf] = await Promise.all([
    loadProgram(ledger, program),
    customersOf(ledger, program, rewards),
    transactionsOf(ledger, program, rewards),
  ]);
  return rewards.map((one): z.output<typeof partnersRewardShape> => {
    const buyer = customerOf(one.customer_key);
    const paid = transactionOf(one.transaction_key);
    return {
      key: one.key,
      created_at: one.created_at,
      updated_at: one.updated_at,
      amount: one.amount,
      amount_usd: one.amount_usd,
      currency: one.currency,
      description: one.description,
      reward_status: one.reward_status,
      decline_reason: one.decline_reason,
      ready_at: one.ready_at,
      archived: one.archived,
      partnership_key: one.partnership_key,
      customer: buyer !== undefined && hadBy(buyer, one) ? { key: buyer.key, external_key: buyer.customer_key } : null,
      transaction: presentPayment(paid?.partnership_key === one.partnership_key ? paid : undefined),
      action: null,
      offer: one.trigger_key === null ? null : { description: one.description },
      invoice: null,
      payment_status: null,
      company: companyOf(owner),
      test: isTest(one),
    };
  });
}

/** Whether the customer is or was the rewarded partner's: files may reward one for another's. */
const hadBy = ({ partnership_key, former_partnership_keys: former }: Customer, { partnership_key: partner }: Reward) =>
  partnership_key === partner || former.includes(partner);
