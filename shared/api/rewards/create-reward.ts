import * as z from "zod";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Principal } from "../../access/principal.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { customer } from "../../records/customer.ts";
import { type Partnership, partnership } from "../../records/partnership.ts";
import type { BaseRecord } from "../../records/record.ts";
import { type Reward, reward } from "../../records/reward.ts";
import { transaction } from "../../records/transaction.ts";
import { type Answer, one } from "../envelope.ts";
import { lookByEitherKey } from "../find-by-either-key.ts";
import { amountInput, currencyInput } from "../money-inputs.ts";
import { partnerInputs, partnerNamed, testFor } from "../partner-of-request.ts";
import type { ApiRequest } from "../request.ts";
import { shown, validated } from "../validated.ts";
import { worthOf } from "../worth-of.ts";
import { rewardsFor } from "./reward-shape.ts";

export const descriptionInput = z.string().min(1).max(500).meta({ description: "What the partner reads" });

/** What a request for a new reward says: for what it is, or whose it is, or both. */
export const rewardRequest = z.strictObject({
  amount: amountInput,
  currency: currencyInput.nullish().meta({ description: "The program's, when absent" }),
  description: descriptionInput,
  target: z
    .strictObject({
      type: z.enum(["customer", "transaction", "manual"]),
      key: z.string().min(1).max(255).meta({
        description: "Key of the customer, ours or yours, of the transaction, or, for `manual`, of the partner",
      }),
    })
    .nullish()
    .meta({ description: "What the reward is for; not needed where the partner is named" }),
  ...partnerInputs,
  partner_email: z.string().min(1).max(254).nullish().meta({ description: "The partner, by its e-mail address" }),
});

type Asked = z.output<typeof rewardRequest>;

/** Rewards a partner. No trigger is asked, and no mail leaves. */
export async function createReward(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body, newKey } = request;
  const asked = validated(rewardRequest, body === undefined ? {} : body);
  const key = newKey("rwrd_");
  const made = await recordChange(dependencies, request, { declaration: reward, key }, async ({ program, now }) => {
    const { partnership_key, owner, field, about } = await earnerOf(ledger, principal, asked);
    const { amount, description } = asked;
    const currency = asked.currency ?? program.currency;
    const after: Reward = {
      program: program.key,
      key,
      partnership_key,
      amount,
      currency,
      amount_usd: worthOf(program, amount, currency),
      description,
      reward_status: "pending",
      decline_reason: null,
      source: "manual",
      is_external: false,
      ...about,
      ...testFor(principal, owner, field),
      trigger_key: null,
      ready_at: null,
      archived: false,
      created_at: now,
      updated_at: now,
    };
    return { change: { declaration: reward, after }, action: "reward.created" };
  });
  const [answer = {}] = await rewardsFor(ledger, principal, [made]);
  return one(answer, "Reward created");
}

/** Whose a reward is, and what it is for. */
interface Earner {
  readonly partnership_key: string;
  /** What says whether it is a test. */
  readonly owner: BaseRecord;
  readonly field: string;
  readonly about: Pick<Reward, "customer_key" | "transaction_key" | "subscription_key">;
}

const NOTHING = { customer_key: null, transaction_key: null, subscription_key: null };

async function earnerOf(ledger: Pick<Ledger, "find">, { program }: Principal, asked: Asked): Promise<Earner> {
  const named = await namedPartner(ledger, program, asked);
  const target = await targetOf(ledger, program, asked.target);
  if (target === undefined) {
    if (named === undefined) throw new CallerError("invalid", "'target' is a required property", "target");
    return { partnership_key: named.key, owner: named, field: "partner_key", about: NOTHING };
  }
  const { owner, partnership_key, about } = target;
  if (partnership_key === null) {
    throw new CallerError("invalid", `${shown(asked.target?.key)} belongs to no partner`, "target.key");
  }
  if (named !== undefined && named.key !== partnership_key) {
    throw new CallerError("invalid", `${shown(asked.target?.key)} belongs to another partner`, "target.key");
  }
  return { partnership_key, owner, field: "target.key", about };
}

async function namedPartner(
  ledger: Pick<Ledger, "find">,
  program: string,
  { partner_email, ...named }: Asked,
): Promise<Partnership | undefined> {
  const byKey = await partnerNamed(ledger, program, named);
  if (partner_email === undefined || partner_email === null) return byKey;
  const found = await lookByEitherKey(ledger, partnership, program, ["email"], partner_email);
  if (found === undefined)
    throw new CallerError("invalid", `there is no partner ${shown(partner_email)}`, "partner_email");
  if (byKey !== undefined && byKey.key !== found.record.key) {
    throw new CallerError("invalid", `${shown(partner_email)} is another partner's address`, "partner_email");
  }
  return found.record;
}

async function targetOf(ledger: Pick<Ledger, "find">, program: string, target: Asked["target"]) {
  if (target === undefined || target === null) return undefined;
  const { type, key } = target;
  const none = () =>
    new CallerError("invalid", `there is no ${type === "manual" ? "partner" : type} ${shown(key)}`, "target.key");
  if (type === "manual") {
    const found = await lookByEitherKey(ledger, partnership, program, ["key", "partner_key", "email"], key);
    if (found === undefined) throw none();
    return { owner: found.record, partnership_key: found.record.key, about: NOTHING };
  }
  if (type === "customer") {
    const found = await lookByEitherKey(ledger, customer, program, ["key", "customer_key"], key);
    if (found === undefined) throw none();
    const { record } = found;
    return { owner: record, partnership_key: record.partnership_key, about: { ...NOTHING, customer_key: record.key } };
  }
  const found = await lookByEitherKey(ledger, transaction, program, ["key"], key);
  if (found === undefined) throw none();
  const { customer_key, key: transaction_key, subscription_key, partnership_key } = found.record;
  return { owner: found.record, partnership_key, about: { customer_key, transaction_key, subscription_key } };
}
