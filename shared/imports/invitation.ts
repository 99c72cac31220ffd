import type { Change } from "../ledger/entry.ts";
import { invitationTo } from "../mail/invitation-to.ts";
import { outgoingMail } from "../records/outgoing-mail.ts";
import { partnership } from "../records/partnership.ts";
import { isRecordOf } from "../records/record.ts";
import type { Fired } from "../records/trigger.ts";
import type { RuleContext } from "./row-rule.ts";

/** The invitation of a partner whom a row creates; nothing for a partner who is there already. */
export function invitation({ declaration, before, after }: Change, { job, program }: RuleContext, mark: string) {
  if (before !== undefined || !isRecordOf(partnership, declaration, after)) return undefined;
  const mail = invitationTo(after, program, mark, job.created_at);
  const fired: Fired = {
    trigger_key: null,
    effect: "invite",
    partnership_key: after.key,
    reward_key: null,
    amount: null,
    currency: null,
    group_key: null,
    mail_key: mail.key,
    used: [],
  };
  return { changes: [{ declaration: outgoingMail, after: mail }], fired: [fired] };
}
