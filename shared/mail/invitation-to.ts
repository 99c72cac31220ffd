import { derivedKey } from "../records/derived-key.ts";
import type { OutgoingMail } from "../records/outgoing-mail.ts";
import type { Partnership } from "../records/partnership.ts";
import type { Program } from "../records/program.ts";

/** Invites a partner who has been added; `mark` names the change that it comes with. */
export const invitationTo = (partner: Partnership, program: Program, mark: string, at: number): OutgoingMail => ({
  program: program.key,
  key: derivedKey("mail_", program.key, mark, "invitation"),
  to: partner.email,
  subject: `Your invitation to the partner program of ${program.name}`.slice(0, 200),
  text: [
    ["Hello", partner.first_name].join(" ").trim() + ",",
    `${program.name} has added you to its partner program, with this address.`,
    `Your partner key is ${partner.partner_key}. It is part of your links, and tells whose customers are whose.`,
    `If you did not expect this, please write to ${program.admin_email}.`,
  ].join("\n\n"),
  reason: "invitation",
  trigger_key: null,
  partnership_key: partner.key,
  created_at: at,
  updated_at: at,
});
