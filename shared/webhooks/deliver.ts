import type { Ledger } from "../ledger/ledger.ts";
import { fromItem, type Stored } from "../ledger/stored.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { Clock, HttpPost, Log, NewKey, Queue, Table } from "../ports.ts";
import { type Attempt, type FailureReason, TEST_EVENT, type WebhookDelivery } from "../records/webhook-delivery.ts";
import { type Webhook, webhook, webhooksPk } from "../records/webhook.ts";
import { deliveryItem, deliveryPlace, readDelivery } from "./deliveries.ts";
import { type Health, healthPlace, noteHealth, readHealth, WELL } from "./health.ts";
import { pauseWebhook } from "./pause-webhook.ts";
import { delayUntil, waitAfter } from "./retry-schedule.ts";
import { signedHeaders } from "./sign.ts";
import { readSecrets, secretsPlace, type SigningSecrets } from "./signing-secrets.ts";
import type { DeliverMessage, WebhookMessage } from "./webhook-message.ts";

export interface DeliverDependencies {
  readonly table: Pick<Table, "get" | "write">;
  readonly ledger: Pick<Ledger, "commit">;
  readonly webhooks: Queue<WebhookMessage>;
  readonly mail: Queue<MailMessage>;
  readonly post: HttpPost;
  readonly clock: Clock;
  readonly newKey: NewKey;
  readonly log: Log;
}

const DAY = 24 * 60 * 60 * 1000;

/** A round that somebody asks for is sent off before it is written. Whoever does so has done it by then, or never will. */
const MOST_MS = 60_000;
const LOOK_AGAIN_SECONDS = 5;

/**
 * A webhook that does not even answer, for longer than a moment, is left alone for a while: each attempt at it takes ten
 * seconds of those that are for others. What is meant for it waits, which is no attempt.
 */
const SILENT_MS = 60_000;
const QUIET_MS = 5 * 60_000;

/** The rounds of a delivery that is asked for again and again tell of their latest attempts. */
const MOST_ATTEMPTS_TOLD = 40;

/** All that an attempt needs to know. */
interface Known {
  readonly delivery: WebhookDelivery;
  /** Which attempt of its round this is, from 0 on. */
  readonly number: number;
  readonly stored: Stored<Webhook> | undefined;
  readonly secrets: SigningSecrets | undefined;
  readonly health: Health;
}

/**
 * Makes one attempt at a delivery, and notes it. Who dies between the two makes it again: an event is delivered once at
 * least. The message of the next attempt is out before this one is noted, so that none is ever left without.
 */
export async function deliver(deps: DeliverDependencies, message: DeliverMessage): Promise<void> {
  const { webhooks, clock } = deps;
  const known = await look(deps.table, message);
  if (known === "not yet" && clock() < message.due + MOST_MS) {
    return webhooks.send([message], { delaySeconds: LOOK_AGAIN_SECONDS });
  }
  if (typeof known === "string") return;
  const delaySeconds = delayUntil(message.due, clock());
  if (delaySeconds > 0) return webhooks.send([message], { delaySeconds });
  const { delivery, stored, secrets, health } = known;
  const isTest = delivery.event === TEST_EVENT;
  const why = stored === undefined || stored.record.archived ? "archived" : "paused";
  if (stored === undefined || secrets === undefined || stored.record.archived || !(stored.record.active || isTest)) {
    return end(deps, known, { at: clock(), status: null, reason: why, ms: 0 }, "failed");
  }
  if (health.quiet_until > clock() && !isTest) {
    return webhooks.send([{ ...message, due: health.quiet_until }], {
      delaySeconds: delayUntil(health.quiet_until, clock()),
    });
  }
  const attempt = await attemptAt(deps, delivery, stored.record, secrets);
  if (attempt.reason === null) {
    if (health.failing_since > 0 && !isTest) await noteHealth(deps.table, stored.record, WELL);
    return end(deps, known, attempt, "succeeded");
  }
  if (isTest) return end(deps, known, attempt, "failed");
  await noteFailure(deps, stored, attempt);
  const wait = attempt.reason === "gone" ? undefined : waitAfter(message.attempt);
  if (wait === undefined) return end(deps, known, attempt, "failed");
  const due = clock() + wait * 1000;
  const next = { ...message, attempt: message.attempt + 1, due };
  await webhooks.send([next], { delaySeconds: delayUntil(due, clock()) });
  return end(deps, known, attempt, "pending", due);
}

