import * as z from "zod";
import type { Ledger } from "../../ledger/ledger.ts";
import { PARTNER_STATUSES, type Partnership } from "../../records/partnership.ts";
import { isTest } from "../../records/record.ts";
import { fieldShapes, presentFields } from "../field-values.ts";
import { partnersGroupShape, presentPartnersGroup } from "../groups/group-shape.ts";
import { groupsOf } from "../list-scope.ts";
import { loadProgram } from "../load-program.ts";
import { keyBeside } from "../partnerships/key-beside.ts";

/** Behind it, an application's key is that of its partnership. */
export const APPLICATION_PREFIX = "appl_";

/** An application: a partner as it applied, and what was decided. */
export const applicationShape = z.object({
  key: z.string(),
  created_at: z.int(),
  updated_at: z.int(),
  partnership_key: z.string(),
  partner_key: z.string(),
  email: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  phone_number: z.string().nullable(),
  group: partnersGroupShape.nullable(),
  group_key: z.string(),
  status: z.enum(PARTNER_STATUSES),
  approved: z.boolean().nullable().meta({ description: "Null while nobody has decided" }),
  decline_reason: z.string().nullable(),
  archived: z.boolean(),
  test: z.boolean(),
  ...fieldShapes,
});

const APPROVED: Readonly<Record<Partnership["status"], boolean | null>> = {
  approved: true,
  declined: false,
  pending: null,
};

/** Partners as applications. */
export async function applicationsOf(
  ledger: Pick<Ledger, "collection" | "read">,
  program: string,
  partners: readonly Partnership[],
): Promise<object[]> {
  const [{ partner_fields }, groups] = await Promise.all([loadProgram(ledger, program), groupsOf(ledger, program)]);
  return partners.map((one) => {
    const group = groups.find(({ key }) => key === one.group_key);
    return {
      key: keyBeside(APPLICATION_PREFIX, one.key),
      created_at: one.created_at,
      updated_at: one.updated_at,
      partnership_key: one.key,
      partner_key: one.partner_key,
      email: one.email,
      first_name: one.first_name,
      last_name: one.last_name,
      phone_number: one.phone_number,
      group: group === undefined ? null : presentPartnersGroup(group),
      group_key: one.group_key,
      status: one.status,
      approved: APPROVED[one.status],
      decline_reason: one.decline_reason,
      archived: one.archived,
      test: isTest(one),
      ...presentFields(partner_fields, one.fields),
    };
  });
}
