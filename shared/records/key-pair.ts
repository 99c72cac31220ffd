import * as z from "zod";
import { base, defineRecord, nullable } from "./record.ts";

const schema = z.object({
  ...base,
  name: z.string().min(1).max(100),
  public_key: z.string().meta({ description: "The user name of HTTP Basic" }),
  test: z.boolean().meta({ description: "Whether what it makes is for trying things out" }),
  expires_at: nullable.instant().meta({ description: "When it ceases to work; null while it has not been rotated" }),
  revoked_at: nullable.instant(),
  replaced_by: nullable.text().meta({ description: "Key of the pair that it was rotated to" }),
  last_used_on: nullable.text(10).meta({ description: "The last day that it was used, as YYYY-MM-DD in UTC" }),
});

/** What is known of a pair of keys; its secret's hash is kept elsewhere, where the public key leads. */
export type KeyPairRecord = z.output<typeof schema>;

export const keyPairsPk = (program: string): string => `${program}/key-pairs`;

/** Where the pair of a key is on record. */
export const keyPairPlace = (program: string, key: string) => ({ pk: keyPairsPk(program), sk: key });

/** A pair of keys by which programs of the vendor call the API. */
export const keyPair = defineRecord({
  kind: "key-pair",
  collection: "key-pairs",
  schema,
  place: ({ program, key }) => keyPairPlace(program, key),
  unique: () => [],
  listed: false,
});
