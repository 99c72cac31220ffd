import * as z from "zod";
import { CallerError } from "../errors.ts";
import { deal, DEAL_FIELDS, DEAL_FORM } from "../records/deal.ts";
import { ALL_FEATURES, features } from "../records/features.ts";
import { type Group, GROUP_DEFAULTS } from "../records/group.ts";
import { lead, LEAD_FIELDS } from "../records/lead.ts";
import { checkForms, fieldsInput, formOf, stagesFrom, stagesInput } from "./form-input.ts";

/** A group takes two writes, and a program made with all of its groups is one transaction of at most 100. */
export const MOST_GROUPS = 40;

/** Each of them, and the program, is one item, written twice in that transaction of at most 4 MB. */
const MOST_SETTING_BYTES = 40_000;

export const featuresInput = z
  .strictObject({
    leads_enabled: features.shape.leads_enabled.default(ALL_FEATURES.leads_enabled),
    deals_enabled: features.shape.deals_enabled.default(ALL_FEATURES.deals_enabled),
    application_enabled: features.shape.application_enabled,
  })
  .default(ALL_FEATURES);

/** What a group may be told, each by itself. */
export const groupFields = {
  name: z.string().trim().min(1).max(100),
  slug: z.string().regex(/^[\w-]{1,100}$/, { error: "a slug has letters, digits, '-' and '_' only" }),
  lead_form: fieldsInput,
  deal_form: fieldsInput,
  lead_statuses: stagesInput,
  deal_stages: stagesInput,
  offers: z.string().trim().min(1).max(2000).nullable(),
};

/** A group as given, for a new program. */
export const groupInput = z.object({
  name: groupFields.name,
  slug: groupFields.slug.optional(),
  default: z.boolean().default(false),
  archived: z.boolean().default(false),
  features: featuresInput,
  lead_form: groupFields.lead_form.optional(),
  deal_form: groupFields.deal_form.optional(),
  lead_statuses: groupFields.lead_statuses.optional(),
  deal_stages: groupFields.deal_stages.optional(),
  offers: groupFields.offers.default(null),
});

export type GroupInput = z.output<typeof groupInput>;

type Forms = Pick<Group, "lead_form" | "deal_form" | "lead_statuses" | "deal_stages">;
type GivenForms = Pick<GroupInput, keyof Forms>;

/** The forms of a group with what they have anyway; `usual` is what it has where nothing is given, `under` where they were given. */
export const groupForms = (
  { lead_form, deal_form, lead_statuses, deal_stages }: GivenForms,
  usual: Forms = GROUP_DEFAULTS,
  under = "",
): Forms => ({
  lead_form: formOf(lead_form, usual.lead_form, { builtIn: LEAD_FIELDS, always: [], path: `${under}lead_form` }),
  deal_form: formOf(deal_form, usual.deal_form, { builtIn: DEAL_FIELDS, always: DEAL_FORM, path: `${under}deal_form` }),
  lead_statuses: stagesFrom(lead_statuses, usual.lead_statuses, `${under}lead_statuses`),
  deal_stages: stagesFrom(deal_stages, usual.deal_stages, `${under}deal_stages`),
});

/** Refuses groups for whose forms the columns of one file cannot stand. */
export function checkGroupForms(
  groups: readonly Forms[],
  paths: Readonly<Record<"lead_form" | "deal_form", string>>,
): void {
  const forms = (name: "lead_form" | "deal_form") => groups.map((group) => group[name]);
  checkForms(lead.layout, forms("lead_form"), LEAD_FIELDS, paths.lead_form);
  checkForms(deal.layout, forms("deal_form"), DEAL_FIELDS, paths.deal_form);
}

/** Refuses settings that would not fit beside the others of their program. */
export function checkSettingSize(settings: object, field: string): void {
  if (Buffer.byteLength(JSON.stringify(settings)) > MOST_SETTING_BYTES)
    throw new CallerError("invalid", `more than ${MOST_SETTING_BYTES} bytes of forms and fields`, field);
}

/** The slug of a group that is given none; empty where its name has neither letters nor digits of ASCII. */
export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
