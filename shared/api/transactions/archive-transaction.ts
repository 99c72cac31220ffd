import { subscriptionChanges } from "../../imports/subscription-changes.ts";
import type { Change } from "../../ledger/entry.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { customer } from "../../records/customer.ts";
import { customerSk, partnerPk } from "../../records/place.ts";
import { type Reward, reward } from "../../records/reward.ts";
import { type Transaction, transaction } from "../../records/transaction.ts";
import { type Answer, done } from "../envelope.ts";
import type { ApiRequest } from "../request.ts";
import { transactionToChange } from "./get-transaction.ts";

/**
 * Archives a transaction: it stays, and counts no more. What it told of a subscription goes with it, and so do the rewards that
 * triggers made of it, as far as nobody has decided about them.
 */
export async function archiveTransaction(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, path } = request;
  const { record: found } = await transactionToChange(ledger, principal, path["key"]);
  await recordChange(dependencies, request, { declaration: transaction, key: found.key }, async ({ now }) => {
    const before = await transactionToChange(ledger, principal, found.key);
    if (before.record.archived) return before.record;
    const after = { ...before.record, archived: true, updated_at: now };
    // Read behind the transaction: see `subscriptionChanges`.
    const [buyer] = await ledger.find(customer, principal.program, "key", [after.customer_key]);
    const others: Change[] = [
      ...(await subscriptionChanges({ ledger, now, customerOf: () => buyer }, before.record, after)),
      ...(await earnedChanges(ledger, after, now)),
    ];
    return { change: { declaration: transaction, before, after }, others, action: "transaction.archived" };
  });
  return done("Transaction archived");
}

/** Of rewards about which nobody has decided. */
const UNDECIDED: ReadonlySet<Reward["reward_status"]> = new Set(["pending", "hold", "scheduled"]);

async function earnedChanges(
  ledger: Pick<Ledger, "collection">,
  { program, key, customer_key, partnership_key }: Transaction,
  now: number,
): Promise<Change<Reward>[]> {
  if (partnership_key === null) return [];
  const found: Change<Reward>[] = [];
  const rewards = ledger.collection(
    reward,
    partnerPk(program, partnership_key, null),
    `${customerSk(customer_key)}#R#`,
  );
  for await (const before of rewards) {
    const { source, transaction_key, reward_status, archived } = before.record;
    if (transaction_key !== key || source !== "trigger" || archived || !UNDECIDED.has(reward_status)) continue;
    found.push({ declaration: reward, before, after: { ...before.record, archived: true, updated_at: now } });
  }
  return found;
}
