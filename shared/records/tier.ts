import * as z from "zod";
import { base, defineRecord, nullable } from "./record.ts";

const schema = z.object({
  ...base,
  name: z.string().min(1).max(100),
  position: z.int().min(0).meta({ description: "Tiers go from the lowest to the highest" }),
  requirements: nullable.text(2000).meta({ description: "What partners are told of how to get there" }),
  archived: z.boolean(),
});

export type Tier = z.output<typeof schema>;

/** A program's tiers lie together. */
export const tiersPk = (program: string): string => `${program}/tiers`;

/** A step on which partners of a program stand. */
export const tier = defineRecord({
  kind: "tier",
  collection: "tiers",
  schema,
  place: ({ program, key }) => ({ pk: tiersPk(program), sk: key }),
  unique: ({ key, name }) => [
    { field: "key", value: key },
    { field: "name", value: name.toLowerCase() },
  ],
  listed: false,
});
