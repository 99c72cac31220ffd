import type { RowOf } from "../records/column.ts";
import { customer } from "../records/customer.ts";
import { derivedKey } from "../records/derived-key.ts";
import type { Partnership } from "../records/partnership.ts";
import { type Reward, reward } from "../records/reward.ts";
import { transaction } from "../records/transaction.ts";
import { RowProblem } from "./read-row.ts";
import { type Amount, noteRate, rowAmount } from "./row-amount.ts";
import { partnersOf } from "./row-partner.ts";
import {
  claimFinder,
  createdEarlier,
  decideRecord,
  referenceFinder,
  lookUp,
  type Row,
  type RowRule,
  type RuleContext,
  shown,
} from "./row-rule.ts";

type Values = RowOf<typeof reward.layout.columns>;

/** What a reward is for: the customer and transaction it hangs on, and the partner they belong to. */
interface Target {
  readonly customer_key: string | null;
  readonly transaction_key: string | null;
  readonly partnership: string | null | undefined;
}

const transactionByKey = referenceFinder(transaction, "key");
const customerByOwnKey = referenceFinder(customer, "customer_key");
const customerByKey = referenceFinder(customer, "key");

/** Reward rows carry no key: they are known by the file's content and the row, so that a file counts once. */
export const rewardRows: RowRule = {
  identities: () => [],

  async decide(rows, context) {
    const targetKeys = (type: string) =>
      rows.map(({ values }) => ((values as Values).target_type === type ? (values as Values).target_key : undefined));
    const keys = new Map(rows.map((row) => [row, keyOf(row, context)]));
    const [claims, partnerOf, transactions, customers, psCustomers] = await Promise.all([
      lookUp([...keys.values()], claimFinder(context, reward, "key")),
      partnersOf(rows, context),
      lookUp(targetKeys("transaction"), transactionByKey(context)),
      lookUp(targetKeys("customer"), customerByOwnKey(context)),
      lookUp(targetKeys("customer"), customerByKey(context)),
    ]);

    const targetOf = (values: Values): Target | RowProblem => {
      const { target_type, target_key } = values;
      if (target_type === undefined && target_key === undefined)
        return { customer_key: null, transaction_key: null, partnership: undefined };
      if (target_type === undefined || target_key === undefined) {
        const empty = target_type === undefined ? "target_type" : "target_key";
        return new RowProblem(
          "half_target",
          empty,
          "is empty beside its other half",
          "Fill in both target_type and target_key, or neither.",
        );
      }
      // Another row may have looked the same key up as one of the other type.
      const bought = target_type === "transaction" ? transactions(target_key)?.record : undefined;
      if (bought)
        return { customer_key: bought.customer_key, transaction_key: bought.key, partnership: bought.partnership_key };
      const buyer = target_type === "customer" ? (customers(target_key) ?? psCustomers(target_key))?.record : undefined;
      if (buyer) return { customer_key: buyer.key, transaction_key: null, partnership: buyer.partnership_key };
      return new RowProblem(
        `unknown_${target_type}`,
        "target_key",
        `there is no ${target_type} ${shown(target_key)}`,
        `Import the ${target_type} first, or correct the key.`,
      );
    };

    return Promise.all(
      rows.map(async (row) => {
        const values: Values = row.values;
        const key = keys.get(row) ?? "";
        const earlier = createdEarlier(claims(key), row);
        if (earlier) {
          noteRate(values.reward_currency, context);
          return earlier;
        }
        // The same row of the same file dropped before: whatever became of the reward since stays.
        if (claims(key)) return { outcome: "unchanged" as const, key };
        const partner = partnerOf(values);
        if (partner instanceof RowProblem) return partner;
        const target = targetOf(values);
        if (target instanceof RowProblem) return target;
        if (target.partnership !== undefined && target.partnership !== partner.key) {
          return new RowProblem(
            "foreign_target",
            "target_key",
            `${shown(values.target_key)} belongs to ${target.partnership === null ? "no partner" : "another partner"}`,
            "Reward the partner whose customer it is.",
          );
        }
        const amount = rowAmount(values, values.reward_currency, context);
        if (amount instanceof RowProblem) return amount;
        const after = created(key, values, partner, target, amount, context);
        return decideRecord(reward, { row, context, before: undefined, after });
      }),
    );
  },
};

const keyOf = ({ row }: Row, { program, job }: RuleContext): string =>
  derivedKey("rwrd_", program.key, job.sha256 ?? job.key, String(row));

const created = (
  key: string,
  values: Values,
  partner: Partnership,
  target: Target,
  amount: Amount,
  { program, job }: RuleContext,
): Reward => ({
  program: program.key,
  key,
  partnership_key: partner.key,
  ...amount,
  description: values.reward_description ?? "",
  reward_status: values.status ?? "pending",
  decline_reason: null,
  source: "import",
  is_external: values.is_external ?? false,
  customer_key: target.customer_key,
  transaction_key: target.transaction_key,
  trigger_key: null,
  ready_at: null,
  created_at: values.created_at ?? job.created_at,
  updated_at: job.created_at,
});
