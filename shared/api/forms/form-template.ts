import * as z from "zod";
import { aField, type FormField } from "../../records/form-field.ts";
import type { Group } from "../../records/group.ts";
import type { Program } from "../../records/program.ts";
import { fieldEntry, fieldEntryShape } from "./field-entry.ts";
import { groupBrief, groupBriefShape } from "./group-brief.ts";
import { MOLD_TARGETS, moldKey, type MoldTarget } from "./mold-key.ts";

/** A form: what a group asks of somebody or something. */
export const formTemplateShape = z.object({
  key: z.string().meta({ description: "`mold_key` of what was made with it" }),
  created_at: z.int(),
  updated_at: z.int(),
  name: z.string(),
  target_type: z.enum(MOLD_TARGETS),
  group: groupBriefShape,
  fields: z.array(fieldEntryShape),
});

export type FormTemplate = z.output<typeof formTemplateShape>;

/** What everybody is asked who applies. */
const APPLICANT: readonly FormField[] = [
  aField("first_name", "text", "First name", true),
  aField("last_name", "text", "Last name", true),
  aField("email", "email", "Email", true),
];

const CUSTOMER: readonly FormField[] = [
  aField("email", "email", "Email", true),
  aField("name", "text", "Name", false),
  aField("company_name", "text", "Company", false),
];

const FORMS: Readonly<Record<MoldTarget, (program: Program, group: Group) => readonly FormField[]>> = {
  application: ({ partner_fields }) => [...APPLICANT, ...partner_fields],
  lead: (_, { lead_form }) => lead_form,
  deal: (_, { deal_form }) => deal_form,
  customer: ({ customer_fields }) => [...CUSTOMER, ...customer_fields],
  partnership: ({ partner_fields }) => partner_fields,
};

const TITLES: Readonly<Record<MoldTarget, string>> = {
  application: "Application form",
  lead: "Lead form",
  deal: "Deal form",
  customer: "Customer fields",
  partnership: "Partner fields",
};

/** Kinds whose form is the group's own; the others' follow from the program. */
const OF_GROUP: readonly MoldTarget[] = ["lead", "deal"];

export const formTemplate = (program: Program, group: Group, target: MoldTarget): FormTemplate => ({
  key: moldKey(group, target),
  created_at: group.created_at,
  updated_at: OF_GROUP.includes(target) ? group.updated_at : Math.max(group.updated_at, program.updated_at),
  name: `${TITLES[target]}, ${group.name}`,
  target_type: target,
  group: groupBrief(group),
  fields: FORMS[target](program, group).map(fieldEntry),
});
