import * as z from "zod";
import { derivedKey } from "./derived-key.ts";
import { namedPlace } from "./place.ts";
import { base, defineRecord } from "./record.ts";

const schema = z.object({ ...base, name: z.string().min(1).max(100) });

export type Tag = z.output<typeof schema>;

const COLLECTION = "tags";

/** Where the tag of this name lives, in whatever letters it is written. */
export const tagPlace = (program: string, name: string) => namedPlace(program, COLLECTION, name);

/** A mark for partners; partners name their tags. */
export const tag = defineRecord({
  kind: "tag",
  collection: COLLECTION,
  schema,
  place: ({ program, name }) => tagPlace(program, name),
  // Its place is its name.
  unique: () => [],
  listed: false,
});

export const tagNamed = (program: string, name: string, at: number): Tag => ({
  program,
  key: derivedKey("tag_", program, name.toLowerCase()),
  name,
  created_at: at,
  updated_at: at,
});
