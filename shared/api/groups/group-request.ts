import * as z from "zod";
import { checkGroupForms, checkSettingSize, groupFields, groupForms, slugOf } from "../../access/group-input.ts";
import { CallerError } from "../../errors.ts";
import { features } from "../../records/features.ts";
import { type Group, GROUP_DEFAULTS } from "../../records/group.ts";

/** What a request to change a group says: only what is to change. */
export const groupChange = z
  .strictObject({
    ...groupFields,
    default: z.boolean().meta({ description: "true makes it the default group, and the other one that no longer" }),
    features: z.strictObject(features.shape).extend({ application_enabled: z.boolean() }).partial(),
    archived: z.boolean().meta({ description: "No partner can be put into an archived group; those in it stay" }),
  })
  .partial();

/** What a request for a new group says. */
export const groupRequest = groupChange.omit({ archived: true }).extend({ name: groupFields.name });

type Asked = z.output<typeof groupChange>;
type Settings = Pick<
  Group,
  "name" | "slug" | "features" | "lead_form" | "deal_form" | "lead_statuses" | "deal_stages" | "offers"
>;

/** What a request makes of a group's settings, beside the program's other groups; throws for what cannot be. */
export function groupSettings(asked: Asked, others: readonly Group[], before?: Group): Settings {
  const name = asked.name ?? before?.name ?? "";
  const settings: Settings = {
    name,
    slug: asked.slug ?? before?.slug ?? slugOf(name),
    features: features.parse({ ...(before?.features ?? GROUP_DEFAULTS.features), ...given(asked.features ?? {}) }),
    offers: asked.offers === undefined ? (before?.offers ?? null) : asked.offers,
    ...groupForms(asked, before),
  };
  if (settings.slug === "") {
    throw new CallerError("invalid", "a group whose name has no letters or digits needs a slug", "slug");
  }
  // Of forms that nobody changes, none can be to blame.
  if (asked.lead_form !== undefined || asked.deal_form !== undefined || before === undefined) {
    checkGroupForms([...others, settings], { lead_form: "lead_form", deal_form: "deal_form" });
  }
  checkSettingSize(settings, asked.deal_form === undefined ? "lead_form" : "deal_form");
  return settings;
}

const given = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
