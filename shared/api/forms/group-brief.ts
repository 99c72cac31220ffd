import * as z from "zod";
import { features } from "../../records/features.ts";
import type { Group } from "../../records/group.ts";

/** The group that something belongs to. */
export const groupBriefShape = z.object({
  key: z.string(),
  name: z.string(),
  slug: z.string(),
  default: z.boolean(),
  archived: z.boolean(),
  features,
});

export const groupBrief = (group: Group): z.output<typeof groupBriefShape> => ({
  key: group.key,
  name: group.name,
  slug: group.slug,
  default: group.default,
  archived: group.archived,
  features: group.features,
});
