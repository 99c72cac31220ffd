import * as z from "zod";
import type { Ledger } from "../../ledger/ledger.ts";
import { type Lead, lead, LEAD_FIELDS } from "../../records/lead.ts";
import { isTest } from "../../records/record.ts";
import { partnershipsOf, shownReferrals } from "../joins.ts";
import { formShown, formShownShapes, groupsOfRecords } from "../pipeline/form-shown.ts";
import { present, visibleShape } from "../present.ts";

/** A lead as it is shown. */
export const leadShape = z.object({
  ...visibleShape(lead),
  partner_key: z.string().nullable().meta({ description: "partner_key of the partner whose it is" }),
  test: z.boolean(),
  ...formShownShapes,
});

export async function presentLeads(
  ledger: Pick<Ledger, "find" | "read">,
  program: string,
  leads: readonly Lead[],
): Promise<object[]> {
  if (leads.length === 0) return [];
  const [shown, groups, partnershipOf] = await Promise.all([
    shownReferrals(ledger, program, leads),
    groupsOfRecords(ledger, program, leads),
    partnershipsOf(ledger, program, leads),
  ]);
  return shown.map((one) => ({
    ...present(lead, one),
    partner_key: partnershipOf(one.partnership_key)?.partner_key ?? null,
    test: isTest(one),
    ...formShown(one, "lead", groups.get(one.group_key)?.lead_form ?? [], LEAD_FIELDS),
  }));
}
