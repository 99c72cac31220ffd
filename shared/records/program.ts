import * as z from "zod";
import { ALL_FEATURES, features } from "./features.ts";
import { formField } from "./form-field.ts";
import { base, defineRecord, since } from "./record.ts";

const schema = z.object({
  ...base,
  name: z.string().min(1).max(255),
  currency: z.string().length(3).meta({ description: "Currency that amounts default to" }),
  admin_email: z.email().max(254),
  rates: z
    .record(z.string(), z.string())
    .meta({ description: "US dollars for one unit of each currency, as decimals" }),
  features: since(ALL_FEATURES, features),
  anonymize_customers: since(false, z.boolean()).meta({
    description: "Whether a placeholder is told instead of each customer's e-mail address",
  }),
  partner_fields: since([], z.array(formField)).meta({ description: "Fields of its own that partners have" }),
  customer_fields: since([], z.array(formField)).meta({ description: "Fields of its own that customers have" }),
});

/** What those may see of it who may change its settings. */
export const programSettingsShape = schema.pick({
  key: true,
  name: true,
  currency: true,
  features: true,
  anonymize_customers: true,
  created_at: true,
  updated_at: true,
});

export type Program = z.output<typeof schema>;

/** Where the program of a key lives. */
export const programPlace = (key: string) => ({ pk: `${key}/program`, sk: "#" });

/** A partner program: the tenant. Its key is the first part of everything stored for it. */
export const program = defineRecord({
  kind: "program",
  collection: "programs",
  schema,
  place: ({ key }) => programPlace(key),
  unique: () => [],
  listed: false,
});

/** What a program key may look like: it is part of object keys, table keys and URLs. */
export const PROGRAM_KEY = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
