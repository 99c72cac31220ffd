import * as z from "zod";
import { timed } from "./place.ts";
import { base, defineRecord } from "./record.ts";

const schema = z.object({
  ...base,
  partnership_key: z.string(),
  name: z.string().min(1).max(100),
  dest: z.string().max(1000).meta({ description: "Where it leads" }),
  archived: z.boolean(),
});

export type Link = z.output<typeof schema>;

/** A partner's links lie together. */
export const linksPk = (program: string, partnership: string): string => `${program}/links/${partnership}`;

/** A way to a page of the company's that a partner has beside the default one. */
export const link = defineRecord({
  kind: "link",
  collection: "links",
  schema,
  place: ({ program, key, partnership_key, created_at }) => ({
    pk: linksPk(program, partnership_key),
    sk: timed(created_at, key),
  }),
  unique: ({ key }) => [{ field: "key", value: key }],
  listed: false,
});
