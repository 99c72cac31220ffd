import * as z from "zod";
import { isEmail } from "./cell.ts";
import { derivedKey } from "./derived-key.ts";
import { namedPlace } from "./place.ts";
import { base, defineRecord, nullable } from "./record.ts";

const schema = z.object({
  ...base,
  email: nullable.text(254),
  name: nullable.text(254).meta({ description: "Null where the manager is known by address alone" }),
});

export type Manager = z.output<typeof schema>;

const COLLECTION = "managers";

/** Where the manager of this address or name lives, in whatever letters it is written. */
export const managerPlace = (program: string, text: string) => namedPlace(program, COLLECTION, text);

/** Somebody at the company who looks after partners; partners name their manager by address or name. */
export const manager = defineRecord({
  kind: "manager",
  collection: COLLECTION,
  schema,
  place: ({ program, email, name }) => managerPlace(program, email ?? name ?? ""),
  // Its place is its name.
  unique: () => [],
  listed: false,
});

export const managerNamed = (program: string, text: string, at: number): Manager => ({
  program,
  key: derivedKey("mgr_", program, text.toLowerCase()),
  email: isEmail(text) ? text : null,
  name: isEmail(text) ? null : text,
  created_at: at,
  updated_at: at,
});
