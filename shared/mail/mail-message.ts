import * as z from "zod";
import { SIGN_IN_KINDS } from "../access/who-signs-in.ts";
import { actor } from "../records/audit-entry.ts";

const throttled = z.int().optional().meta({ description: "How often it has been put off so far" });

/** What the mail queue carries: which mail to send, and about what. */
export const mailMessage = z.discriminatedUnion("mail", [
  z.object({
    mail: z.enum(["import-finished", "import-undone", "bundle-ready", "export-failed"]),
    program: z.string(),
    key: z.string(),
    throttled,
  }),
  z.object({
    mail: z.literal("outgoing"),
    program: z.string(),
    key: z.string(),
    announced_at: z
      .int()
      .optional()
      .meta({ description: "When it was asked for, ahead of the change that makes it; that may come to nothing" }),
    throttled,
  }),
  z.object({
    mail: z.literal("bundle-link"),
    program: z.string(),
    key: z.string(),
    link: z.string().meta({ description: "Tells the fresh links to one bundle apart" }),
    asked_by: actor,
    remote_ip: z.string().optional().meta({ description: "Where it was asked for" }),
    throttled,
  }),
  z.object({
    mail: z.literal("teammate-invited"),
    program: z.string(),
    key: z.string(),
    membership: z.string().meta({ description: "Tells invitations of one address apart" }),
    throttled,
  }),
  z.object({
    mail: z.literal("sign-in"),
    program: z.string(),
    key: z.string().meta({ description: "Of the request" }),
    email: z.string(),
    as: z.enum(SIGN_IN_KINDS).optional(),
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
