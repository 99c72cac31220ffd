import { audited } from "../../access/audited.ts";
import { findByKey } from "../../access/find-by-key.ts";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock, NewKey } from "../../ports.ts";
import { auditEntry } from "../../records/audit-entry.ts";
import { trigger, type Trigger } from "../../records/trigger.ts";
import { doerOf } from "../doer-of.ts";
import { type Answer, notFound, one } from "../envelope.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";
import { checkedRules, rulesOf, triggerChange } from "./trigger-request.ts";
import { validated } from "../validated.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "collection" | "commit" | "read">;
  readonly clock: Clock;
  readonly newKey: NewKey;
}

/** Changes a trigger. Imports that run go on with the triggers that they began with. */
export async function updateTrigger(dependencies: Dependencies, request: ApiRequest): Promise<Answer> {
  const { principal, body } = request;
  const wanted = validated(triggerChange, body === undefined ? {} : body);
  const after = await change(dependencies, request, "trigger.updated", async (before) => {
    if (before.archived) throw new CallerError("conflict", "the trigger is archived");
    const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
    return {
      ...before,
      ...(await checkedRules(dependencies.ledger, principal.program, { ...rulesOf(before), ...given })),
    };
  });
  return one(present(trigger, after), "Trigger updated");
}

/** Puts a trigger out of use for good. What it has done stays. */
export async function archiveTrigger(dependencies: Dependencies, request: ApiRequest): Promise<Answer> {
  const after = await change(dependencies, request, "trigger.archived", async (before) =>
    Promise.resolve({ ...before, active: false, archived: true }),
  );
  return one(present(trigger, after), "Trigger archived");
}

async function change(
  { ledger, clock, newKey }: Dependencies,
  request: ApiRequest,
  action: "trigger.updated" | "trigger.archived",
  changed: (before: Trigger) => Promise<Trigger>,
): Promise<Trigger> {
  const before = await findByKey(ledger, trigger, request.principal.program, request.path["key"]);
  if (before === undefined) throw notFound();
  const now = clock();
  const after = { ...(await changed(before.record)), updated_at: now };
  const mark = newKey("chg_");
  const changes = [
    { declaration: trigger, before, after },
    { declaration: auditEntry, after: audited(after, { action, actor: doerOf(request), at: now, occasion: mark }) },
  ];
  if (!(await ledger.commit({ mark, changes }))) {
    throw new CallerError("conflict", "somebody else is changing the trigger: read it and try again");
  }
  return after;
}
