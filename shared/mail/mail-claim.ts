import * as z from "zod";
import { EXPIRY_ATTRIBUTE } from "../names.ts";
import type { Item, Place, Table } from "../ports.ts";
import type { MailMessage } from "./mail-message.ts";

const DAY = 24 * 60 * 60 * 1000;

const schema = z.object({
  state: z.enum(["sending", "sent", "released"]),
  /** 0 once released, which lets the next attempt in. */
  claimed_at: z.int(),
  /** When the link in the mail closes. */
  closes_at: z.int().optional(),
});

/**
 * The right to send one mail, held by one attempt: `sending` before the mailer is called and `sent` after. Mail servers
 * know no "send once", so an attempt that dies in between leaves open whether the mail is out. It is not sent again: a
 * bundle or a result can be asked for once more, a second mail about money that moved once cannot be taken back.
 */
export type MailClaim = z.output<typeof schema>;

/** Claims the mail for this attempt; otherwise what an earlier one left. */
export async function claimMail(
  table: Pick<Table, "get" | "write">,
  message: MailMessage,
  claim: MailClaim,
): Promise<MailClaim | undefined> {
  // The same file may be misplaced again tomorrow, and the operator would want to know.
  const repeatable = message.mail === "file-not-placed" ? claim.claimed_at - DAY : 0;
  const isOurs = await table.write({
    put: toItem(message, claim),
    when: { absentOrAtMost: { claimed_at: repeatable } },
  });
  return isOurs ? undefined : earlierClaim(table, message);
}

/** What an attempt before this one left; undefined where there was none. */
export async function earlierClaim(table: Pick<Table, "get">, message: MailMessage): Promise<MailClaim | undefined> {
  const [earlier] = await table.get([place(message)]);
  return earlier && schema.parse(earlier);
}

/** Notes that the mail is out. */
export async function confirmMail(table: Pick<Table, "write">, message: MailMessage, claim: MailClaim): Promise<void> {
  await table.write({ put: toItem(message, { ...claim, state: "sent" }) });
}

/** Gives the claim back: the mail is not out, and the next attempt may send it. */
export async function releaseMail(table: Pick<Table, "write">, message: MailMessage): Promise<void> {
  // Overwritten rather than removed: the function that mails may delete nothing.
  await table.write({ put: toItem(message, { state: "released", claimed_at: 0 }) });
}

function place(message: MailMessage): Place {
  if (message.mail === "file-not-placed") return { pk: `mail/${message.source}`, sk: message.mail };
  return { pk: `${message.program}/mail/${message.key}`, sk: [message.mail, ...occasionOf(message)].join("#") };
}

/** Tells mails of one kind about one thing apart. */
function occasionOf(message: MailMessage): string[] {
  if (message.mail === "bundle-link") return [message.link];
  if (message.mail === "webhook-paused") return [String(message.paused_at)];
  return message.mail === "teammate-invited" ? [message.membership] : [];
}

/** Mails that are asked for by anybody, or again and again: their claims are forgotten when the message long is. */
const isForgotten = ({ mail }: MailMessage): boolean => mail === "file-not-placed" || mail === "sign-in";

const toItem = (message: MailMessage, claim: MailClaim): Item => ({
  ...place(message),
  ...claim,
  ...(isForgotten(message) && { [EXPIRY_ATTRIBUTE]: Math.ceil((claim.claimed_at + 7 * DAY) / 1000) }),
});
