import * as z from "zod";
import { type Group, group } from "../../records/group.ts";
import { present, visibleShape } from "../present.ts";

const featuresShape = z.object({
  application_enabled: z.boolean(),
  deals_enabled: z.boolean(),
  leads_enabled: z.boolean(),
  disable_link_create: z.boolean().meta({ description: "Always false" }),
  deals_salesforce: z.boolean().meta({ description: "Always false" }),
});

const shownFeatures = ({ features }: Group): z.output<typeof featuresShape> => ({
  ...features,
  disable_link_create: false,
  deals_salesforce: false,
});

/** A group as the API shows it. */
export const groupShape = z.object({ ...visibleShape(group), features: featuresShape });

export const presentGroup = (one: Group): object => ({ ...present(group, one), features: shownFeatures(one) });

/** The group of a partner, within that partner. */
export const partnersGroupShape = z.object({
  key: z.string(),
  name: z.string(),
  slug: z.string(),
  default: z.boolean(),
  archived: z.boolean(),
  features: featuresShape,
});

export const presentPartnersGroup = (one: Group): z.output<typeof partnersGroupShape> => ({
  key: one.key,
  name: one.name,
  slug: one.slug,
  default: one.default,
  archived: one.archived,
  features: shownFeatures(one),
});
