import * as z from "zod";
import { currency } from "./cell.ts";
import { required } from "./column.ts";
import { ALL_FEATURES, features } from "./features.ts";
import { formField } from "./form-field.ts";
import { rateCell } from "./rate-cell.ts";
import { base, defineRecord, nullable, since } from "./record.ts";

const schema = z.object({
  ...base,
  name: z.string().min(1).max(255),
  currency: z.string().length(3).meta({ description: "Currency that amounts default to" }),
  admin_email: z.email().max(254),
  rates: z
    .record(z.string(), z.string())
    .meta({ description: "US dollars for one unit of each currency, as decimals" }),
  features: since(ALL_FEATURES, features),
  link_base: since(null, nullable.text(1000)).meta({
    description: "Where links of partners lead unless they say otherwise; without it, partners have no links",
  }),
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
  link_base: true,
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
  /** Of a program, files tell the rates alone. */
  layout: {
    columns: {
      currency: required({ ...currency, example: "EUR" }, "The currency"),
      rate: required(rateCell, "US dollars for one unit of it, from now on; other currencies keep their rates"),
    },
    inOrder: "every row",
  },
});

/** What a program key may look like: it is part of object keys, table keys and URLs. */
export const PROGRAM_KEY = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
