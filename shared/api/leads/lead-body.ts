import * as z from "zod";
import type { SaidLead } from "../../pipeline/said-lead.ts";
import { isEmail, MAX_MINOR } from "../../records/cell.ts";
import { isCurrency } from "../../records/currency.ts";
import type { FormField } from "../../records/form-field.ts";
import { type Lead, LEAD_FIELDS } from "../../records/lead.ts";
import { fieldInputs } from "../field-values.ts";
import { partnerInputs } from "../partner-of-request.ts";
import { listedFields, ownValues } from "../pipeline/form-body.ts";

const key = z.string().min(1).max(255);

/** Fields of every lead, as they stand in a body or in its `meta`. */
const builtIn = z.object({
  first_name: z.string().max(100).nullish(),
  last_name: z.string().max(100).nullish(),
  email: z.string().max(254).refine(isEmail, { error: "is not a valid email" }).nullish(),
  company: z.string().max(255).nullish(),
  amount: z.int().min(-MAX_MINOR).max(MAX_MINOR).nullish().meta({ description: "In minor units of the currency" }),
  currency: z
    .string()
    .refine(isCurrency, { error: "is no ISO 4217 currency" })
    .nullish()
    .meta({ description: "The program's when absent" }),
  notes: z.string().max(5000).nullish(),
} satisfies Record<keyof typeof LEAD_FIELDS, z.ZodType>);

/** What a request for a new lead says. */
export const leadRequest = z.strictObject({
  external_key: key.meta({ description: "Your own key of the lead; often its e-mail address" }),
  ...fieldInputs,
  ...builtIn.shape,
  ...partnerInputs,
  status: z.string().min(1).max(50).meta({ description: "One of the group's lead statuses, by name or api_name" }),
  approved: z.boolean().nullish().meta({ description: "true when absent" }),
  decline_reason: z.string().max(500).nullish().meta({ description: "Why it is not approved" }),
  customer_key: key.nullish().meta({ description: "The customer that it became, by our key or yours" }),
  group_key: key.nullish().meta({ description: "The group whose form it is made with; the partner's when absent" }),
  mold_key: key.nullish().meta({ description: "Accepted, and of no meaning here: a group has one form" }),
});

/** What a request to change a lead says: only what is to change. */
export const leadChange = leadRequest.partial().extend({
  external_key: key.nullish(),
  archived: z.boolean().optional(),
});

type LeadBody = z.output<typeof leadChange>;

/** Whether a body says anything of the lead itself, in whichever way. */
export const saysFields = (body: LeadBody): boolean =>
  [...Object.keys(fieldInputs), ...Object.keys(builtIn.shape)].some(
    (name) => new Map<string, unknown>(Object.entries(body)).get(name) !== undefined,
  );

/** What a body says of a lead, of which `form` has fields of its own. What stands at its top goes before its lists. */
export function saidOfLead(body: LeadBody, form: readonly FormField[], before?: Lead): SaidLead {
  const { builtIn: listed, own } = listedFields(builtIn, body);
  const top = Object.fromEntries(Object.entries(builtIn.parse(body)).filter(([, value]) => value !== undefined));
  const { currency, ...told } = builtIn.parse({ ...listed, ...top });
  return {
    ...told,
    // A lead has one, always.
    currency: currency ?? undefined,
    external_key: body.external_key,
    approved: body.approved ?? undefined,
    decline_reason: body.decline_reason,
    archived: body.archived,
    fields: ownValues(form, LEAD_FIELDS, own, before),
  };
}
