import * as z from "zod";
import { actor } from "../records/audit-entry.ts";

const throttled = z.int().optional().meta({ description: "How often it has been put off so far" });

/** What the mail queue carries: which mail to send, and about what. */
export const mailMessage = z.discriminatedUnion("mail", [
  z.object({
    mail: z.enum(["import-finished", "import-undone", "bundle-ready", "export-failed", "outgoing"]),
    program: z.string(),
    key: z.string(),
    throttled,
  }),
  z.object({
    mail: z.literal("bundle-link"),
    program: z.string(),
    key: z.string(),
    link: z.string().meta({ description: "Tells the fresh links to one bundle apart" }),
    asked_by: actor,
    throttled,
  }),
  z.object({
    mail: z.literal("webhook-paused"),
    program: z.string(),
    key: z.string(),
    paused_at: z.int().meta({ description: "Tells the pauses of one webhook apart" }),
    throttled,
  }),
  z.object({ mail: z.literal("file-not-placed"), source: z.string(), reason: z.string(), throttled }),
]);

export type MailMessage = Readonly<z.output<typeof mailMessage>>;
