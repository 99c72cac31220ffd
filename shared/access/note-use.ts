import type { Clock, Table } from "../ports.ts";
import { accessTokenPlace } from "../records/access-token.ts";
import { keyPairPlace } from "../records/key-pair.ts";
import { utcDay } from "../records/utc-day.ts";
import type { Principal } from "./principal.ts";

interface Dependencies {
  readonly table: Pick<Table, "write">;
  readonly clock: Clock;
}

/** Credentials remembered as noted today; more are written once again. */
const MOST_REMEMBERED = 10_000;

/**
 * Notes the day that a credential is used: once a day, but that each running API does so where the gateway still
 * remembers the day before. What cannot be noted is left out: it is for people to look at.
 */
export function createUseNotes({ table, clock }: Dependencies): (principal: Principal) => Promise<void> {
  let day = "";
  const noted = new Set<string>();
  return async ({ program, kind, credential }) => {
    const today = utcDay(clock());
    if (day !== today || noted.size >= MOST_REMEMBERED) noted.clear();
    day = today;
    if (credential === undefined || credential.used_on === today || noted.has(credential.key)) return;
    const { key } = credential;
    noted.add(key);
    const update = kind === "key" ? keyPairPlace(program, key) : accessTokenPlace(program, key);
    await table
      .write({ update, set: { last_used_on: today }, when: { equals: { key } } })
      .catch(() => noted.delete(key));
  };
}
