import * as z from "zod";
import { derivedKey } from "./derived-key.ts";
import { base, defineRecord, nullable } from "./record.ts";

/** What a teammate is: admin and technical may do everything, a member only what is listed for them. */
export const ROLES = ["admin", "technical", "member"] as const;

const schema = z.object({
  ...base,
  email: z.string().max(254),
  name: z.string().max(255),
  role: z.enum(ROLES).meta({
    description: "admin and technical may do everything, and only an admin changes admins; member: see `permissions`",
  }),
  permissions: z.array(z.string()).meta({ description: "What a member may do; `a:b` covers each `a:b:c`" }),
  membership: nullable.text().meta({
    internal: true,
    description: "Another one each time that somebody is added: tokens of an earlier one open nothing",
  }),
  removed_at: nullable.instant().meta({ internal: true }),
});

export type TeammateRecord = z.output<typeof schema>;

export const teammatesPk = (program: string): string => `${program}/teammates`;

/** Follows from the address, in whatever case it is written, so that the address leads to the record. */
export const teammateKey = (program: string, email: string): string =>
  derivedKey("mate_", program, email.toLowerCase());

/** Where the teammate with this address is on record. */
export const teammatePlace = (program: string, email: string) => ({
  pk: teammatesPk(program),
  sk: teammateKey(program, email),
});

/** Somebody who works for the program. Who has left stays on record, as being removed. */
export const teammate = defineRecord({
  kind: "teammate",
  collection: "teammates",
  schema,
  place: ({ program, key }) => ({ pk: teammatesPk(program), sk: key }),
  unique: () => [],
  listed: false,
});
