import * as z from "zod";
import { DEAL_FORM, DEAL_STAGES } from "./deal.ts";
import { ALL_FEATURES, features } from "./features.ts";
import { formField } from "./form-field.ts";
import { LEAD_FORM, LEAD_STATUSES } from "./lead.ts";
import { base, defineRecord, nullable, since } from "./record.ts";
import { stage } from "./stage.ts";

/** What a group has unless it was given something else. */
export const GROUP_DEFAULTS = {
  features: ALL_FEATURES,
  lead_form: [...LEAD_FORM],
  deal_form: [...DEAL_FORM],
  lead_statuses: [...LEAD_STATUSES],
  deal_stages: [...DEAL_STAGES],
  offers: null,
};

const schema = z.object({
  ...base,
  name: z.string().min(1).max(100),
  slug: z.string().min(1).max(100),
  default: z.boolean(),
  archived: z.boolean(),
  features: since(GROUP_DEFAULTS.features, features),
  lead_form: since(GROUP_DEFAULTS.lead_form, z.array(formField)),
  deal_form: since(GROUP_DEFAULTS.deal_form, z.array(formField)),
  lead_statuses: since(GROUP_DEFAULTS.lead_statuses, z.array(stage)),
  deal_stages: since(GROUP_DEFAULTS.deal_stages, z.array(stage)),
  offers: since(GROUP_DEFAULTS.offers, nullable.text(2000)).meta({
    description: "What partners of the group are told of its rewards",
  }),
});

export type Group = z.output<typeof schema>;

/** A program's groups lie together. */
export const groupsPk = (program: string): string => `${program}/groups`;

/** The group of this key, slug or name; the default one where none is wanted. */
export function findGroup(groups: readonly Group[], wanted: string | undefined): Group | undefined {
  if (wanted === undefined) return groups.find((one) => one.default);
  const name = wanted.toLowerCase();
  // A slug is one group's alone, and may be another one's name.
  return (
    groups.find((one) => one.key === wanted) ??
    groups.find((one) => one.slug.toLowerCase() === name) ??
    groups.find((one) => one.name.toLowerCase() === name)
  );
}

/** A group of partners with the same terms; a partner is in exactly one at a time. */
export const group = defineRecord({
  kind: "group",
  collection: "groups",
  schema,
  place: ({ program, key }) => ({ pk: groupsPk(program), sk: key }),
  // Groups are not made in batches, where the first unique value of a record could not change.
  unique: ({ slug }) => [{ field: "slug", value: slug.toLowerCase() }],
  listed: false,
});
