import * as z from "zod";
import { CallerError } from "../../errors.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { transaction } from "../../records/transaction.ts";
import { type Answer, one } from "../envelope.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";
import { transactionToChange } from "./get-transaction.ts";
import { transactionsFor } from "./transaction-shape.ts";

/** Told between strokes in files. */
const reason = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((text) => !text.includes("|"), { error: "a reason has no '|'" });

/** What a request says that approves a transaction, or does not. */
export const transactionReview = z.strictObject({
  approved: z.boolean(),
  unapproved_reasons: z.array(reason).max(50).nullish().meta({ description: "Only where it is not approved" }),
});

/** Approves a transaction, or says why it is not approved. Sums and rewards stay what they are. */
export async function reviewTransaction(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body, path } = request;
  const { approved, unapproved_reasons } = validated(transactionReview, body === undefined ? {} : body);
  if (approved && (unapproved_reasons ?? []).length > 0) {
    throw new CallerError("invalid", "an approved transaction has none", "unapproved_reasons");
  }
  const { record: found } = await transactionToChange(ledger, principal, path["key"]);
  const made = await recordChange(
    dependencies,
    request,
    { declaration: transaction, key: found.key },
    async ({ now }) => {
      const before = await transactionToChange(ledger, principal, found.key);
      if (before.record.archived) throw new CallerError("conflict", "the transaction is archived");
      const reasons = approved ? [] : [...new Set(unapproved_reasons ?? before.record.unapproved_reasons)];
      const after = { ...before.record, approved, unapproved_reasons: reasons, updated_at: now };
      const change = { declaration: transaction, before, after };
      return { change, action: approved ? ("transaction.approved" as const) : ("transaction.declined" as const) };
    },
  );
  const [shown = {}] = await transactionsFor(ledger, principal, [made]);
  return one(shown, approved ? "Transaction approved" : "Transaction unapproved");
}
