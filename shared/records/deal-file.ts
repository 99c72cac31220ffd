import * as z from "zod";
import { timed } from "./place.ts";
import { base, defineRecord, testFlag } from "./record.ts";

const schema = z.object({
  ...base,
  ...testFlag,
  deal_key: z.string().meta({ description: "Key of the deal that it belongs to" }),
  filename: z.string().max(255),
  bytes: z.int().meta({ description: "Its size as it was told, which the upload may not exceed" }),
  content_type: z.string().max(255).meta({ description: "As it was told" }),
});

export type DealFile = z.output<typeof schema>;

/** A deal's files lie together. */
export const dealFilesPk = (program: string, deal: string): string => `${program}/deal-files/${deal}`;

/** A file attached to a deal. What it holds is in the upload bucket, once somebody has uploaded it. */
export const dealFile = defineRecord({
  kind: "deal_file",
  collection: "deal-files",
  schema,
  place: ({ program, key, deal_key, created_at }) => ({
    pk: dealFilesPk(program, deal_key),
    sk: timed(created_at, key),
  }),
  unique: ({ key }) => [{ field: "key", value: key }],
  listed: false,
});
