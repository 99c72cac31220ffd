import type { Principal } from "../../access/principal.ts";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Partnership } from "../../records/partnership.ts";
import { type BaseRecord, isTest } from "../../records/record.ts";
import { partnerNamed, testFor } from "../partner-of-request.ts";

interface Filed extends BaseRecord {
  readonly partnership_key: string | null;
  readonly group_key: string;
}

/** To whom a record belongs after a change that may name another partner; with the group that it is in for as long as it stays. */
export async function partnerAfter(
  ledger: Pick<Ledger, "find">,
  principal: Principal,
  asked: Parameters<typeof partnerNamed>[2],
  before: Filed,
): Promise<Pick<Partnership, "key" | "group_key"> | undefined> {
  testFor(principal, before, "key");
  const named = await partnerNamed(ledger, principal.program, asked);
  if (named === undefined) {
    const { partnership_key: key, group_key } = before;
    return key === null ? undefined : { key, group_key };
  }
  if (isTest(named) !== isTest(before)) {
    throw new CallerError("invalid", "test records stay with test partners, and others with others", "partner_key");
  }
  return named;
}
