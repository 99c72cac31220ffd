import type { Change } from "../ledger/entry.ts";
import { derivedKey } from "../records/derived-key.ts";
import { type OutgoingMail, outgoingMail } from "../records/outgoing-mail.ts";
import { partnership } from "../records/partnership.ts";
import { isRecordOf } from "../records/record.ts";
import type { Fired } from "../records/trigger.ts";
import type { RuleContext } from "./row-rule.ts";

/** The invitation of a partner whom a row creates; nothing for a partner who is there already. */
export function invitation({ declaration, before, after }: Change, { job, program }: RuleContext, mark: string) {
  if (before !== undefined || !isRecordOf(partnership, declaration, after)) return undefined;
  const partner = after;
  const mail: OutgoingMail = {
    program: program.key,
    key: derivedKey("mail_", program.key, mark, "invitation"),
    to: partner.email,
    subject: `Your invitation to the partner program of ${program.name}`.slice(0, 200),
    text: [
      `Hello ${partner.first_name},`,
      `${program.name} has added you to its partner program, with this address.`,
      `Your partner key is ${partner.partner_key}. It is part of your links, and tells whose customers are whose.`,
      `If you did not expect this, please write to ${program.admin_email}.`,
    ].join("\n\n"),
    reason: "invitation",
    trigger_key: null,
    partnership_key: partner.key,
    created_at: job.created_at,
    updated_at: job.created_at,
  };
  const fired: Fired = {
    trigger_key: null,
    effect: "invite",
    partnership_key: partner.key,
    reward_key: null,
    amount: null,
    currency: null,
    group_key: null,
    mail_key: mail.key,
    used: [],
  };
  return { changes: [{ declaration: outgoingMail, after: mail }], fired: [fired] };
}
