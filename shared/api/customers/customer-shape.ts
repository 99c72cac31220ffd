import * as z from "zod";
import type { Principal } from "../../access/principal.ts";
import { atOnce } from "../../at-once.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { hasPaid } from "../../partners/has-paid.ts";
import { type Customer, customer } from "../../records/customer.ts";
import { isTest } from "../../records/record.ts";
import { shownCustomer } from "../../records/shown-email.ts";
import { fieldShapes, presentFields } from "../field-values.ts";
import { partnershipsOf } from "../joins.ts";
import { loadProgram } from "../load-program.ts";
import { present, visibleShape } from "../present.ts";

/** A customer as the vendor's side sees it. */
export const customerShape = z.object({
  ...visibleShape(customer),
  external_key: z.string().meta({ description: "Your own key of the customer, by its other name" }),
  partner_key: z.string().nullable().meta({ description: "partner_key of the partner it belongs to" }),
  source_key: z.string().nullable(),
  test: z.boolean(),
  ...fieldShapes,
});

/** A customer as a partner's token sees it: nothing that tells who it is. */
export const partnersCustomerShape = z.object({
  key: z.string(),
  created_at: z.int(),
  updated_at: z.int(),
  customer_key: z.string(),
  partnership_key: z.string(),
  has_paid: z.boolean(),
  archived: z.boolean(),
  country_iso: z.string().nullable(),
  shared_id: z.string().nullable(),
  sub_ids: z.array(z.string()),
  company: z.object({ key: z.string(), name: z.string() }).meta({ description: "Whose program it is" }),
  test: z.boolean(),
});

type Reader = Pick<Ledger, "read" | "listing">;

/** Customers as whoever asks may see them. */
export const customersFor = (ledger: Reader, principal: Principal, customers: readonly Customer[]): Promise<object[]> =>
  principal.kind === "partner"
    ? presentToPartner(ledger, principal.program, customers)
    : presentCustomers(ledger, principal.program, customers);

async function presentCustomers(ledger: Reader, program: string, customers: readonly Customer[]) {
  const [settings, partnershipOf] = await Promise.all([
    loadProgram(ledger, program),
    partnershipsOf(ledger, program, customers),
  ]);
  return customers.map((one) => ({
    ...present(customer, shownCustomer(settings, one)),
    external_key: one.customer_key,
    partner_key: partnershipOf(one.partnership_key)?.partner_key ?? null,
    source_key: null,
    test: isTest(one),
    ...presentFields(settings.customer_fields, one.fields),
  }));
}

/** Customers whose transactions are looked for at once. */
const LOOKS_AT_ONCE = 16;

async function presentToPartner(ledger: Reader, program: string, customers: readonly Customer[]) {
  const { key, name } = await loadProgram(ledger, program);
  return atOnce(LOOKS_AT_ONCE, customers, async (one): Promise<z.output<typeof partnersCustomerShape>> => ({
    key: one.key,
    created_at: one.created_at,
    updated_at: one.updated_at,
    customer_key: one.customer_key,
    partnership_key: one.partnership_key ?? "",
    has_paid: await hasPaid(ledger, one),
    archived: one.archived,
    country_iso: null,
    shared_id: null,
    sub_ids: [],
    company: { key, name },
    test: isTest(one),
  }));
}
