import { derivedKey } from "../records/derived-key.ts";
import type { OutgoingMail } from "../records/outgoing-mail.ts";
import type { Partnership } from "../records/partnership.ts";
import type { Program } from "../records/program.ts";

/** Tells an applicant what was decided; `mark` names the change that it comes with. */
export const decisionTo = (
  applicant: Partnership,
  { key, name, admin_email }: Program,
  { mark, at, reason }: { readonly mark: string; readonly at: number; readonly reason: string | null },
): OutgoingMail => ({
  program: key,
  key: derivedKey("mail_", key, mark, "decision"),
  to: applicant.email,
  subject: `Your application to the partner program of ${name}`.slice(0, 200),
  text: [
    ["Hello", applicant.first_name].join(" ").trim() + ",",
    ...(applicant.status === "approved"
      ? [
          `${name} has accepted your application: welcome to its partner program.`,
          `Your partner key is ${applicant.partner_key}. It is part of your links, and tells whose customers are whose.`,
        ]
      : [`${name} has looked at your application to its partner program, and has not accepted it.`]),
    ...(reason === null ? [] : [`They say: ${reason}`]),
    `If you have questions, please write to ${admin_email}.`,
  ].join("\n\n"),
  reason: "decision",
  trigger_key: null,
  partnership_key: applicant.key,
  created_at: at,
  updated_at: at,
});
