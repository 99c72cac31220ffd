import * as z from "zod";

/** What the mail queue carries: which mail to send, and about what. */
export const mailMessage = z.discriminatedUnion("mail", [
  z.object({
    mail: z.enum(["import-finished", "bundle-ready", "export-failed", "outgoing"]),
    program: z.string(),
    key: z.string(),
  }),
  z.object({ mail: z.literal("file-not-placed"), source: z.string(), reason: z.string() }),
]);

export type MailMessage = Readonly<z.output<typeof mailMessage>>;
