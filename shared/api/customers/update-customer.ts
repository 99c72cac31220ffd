import * as z from "zod";
import { isAnonymized } from "../../records/anonymous-email.ts";
import { CallerError } from "../../errors.ts";
import { type Customer, customer } from "../../records/customer.ts";
import { isTest } from "../../records/record.ts";
import { movedCustomer } from "../../records/moved-customer.ts";
import { placeholderEmail } from "../../records/shown-email.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { type Answer, done, one } from "../envelope.ts";
import { givenFields } from "../field-values.ts";
import { partnerNamed, testFor } from "../partner-of-request.ts";
import type { ApiRequest } from "../request.ts";
import { requireFree } from "../require-free.ts";
import { validated } from "../validated.ts";
import { customerRequest, ownFields } from "./create-customer.ts";
import { customersFor } from "./customer-shape.ts";
import { customerOf } from "./get-customer.ts";

/** What a request to change a customer says: only what is to change. */
export const customerChange = customerRequest.partial().extend({ archived: z.boolean().optional() });

/** Changes a customer; with another partner's key, it goes to that partner, and its transactions stay where they are. */
export async function updateCustomer(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body, path } = request;
  const asked = validated(customerChange, body === undefined ? {} : body);
  const { record: found } = await customerOf(ledger, principal, path["key"]);
  const made = await recordChange(dependencies, request, { declaration: customer, key: found.key }, async (now) => {
    const before = await customerOf(ledger, principal, found.key);
    testFor(principal, before.record, "key");
    const partner = await partnerNamed(ledger, principal.program, asked);
    if (partner && isTest(partner) !== isTest(before.record)) {
      throw new CallerError("invalid", "customers of test partners are tests, and no others", "partner_key");
    }
    const after: Customer = {
      ...before.record,
      ...(partner && movedCustomer(before.record, partner.key)),
      customer_key: asked.customer_key ?? before.record.customer_key,
      ...changedEmail(before.record, asked.email),
      hides_email: (asked.anonymized ?? before.record.hides_email) === true ? true : null,
      name: asked.name === undefined ? before.record.name : asked.name,
      provider_key: asked.provider_key === undefined ? before.record.provider_key : asked.provider_key,
      archived: asked.archived ?? before.record.archived,
      ...ownFields(now.program, givenFields(asked), before.record),
      updated_at: now.now,
    };
    await requireFree(ledger, customer, after);
    return { change: { declaration: customer, before, after }, action: "customer.updated", customer: after };
  });
  const [shown = {}] = await customersFor(ledger, principal, [made]);
  return one(shown, "Customer updated");
}

/** Who writes back what they were told, a placeholder perhaps, changes nothing. */
const changedEmail = (before: Customer, email: string | undefined) =>
  email === undefined ||
  [before.email.toLowerCase(), placeholderEmail(before.program, before.key)].includes(email.toLowerCase())
    ? {}
    : { email, anonymized: isAnonymized(email) };

/** Archives a customer: it stays, with all that it has done, and is told as archived. */
export async function archiveCustomer(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, path } = request;
  const { record: found } = await customerOf(ledger, principal, path["key"]);
  await recordChange(dependencies, request, { declaration: customer, key: found.key }, async ({ now }) => {
    const before = await customerOf(ledger, principal, found.key);
    testFor(principal, before.record, "key");
    if (before.record.archived) return before.record;
    const after = { ...before.record, archived: true, updated_at: now };
    return { change: { declaration: customer, before, after }, action: "customer.archived" };
  });
  return done("Customer archived");
}
