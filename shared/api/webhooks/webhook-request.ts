import * as z from "zod";
import { allows, type Principal } from "../../access/principal.ts";
import { CallerError } from "../../errors.ts";
import { targetProblem } from "../../net/target-problem.ts";
import { webhookFields } from "../../records/webhook.ts";
import { nounsOf } from "../../records/webhook-events.ts";
import { PERMISSION_TO_HEAR } from "../../webhooks/event-rules.ts";
import { forbidden } from "../envelope.ts";
import { shown } from "../validated.ts";

const { name, target, events, active } = webhookFields;

/** What a request for a new webhook says. */
export const webhookRequest = z.strictObject({
  target,
  events,
  name: name.default(null),
  active: active.default(true),
});

/** What a request to change a webhook says: only what is to change. */
export const webhookChange = z.strictObject(webhookFields).partial();

/** What a request for a new secret may say. */
export const rotationRequest = z.strictObject({
  overlap_hours: z
    .int()
    .min(0)
    .max(168)
    .default(24)
    .meta({ description: "How long the former secret signs as well; 0 where it is known to others" }),
});

/** Refuses a target that nothing could be sent to. */
export function requireTarget(wanted: string, mayBePrivate: boolean, field = "target"): void {
  const problem = targetProblem(wanted, mayBePrivate);
  if (problem !== undefined) throw new CallerError("invalid", `${shown(wanted)} ${problem}`, field);
}

/** Refuses whoever would be told by a webhook of what they may not read. */
export function requireHearing(principal: Principal, patterns: readonly string[]): void {
  const needed = patterns.flatMap(nounsOf).map((noun) => PERMISSION_TO_HEAR[noun]);
  if (!needed.every((permission) => allows(principal, permission))) throw forbidden();
}

/** Events as they are kept: each once. */
export const once = (patterns: readonly string[]): string[] => [...new Set(patterns)];
