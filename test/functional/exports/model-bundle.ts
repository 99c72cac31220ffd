import { amountCell, instantCell } from "../../../shared/records/bundle.ts";
import type { Model } from "./schedule.ts";

type Cells = Readonly<Record<string, string>>;

/** What a bundle of the model says, in the columns that changes can reach, sorted by key. */
export function bundleOf({ groups, partners, customers, transactions, rewards, leads, deals }: Model) {
  const groupOf = (partner: string | null) => groups.get(partners.get(partner ?? "")?.group_key ?? "")?.name ?? "";
  const home = (partner: string | null): Cells => ({ partner_id: partner ?? "", partner_group: groupOf(partner) });
  const all = <R>(map: ReadonlyMap<string, R>): R[] => [...map.values()];
  const usd = (records: readonly { readonly amount_usd: number | null }[]): string =>
    amountCell(
      records.reduce((sum, { amount_usd }) => sum + (amount_usd ?? 0), 0),
      "USD",
    );

  const became = (key: string | null): Cells => ({
    customer_key: customers.get(key ?? "")?.customer_key ?? "",
    customer_ps_key: key ?? "",
    customer_name: customers.get(key ?? "")?.name ?? "",
  });

  return {
    applications: all(partners).map((partner): Cells => ({
      ...home(partner.key),
      application_approved: String(partner.status === "approved"),
      "First name": partner.first_name,
      email: partner.email,
    })),
    leads: all(leads).map((lead): Cells => ({
      partner_id: lead.partnership_key,
      lead_email: lead.email ?? "",
      lead_status: lead.status,
      lead_approved: String(lead.approved),
      ...became(lead.customer_key),
    })),
    deals: all(deals).map((deal): Cells => ({
      partner_id: deal.partnership_key ?? "",
      deal_account_name: deal.account_name ?? "",
      deal_stage: deal.stage,
      deal_amount: amountCell(deal.amount, deal.currency),
      deal_created_date: instantCell(deal.created_at),
      ...became(deal.customer_key),
    })),
    partners: all(partners).map((partner): Cells => {
      const theirs = <R extends { readonly partnership_key: string | null }>(map: ReadonlyMap<string, R>) =>
        all(map).filter(({ partnership_key }) => partnership_key === partner.key);
      return {
        ...home(partner.key),
        partner_firstname: partner.first_name,
        partner_group_join_date: instantCell(partner.group_joined_at),
        archived_status: String(partner.archived),
        partner_email: partner.email,
        partner_tags: partner.tags.join("|"),
        total_number_of_customers: String(theirs(customers).length),
        total_number_of_transactions: String(theirs(transactions).length),
        total_sum_of_transactions_usd: usd(theirs(transactions)),
        total_sum_of_rewards: usd(theirs(rewards)),
      };
    }),
    customers: all(customers).map((customer): Cells => {
      const bought = all(transactions).filter(({ customer_key }) => customer_key === customer.key).length;
      return {
        ...home(customer.partnership_key),
        customer_ps_key: customer.key,
        customer_key: customer.customer_key,
        customer_has_paid: String(bought > 0),
        number_of_transactions_for_customer: String(bought),
        subscription_plan_name: customer.subscriptions.map(({ plan_name }) => plan_name ?? "").join("|"),
        subscription_plan_value: customer.subscriptions
          .map(({ amount, currency }) => amountCell(amount, currency))
          .join("|"),
        subscription_count: String(customer.subscriptions.length),
      };
    }),
    transactions: all(transactions).map((transaction): Cells => {
      const { key, customer_key, partnership_key, subscription_key, subscription_plan } = transaction;
      const paidFor = customers.get(customer_key)?.subscriptions.find((one) => one.key === subscription_key);
      // A reward stays with the customer it was earned by, also when its transaction goes to another.
      const caused = all(rewards)
        .filter((one) => one.transaction_key === key && one.customer_key === customer_key)
        .filter((one) => one.partnership_key === partnership_key)
        .toSorted((a, b) => a.created_at - b.created_at || (a.key < b.key ? -1 : 1));
      return {
        ...home(partnership_key),
        transaction_key: key,
        transaction_create_date: instantCell(transaction.created_at),
        transaction_product_key: transaction.product_key ?? "",
        transaction_amount: amountCell(transaction.amount, transaction.currency),
        transaction_currency: transaction.currency,
        reward_key: caused.map((one) => one.key).join("|"),
        reward_amount: caused.map(({ amount, currency }) => amountCell(amount, currency)).join("|"),
        customer_key: customers.get(customer_key)?.customer_key ?? "",
        customer_ps_key: customer_key,
        customer_name: customers.get(customer_key)?.name ?? "",
        // The customer may have moved on, with all its subscriptions.
        subscription_plan: subscription_plan ?? paidFor?.plan_name ?? "",
      };
    }),
    rewards: all(rewards).map((reward): Cells => ({
      ...home(reward.partnership_key),
      reward_key: reward.key,
      reward_amount: amountCell(reward.amount, reward.currency),
      reward_status: reward.reward_status,
      reward_transaction_key: reward.transaction_key ?? "",
      reward_customer_key: customers.get(reward.customer_key ?? "")?.customer_key ?? "",
      reward_subscription_key: reward.subscription_key ?? "",
    })),
  };
}