/** What there is to know, unless the attempt has been made by now, or what it is of is still on its way. */
async function look(
  table: Pick<Table, "get">,
  { program, webhook: key, delivery: deliveryKey, round, attempt }: DeliverMessage,
): Promise<Known | "over" | "not yet"> {
  const [delivery, stored, secrets, health] = await table.get([
    deliveryPlace(program, key, deliveryKey),
    { pk: webhooksPk(program), sk: key },
    secretsPlace(program, key),
    healthPlace(program, key),
  ]);
  const found = delivery && readDelivery(delivery);
  if (found === undefined || found.round < round) return "not yet";
  if (found.status !== "pending" || found.round > round || attempt < found.tries) return "over";
  return {
    delivery: found,
    number: attempt,
    stored: stored && fromItem(webhook, stored),
    secrets: secrets && readSecrets(secrets),
    health: readHealth(health),
  };
}

async function attemptAt(
  { post, clock }: DeliverDependencies,
  { event_id: id, body }: WebhookDelivery,
  { target }: Webhook,
  secrets: SigningSecrets,
): Promise<Attempt> {
  const at = clock();
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "user-agent": "Partner-Ledger-Webhooks/1.0",
    ...signedHeaders({ id, body, at }, secrets),
  };
  const answer = await post({ url: target, headers, body });
  const ms = Math.max(0, clock() - at);
  if ("failure" in answer) return { at, status: null, reason: answer.failure, ms };
  return { at, status: answer.status, reason: reasonOf(answer.status), ms };
}

function reasonOf(status: number): FailureReason | null {
  if (status >= 200 && status < 300) return null;
  if (status === 410) return "gone";
  return status >= 300 && status < 400 ? "redirected" : "bad_status";
}

/** Pauses the webhook when its target is gone, or when nothing has come through for a day. */
async function noteFailure(deps: DeliverDependencies, stored: Stored<Webhook>, { at, reason }: Attempt): Promise<void> {
  if (reason === "gone") return pauseWebhook(deps, stored, "gone");
  const { program, key } = stored.record;
  // Read behind the attempt: another delivery may have come through meanwhile.
  const [item] = await deps.table.get([healthPlace(program, key)]);
  const { failing_since: since } = readHealth(item);
  if (since === 0) return noteHealth(deps.table, stored.record, { failing_since: at, quiet_until: 0 });
  if (at - since >= DAY) return pauseWebhook(deps, stored, "failing");
  if (reason !== "timed_out" || at - since < SILENT_MS) return;
  await noteHealth(deps.table, stored.record, { failing_since: since, quiet_until: deps.clock() + QUIET_MS });
}

/** Notes an attempt, unless another worker has come further. */
async function end(
  { table, clock, log }: DeliverDependencies,
  { delivery, number }: Known,
  attempt: Attempt,
  status: WebhookDelivery["status"],
  next_at: number | null = null,
): Promise<void> {
  const { program, key, webhook_key, event, tries, round } = delivery;
  const after: WebhookDelivery = {
    ...delivery,
    status,
    next_at,
    updated_at: clock(),
    // One whose note was lost, between its post and its death, counts too.
    tries: number + 1,
    attempts: [...delivery.attempts, attempt].slice(-MOST_ATTEMPTS_TOLD),
  };
  await table.write({ put: deliveryItem(after), when: { equals: { round, tries } } });
  log.info("webhook.attempted", { program, webhook: webhook_key, key, event, status, ms: attempt.ms });
}
