import { plainName } from "./plain-name.ts";
import type { Subscription } from "./subscription.ts";

/**
 * The order in which a customer has them: by their first transactions, and among those of one instant by what they are
 * known by, so that it is the same in whatever program the files are read.
 */
export function compareSubscriptions(one: Subscription, other: Subscription): number {
  if (one.created_at !== other.created_at) return one.created_at - other.created_at;
  const [name, otherName] = [nameOf(one), nameOf(other)];
  return name === otherName ? 0 : name < otherName ? -1 : 1;
}

/** Provider's keys come behind the names of plans. */
const nameOf = ({ provider_key, plan_name }: Subscription): string =>
  provider_key === null ? `0${plainName(plan_name ?? "")}` : `1${provider_key}`;
