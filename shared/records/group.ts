import * as z from "zod";
import { base, defineRecord } from "./record.ts";

const schema = z.object({
  ...base,
  name: z.string().min(1).max(100),
  slug: z.string().min(1).max(100),
  default: z.boolean(),
  archived: z.boolean(),
});

export type Group = z.output<typeof schema>;

/** A group of partners with the same terms; a partner is in exactly one at a time. */
export const group = defineRecord({
  kind: "group",
  collection: "groups",
  schema,
  place: ({ program, key }) => ({ pk: `${program}/groups`, sk: key }),
  unique: ({ slug }) => [{ field: "slug", value: slug.toLowerCase() }],
  listed: false,
});
