import { audited } from "../../access/audited.ts";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Stored } from "../../ledger/stored.ts";
import type { Clock, Table } from "../../ports.ts";
import { type AuditEntry, auditEntry } from "../../records/audit-entry.ts";
import { type Webhook, webhook } from "../../records/webhook.ts";
import { noteHealth, WELL } from "../../webhooks/health.ts";
import { type Answer, one } from "../envelope.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";
import { findLiving, findWebhook } from "./find-webhook.ts";
import { once, requireHearing, requireTarget, webhookChange } from "./webhook-request.ts";

interface Dependencies {
  readonly table: Pick<Table, "write">;
  readonly ledger: Pick<Ledger, "commit" | "read">;
  readonly clock: Clock;
  readonly mayBePrivate: boolean;
}

/** Changes a webhook. What is under way goes to where it leads then. */
export async function updateWebhook(deps: Dependencies, request: ApiRequest): Promise<Answer> {
  const { principal, body } = request;
  const wanted = validated(webhookChange, body === undefined ? {} : body);
  const before = await findLiving(deps.ledger, request);
  const { target = before.record.target, name = before.record.name, active = before.record.active } = wanted;
  if (wanted.target !== undefined) requireTarget(target, deps.mayBePrivate);
  const events = wanted.events === undefined ? before.record.events : once(wanted.events);
  // Also to lead what it tells elsewhere, one has to be allowed to see it.
  if (wanted.events !== undefined || wanted.target !== undefined) requireHearing(principal, events);
  const now = deps.clock();
  const pause = active ? { pause_reason: null, paused_at: null } : pausedAs(before.record, now);
  // Before it goes on: it is not to be paused again for what was.
  if (active && !before.record.active) await noteHealth(deps.table, before.record, WELL);
  const changed: Webhook = { ...before.record, target, name, events, active, ...pause, updated_at: now };
  return one(present(webhook, await change(deps, request, "webhook.updated", before, changed)), "Webhook updated");
}

/** Paused already, it keeps its reason. */
const pausedAs = ({ active, pause_reason, paused_at }: Webhook, now: number) =>
  active ? ({ pause_reason: "by_request", paused_at: now } as const) : { pause_reason, paused_at };

/** Puts a webhook out of use for good. What is under way to it is given up. */
export async function archiveWebhook(deps: Dependencies, request: ApiRequest): Promise<Answer> {
  const before = await findWebhook(deps.ledger, request);
  const { record } = before;
  const changed = { ...record, active: false, archived: true, updated_at: deps.clock() };
  const after = record.archived ? record : await change(deps, request, "webhook.archived", before, changed);
  return one(present(webhook, after), "Webhook archived");
}

async function change(
  { ledger }: Dependencies,
  { principal, mark }: ApiRequest,
  action: AuditEntry["action"],
  before: Stored<Webhook>,
  after: Webhook,
): Promise<Webhook> {
  const entry = audited(after, { action, actor: principal, at: after.updated_at, occasion: mark });
  const changes = [
    { declaration: webhook, before, after },
    { declaration: auditEntry, after: entry },
  ];
  if (!(await ledger.commit({ mark, changes }))) {
    throw new CallerError("conflict", "somebody else is changing the webhook: read it and try again");
  }
  return after;
}
