import * as z from "zod";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { type Group, group, groupsPk } from "../../records/group.ts";
import { type Trigger, triggerRules } from "../../records/trigger.ts";
import { checkTrigger, TriggerProblem } from "../../triggers/check-trigger.ts";

const { name, event, effects, ...defaulted } = triggerRules;

/** What a request for a new trigger says. */
export const triggerRequest = z.strictObject({
  name,
  event,
  effects,
  position: defaulted.position.default(0),
  active: defaulted.active.default(true),
  conditions: defaulted.conditions.default({ match: "all", rules: [] }),
});

/** What a request to change a trigger says: only what is to change. */
export const triggerChange = z.strictObject(triggerRules).partial();

export type TriggerRules = z.output<typeof triggerRequest>;

/** The rules of a trigger as they are kept; refuses those that could never work. */
export async function checkedRules(
  ledger: Pick<Ledger, "collection">,
  program: string,
  wanted: TriggerRules,
): Promise<TriggerRules> {
  const groups: Group[] = [];
  for await (const { record } of ledger.collection(group, groupsPk(program))) groups.push(record);
  const checked = checkTrigger(wanted, groups);
  if (checked instanceof TriggerProblem) throw new CallerError("invalid", checked.message, checked.field);
  return checked;
}

const rules = z.object(triggerRules);

/** The rules of a stored trigger, apart from the rest of it. */
export const rulesOf = (stored: Trigger): TriggerRules => rules.parse(stored);
