import type { Principal } from "../../access/principal.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Stored } from "../../ledger/stored.ts";
import { type Customer, customer } from "../../records/customer.ts";
import { type Answer, notFound, one } from "../envelope.ts";
import { findByEitherKey } from "../find-by-either-key.ts";
import type { ApiRequest } from "../request.ts";
import { customersFor } from "./customer-shape.ts";

interface Dependencies {
  readonly ledger: Ledger;
}

/** The customer that a path names, by our key or yours; a partner finds its own only. */
export async function customerOf(
  ledger: Pick<Ledger, "find">,
  { program, kind, partnership }: Principal,
  key: string | undefined,
): Promise<Stored<Customer>> {
  const found = await findByEitherKey(ledger, customer, program, ["key", "customer_key"], key);
  if (kind === "partner" && found.record.partnership_key !== partnership) throw notFound();
  return found;
}

/** One customer. */
export async function getCustomer({ ledger }: Dependencies, { principal, path }: ApiRequest): Promise<Answer> {
  const { record } = await customerOf(ledger, principal, path["key"]);
  const [shown = {}] = await customersFor(ledger, principal, [record]);
  return one(shown, "Customer retrieved");
}
