import * as z from "zod";
import type { Ledger } from "../../ledger/ledger.ts";
import { type Deal, deal, DEAL_FIELDS } from "../../records/deal.ts";
import { isTest } from "../../records/record.ts";
import { partnershipsOf, shownReferrals } from "../joins.ts";
import { formShown, formShownShapes, groupsOfRecords } from "../pipeline/form-shown.ts";
import { present, visibleShape } from "../present.ts";

/** A deal as it is shown. */
export const dealShape = z.object({
  ...visibleShape(deal),
  partner_key: z.string().nullable().meta({ description: "partner_key of the partner whose it is" }),
  test: z.boolean(),
  ...formShownShapes,
});

export async function presentDeals(
  ledger: Pick<Ledger, "find" | "read">,
  program: string,
  deals: readonly Deal[],
): Promise<object[]> {
  if (deals.length === 0) return [];
  const [shown, groups, partnershipOf] = await Promise.all([
    shownReferrals(ledger, program, deals),
    groupsOfRecords(ledger, program, deals),
    partnershipsOf(ledger, program, deals),
  ]);
  return shown.map((one) => ({
    ...present(deal, one),
    partner_key: partnershipOf(one.partnership_key)?.partner_key ?? null,
    test: isTest(one),
    ...formShown(one, "deal", groups.get(one.group_key)?.deal_form ?? [], DEAL_FIELDS),
  }));
}
