import * as z from "zod";
import { derivedKey } from "./derived-key.ts";
import { base, defineRecord, nullable } from "./record.ts";

const schema = z.object({
  ...base,
  name: z.string().min(1).max(100),
  kind: z.enum(["api", "session"]).meta({ description: "Made by name, or by signing in" }),
  holder: z.enum(["teammate", "partner"]),
  email: nullable.text(254).meta({ description: "The teammate whose it is" }),
  partnership_key: nullable.text().meta({ description: "The partner whose it is" }),
  expires_at: nullable.instant().meta({ description: "When it ceases to work; null: never" }),
  revoked_at: nullable.instant(),
  last_used_on: nullable.text(10).meta({ description: "The last day that it was used, as YYYY-MM-DD in UTC" }),
  membership: nullable.text().meta({ internal: true, description: "The teammate's, when it was made" }),
  // The attribute by which the table forgets items.
  expires: z.int().nullable().meta({ internal: true, description: "Epoch seconds" }),
});

/** What is known of a token; the token itself is nowhere. */
export type AccessToken = z.output<typeof schema>;

/** Begins the keys of all tokens of somebody. */
export const tokensOf = (program: string, holder: "teammate" | "partner", id: string): string =>
  derivedKey("", program, holder, id.toLowerCase());

export const tokensPk = (program: string, whose: string): string => `${program}/tokens/${whose}`;

/** Where the token of a key is on record. */
export const accessTokenPlace = (program: string, key: string) => ({
  pk: tokensPk(program, key.split("_")[1] ?? ""),
  sk: key,
});

/** A token by which a teammate or a partner calls the API. Those of one person lie together: their keys say whose they are. */
export const accessToken = defineRecord({
  kind: "token",
  collection: "tokens",
  schema,
  place: ({ program, key }) => accessTokenPlace(program, key),
  unique: () => [],
  listed: true,
});
