import * as z from "zod";

/** What a program, or a group of it, takes in from its partners. */
export const features = z.object({
  leads_enabled: z.boolean(),
  deals_enabled: z.boolean(),
  application_enabled: z.boolean().default(true).meta({ description: "Whether people may apply to become partners" }),
});

export type Features = z.output<typeof features>;

/** What is on unless somebody turns it off. */
export const ALL_FEATURES: Features = { leads_enabled: true, deals_enabled: true, application_enabled: true };
