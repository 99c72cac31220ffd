import * as z from "zod";
import { base, defineRecord, nullable } from "./record.ts";

const schema = z.object({
  ...base,
  to: z.string().max(254),
  subject: z.string().max(200),
  text: z.string().max(10_000),
  reason: z.enum(["trigger", "invitation", "decision"]),
  trigger_key: nullable.text(),
  partnership_key: z.string(),
});

export type OutgoingMail = z.output<typeof schema>;

/** Where the mail of a key lives. */
export const outgoingMailPlace = (program: string, key: string) => ({ pk: `${program}/outbox/${key}`, sk: "#" });

/** A mail that came about together with a change of the records; written with it, sent after it. */
export const outgoingMail = defineRecord({
  kind: "mail",
  collection: "mails",
  schema,
  place: ({ program, key }) => outgoingMailPlace(program, key),
  unique: ({ key }) => [{ field: "key", value: key }],
  listed: false,
});
