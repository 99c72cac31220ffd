import * as z from "zod";
import { isAnonymized } from "../../records/anonymous-email.ts";
import { isEmail } from "../../records/cell.ts";
import { type Customer, customer } from "../../records/customer.ts";
import type { Program } from "../../records/program.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { type Answer, one } from "../envelope.ts";
import { fieldInputs, givenFields, keptFields } from "../field-values.ts";
import { partnerFor, partnerInputs, testFor } from "../partner-of-request.ts";
import type { ApiRequest } from "../request.ts";
import { requireFree } from "../require-free.ts";
import { validated } from "../validated.ts";
import { customersFor } from "./customer-shape.ts";

const text = (max = 255) => z.string().min(1).max(max);

export const emailInput = z.string().min(4).max(254).refine(isEmail, { error: "is not a valid email" });

/** What a request for a new customer says. */
export const customerRequest = z.strictObject({
  email: emailInput,
  customer_key: text().nullish().meta({ description: "Your own key of the customer; ours, when absent" }),
  ...partnerInputs,
  anonymized: z.boolean().nullish().meta({ description: "Whether a placeholder is told instead of the address" }),
  name: z.string().max(255).nullish(),
  provider_key: text().nullish().meta({ description: "The payment provider's key of the customer" }),
  member_key: z.string().max(255).nullish().meta({ description: "Accepted, and of no meaning here" }),
  ...fieldInputs,
});

/** The one field of a customer's own that has a place in the record. */
const COMPANY = "company_name";

/** What the values of its own fields make of a customer. */
export function ownFields(
  { customer_fields }: Program,
  { [COMPANY]: company, ...given }: ReturnType<typeof givenFields>,
  before?: Customer,
): Pick<Customer, "company_name" | "fields"> {
  const known = company === undefined ? (before?.company_name ?? null) : company;
  return {
    company_name: known === null ? null : String(known).slice(0, 255),
    fields: keptFields(customer_fields, given, before?.fields),
  };
}

/** Makes a customer of a partner. */
export async function createCustomer(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body, newKey } = request;
  const asked = validated(customerRequest, body === undefined ? {} : body);
  const key = newKey("cus_");
  const made = await recordChange(dependencies, request, { declaration: customer, key }, async ({ program, now }) => {
    const partner = await partnerFor(ledger, principal, asked);
    const after: Customer = {
      program: program.key,
      key,
      customer_key: asked.customer_key ?? key,
      email: asked.email,
      anonymized: isAnonymized(asked.email),
      ...(asked.anonymized === true && { hides_email: true }),
      name: asked.name ?? null,
      ...ownFields(program, givenFields(asked)),
      partnership_key: partner.key,
      provider_key: asked.provider_key ?? null,
      source_type: "api",
      archived: false,
      subscriptions: [],
      former_partnership_keys: [],
      ...testFor(principal, partner),
      created_at: now,
      updated_at: now,
    };
    await requireFree(ledger, customer, after);
    return { change: { declaration: customer, after }, action: "customer.created", customer: after };
  });
  const [shown = {}] = await customersFor(ledger, principal, [made]);
  return one(shown, "Customer created");
}
