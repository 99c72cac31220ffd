import * as z from "zod";

/** An address that links may lead to: nothing but a page, and nobody's password in it. */
export const linkTarget = z
  .url({ protocol: /^https?$/, hostname: z.regexes.domain, error: "is not an http or https address of a page" })
  .max(1000)
  .refine((text) => !URL.canParse(text) || new URL(text).username === "", { error: "may not hold a user name" });
