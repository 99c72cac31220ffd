import * as z from "zod";
import { CallerError } from "../../errors.ts";
import type { SaidDeal } from "../../pipeline/said-deal.ts";
import { isEmail, MAX_MINOR } from "../../records/cell.ts";
import { isCurrency } from "../../records/currency.ts";
import { day } from "../../records/day.ts";
import { type Deal, DEAL_FIELDS, DEAL_SOURCES } from "../../records/deal.ts";
import type { FormField } from "../../records/form-field.ts";
import { fieldInputs } from "../field-values.ts";
import { partnerInputs } from "../partner-of-request.ts";
import { listedFields, ownValues } from "../pipeline/form-body.ts";

const key = z.string().min(1).max(255);

const date = z
  .string()
  .refine((text) => day.read(text) === text, { error: "is no date as YYYY-MM-DD" })
  .meta({ format: "date" });

/** Fields of every deal, as they stand in a body or in its `meta`. */
const builtIn = z.object({
  amount: z.int().min(-MAX_MINOR).max(MAX_MINOR).optional().meta({ description: "In minor units of the currency" }),
  close_date: date.optional().meta({ description: "When it is expected to be won, or was: YYYY-MM-DD" }),
  stage: z.string().min(1).max(50).optional().meta({ description: "One of the group's stages, by name or api_name" }),
  account_name: z.string().max(255).nullish(),
  email: z.string().max(254).refine(isEmail, { error: "is not a valid email" }).nullish(),
  currency: z
    .string()
    .refine(isCurrency, { error: "is no ISO 4217 currency" })
    .nullish()
    .meta({ description: "The program's when absent" }),
  contact_first_name: z.string().max(100).nullish(),
  contact_last_name: z.string().max(100).nullish(),
  notes: z.string().max(5000).nullish(),
} satisfies Record<keyof typeof DEAL_FIELDS, z.ZodType>);

/** What a request for a new deal says. */
export const dealRequest = z.strictObject({
  external_key: key.nullish().meta({ description: "Your own key of the deal" }),
  ...fieldInputs,
  ...builtIn.shape,
  lost_reason: z.string().max(500).nullish().meta({ description: "Why it was lost" }),
  source: z.enum(DEAL_SOURCES).nullish().meta({ description: "partner when absent" }),
  ...partnerInputs,
  customer_key: key.nullish().meta({ description: "The customer that it became, by our key or yours" }),
  group_key: key.nullish().meta({
    description:
      "The group whose form it is made with; the partner's when absent, so that a deal without a partner needs it",
  }),
  mold_key: key.nullish().meta({ description: "Accepted, and of no meaning here: a group has one form" }),
});

/** What a request to change a deal says: only what is to change. */
export const dealChange = dealRequest.partial().extend({ archived: z.boolean().optional() });

type DealBody = z.output<typeof dealChange>;

/** What a deal cannot be without, whatever its form asks for. */
const NEEDED = ["amount", "close_date", "stage"] as const satisfies (keyof typeof DEAL_FIELDS)[];

/** What a body says of a deal, of which `form` has fields of its own. What stands at its top goes before its lists. */
export function saidOfDeal(
  body: DealBody,
  form: readonly FormField[],
  before?: Deal,
): { readonly said: SaidDeal; readonly stage: string | undefined } {
  const { builtIn: listed, own } = listedFields(builtIn, body);
  const top = Object.fromEntries(Object.entries(builtIn.parse(body)).filter(([, value]) => value !== undefined));
  const { stage, currency, ...told } = builtIn.parse({ ...listed, ...top });
  const said = {
    ...told,
    // A deal has one, always.
    currency: currency ?? undefined,
    external_key: body.external_key,
    lost_reason: body.lost_reason,
    source: body.source ?? undefined,
    archived: body.archived,
    fields: ownValues(form, DEAL_FIELDS, own, before),
  };
  const missing = before === undefined ? NEEDED.find((name) => ({ ...told, stage })[name] === undefined) : undefined;
  if (missing !== undefined) throw new CallerError("invalid", `'${missing}' is a required property`, missing);
  return { said, stage };
}

/** Refuses a deal that a partner has brought and that is nobody's. */
export function requirePartner({ source, partnership_key }: Pick<Deal, "source" | "partnership_key">): void {
  if (source === "partner" && partnership_key === null) {
    throw new CallerError("invalid", "'partner_key' is a required property", "partner_key");
  }
}
