import { audited } from "../../access/audited.ts";
import type { RandomToken } from "../../access/credentials.ts";
import { findByKey } from "../../access/find-by-key.ts";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock, Table } from "../../ports.ts";
import { auditEntry } from "../../records/audit-entry.ts";
import { type Webhook, webhook, webhooksPk } from "../../records/webhook.ts";
import { newSigningSecret, readSecrets, secretsItem, secretsPlace } from "../../webhooks/signing-secrets.ts";
import { type Answer, one } from "../envelope.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";
import { once, requireHearing, requireTarget, webhookRequest } from "./webhook-request.ts";

/** All of them are read for each event. */
const MOST_WEBHOOKS = 20;

interface Dependencies {
  readonly table: Pick<Table, "get" | "write">;
  readonly ledger: Pick<Ledger, "collection" | "commit" | "read">;
  readonly clock: Clock;
  readonly randomToken: RandomToken;
  readonly mayBePrivate: boolean;
}

/** Makes a webhook. Its secret is in the answer; it is shown when it is made and not again. */
export async function createWebhook(deps: Dependencies, request: ApiRequest): Promise<Answer> {
  const { ledger, clock, mayBePrivate } = deps;
  const { principal, mark } = request;
  const { program, kind, id } = principal;
  const { target, events, name, active } = validated(webhookRequest, request.body === undefined ? {} : request.body);
  requireTarget(target, mayBePrivate);
  requireHearing(principal, events);
  const key = request.newKey("whk_");
  // Made by this very request before its answer was lost.
  const own = await findByKey(ledger, webhook, program, key);
  if (own !== undefined) return answer(own.record, await secretOf(deps, own.record, mark));
  await requireRoom(ledger, program);
  const now = clock();
  const made: Webhook = {
    program,
    key,
    created_at: now,
    updated_at: now,
    target,
    events: once(events),
    name,
    active,
    pause_reason: active ? null : "by_request",
    paused_at: active ? null : now,
    archived: false,
    made_by: { kind, id },
  };
  // Before the webhook: it must never be without.
  const secret = await secretOf(deps, made, mark);
  const changes = [
    { declaration: webhook, after: made },
    { declaration: auditEntry, after: audited(made, { action: "webhook.created", actor: principal, at: now }) },
  ];
  if (!(await ledger.commit({ mark, changes }))) throw new Error(`webhook ${key} is there already`);
  return answer(made, secret);
}

const answer = (made: Webhook, secret: string): Answer => ({
  ...one({ ...present(webhook, made), secret }, "Webhook created"),
  isSecret: true,
});

/** The webhook's secret, made if there is none. */
async function secretOf(
  { table, randomToken }: Dependencies,
  { program, key }: Webhook,
  mark: string,
): Promise<string> {
  const current = newSigningSecret(randomToken);
  const item = secretsItem(program, key, { current, previous: null, previous_until: null, mark });
  if (await table.write({ put: item, when: { absent: true } })) return current;
  const [kept] = await table.get([secretsPlace(program, key)]);
  if (kept === undefined) throw new Error(`webhook ${key} has no secret`);
  return readSecrets(kept).current;
}

async function requireRoom(ledger: Pick<Ledger, "collection">, program: string): Promise<void> {
  let count = 0;
  for await (const { record } of ledger.collection(webhook, webhooksPk(program))) if (!record.archived) count += 1;
  if (count >= MOST_WEBHOOKS) {
    throw new CallerError("conflict", `a program has at most ${MOST_WEBHOOKS} webhooks: archive one first`);
  }
}
