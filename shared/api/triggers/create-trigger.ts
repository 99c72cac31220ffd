import { findByKey } from "../../access/find-by-key.ts";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock } from "../../ports.ts";
import { auditEntry } from "../../records/audit-entry.ts";
import { trigger, type Trigger, triggersPk } from "../../records/trigger.ts";
import { audited } from "../../access/audited.ts";
import { doerOf } from "../doer-of.ts";
import { type Answer, one } from "../envelope.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";
import { checkedRules, triggerRequest } from "./trigger-request.ts";
import { validated } from "../validated.ts";

/** All of them are read for each import, and kept with its plan. */
const MOST_TRIGGERS = 200;

interface Dependencies {
  readonly ledger: Pick<Ledger, "collection" | "commit" | "read">;
  readonly clock: Clock;
}

/** Makes a trigger; it fires for what becomes known from now on. */
export async function createTrigger({ ledger, clock }: Dependencies, request: ApiRequest): Promise<Answer> {
  const { principal, body } = request;
  const { program } = principal;
  const rules = await checkedRules(ledger, program, validated(triggerRequest, body === undefined ? {} : body));
  let count = 0;
  for await (const { record } of ledger.collection(trigger, triggersPk(program))) if (!record.archived) count += 1;
  if (count >= MOST_TRIGGERS) {
    throw new CallerError("conflict", `a program has at most ${MOST_TRIGGERS} triggers: archive one first`);
  }
  const now = clock();
  const made: Trigger = {
    program,
    key: request.newKey("trig_"),
    created_at: now,
    updated_at: now,
    ...rules,
    archived: false,
  };
  const changes = [
    { declaration: trigger, after: made },
    { declaration: auditEntry, after: audited(made, { action: "trigger.created", actor: doerOf(request), at: now }) },
  ];
  if (!(await ledger.commit({ mark: made.key, changes }))) {
    // By an attempt at this very request, whose answer was lost.
    const before = await findByKey(ledger, trigger, program, made.key);
    if (before === undefined) throw new Error(`trigger ${made.key} can neither be made nor found`);
    return one(present(trigger, before.record), "Trigger created");
  }
  return one(present(trigger, made), "Trigger created");
}
