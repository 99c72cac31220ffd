import type { Clock } from "../../shared/ports.ts";
import { type Effect, trigger, type Trigger } from "../../shared/records/trigger.ts";
import type { ImportWorld } from "./imports-harness.ts";

/** A reward with everything that it does not say left out. */
export const aReward = (
  overrides: Partial<Extract<Effect, { type: "reward" }>> = {},
): Extract<Effect, { type: "reward" }> => ({
  type: "reward",
  amount: null,
  percent: null,
  currency: null,
  products: [],
  first_transactions: null,
  cap: null,
  hold_days: 0,
  description: "Earned",
  ...overrides,
});

/** Gives the world's program one more trigger, behind the others unless it says otherwise. */
export async function addTrigger(
  world: Pick<ImportWorld, "ledger" | "stored"> & { readonly clock: Clock },
  rules: Pick<Trigger, "event" | "effects"> & Partial<Trigger>,
): Promise<Trigger> {
  const count = world.stored(trigger).length;
  const made: Trigger = {
    program: "acme",
    key: `trig_${count}`,
    name: `Trigger ${count}`,
    position: count,
    active: true,
    conditions: { match: "all", rules: [] },
    archived: false,
    created_at: world.clock(),
    updated_at: world.clock(),
    ...rules,
  };
  if (!(await world.ledger.commit({ mark: made.key, changes: [{ declaration: trigger, after: made }] })))
    throw new Error("the trigger is there already");
  return made;
}
