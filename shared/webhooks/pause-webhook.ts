import { audited } from "../access/audited.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Stored } from "../ledger/stored.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { Clock, Log, NewKey, Queue } from "../ports.ts";
import { auditEntry } from "../records/audit-entry.ts";
import { type Pause, type Webhook, webhook } from "../records/webhook.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "commit">;
  readonly mail: Queue<MailMessage>;
  readonly clock: Clock;
  readonly newKey: NewKey;
  readonly log: Log;
}

/** Longer than an invocation lasts: the mail finds the webhook paused, or has nothing to tell. */
const MAIL_DELAY_SECONDS = 60;

const SYSTEM = { kind: "system", id: "webhooks" } as const;

/** Pauses a webhook that nothing gets through to, and has its maker told. The mail is asked for first, so that no death can lose it. */
export async function pauseWebhook(
  { ledger, mail, clock, newKey, log }: Dependencies,
  before: Stored<Webhook>,
  pause_reason: Exclude<Pause, "by_request">,
): Promise<void> {
  const { program, key } = before.record;
  const now = clock();
  const after: Webhook = { ...before.record, active: false, pause_reason, paused_at: now, updated_at: now };
  await mail.send([{ mail: "webhook-paused", program, key, paused_at: now }], { delaySeconds: MAIL_DELAY_SECONDS });
  const mark = newKey("chg_");
  const entry = audited(after, { action: "webhook.paused", actor: SYSTEM, at: now, occasion: mark });
  const changes = [
    { declaration: webhook, before, after },
    { declaration: auditEntry, after: entry },
  ];
  // Whoever changes it in this very moment may well have mended it; if not, the next failure pauses it.
  if (await ledger.commit({ mark, changes })) log.warn("webhook.paused", { program, key, reason: pause_reason });
}
