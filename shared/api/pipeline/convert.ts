import * as z from "zod";
import { audited } from "../../access/audited.ts";
import { CallerError } from "../../errors.ts";
import type { Change } from "../../ledger/entry.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Stored } from "../../ledger/stored.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { isAnonymized } from "../../records/anonymous-email.ts";
import { auditEntry } from "../../records/audit-entry.ts";
import { type Customer, customer } from "../../records/customer.ts";
import type { Deal } from "../../records/deal.ts";
import { groupsPk, group as groupRecord } from "../../records/group.ts";
import type { Lead } from "../../records/lead.ts";
import { type Declaration, testOf } from "../../records/record.ts";
import { emailInput } from "../customers/create-customer.ts";
import { customersFor } from "../customers/customer-shape.ts";
import { type Answer, one } from "../envelope.ts";
import { lookByEitherKey } from "../find-by-either-key.ts";
import { testFor } from "../partner-of-request.ts";
import type { ApiRequest } from "../request.ts";
import { requireFree } from "../require-free.ts";
import { validated } from "../validated.ts";
import { requireTakenIn } from "./group-of-body.ts";

/** Whom a lead or deal has become. */
export const conversionRequest = z.strictObject({
  email: emailInput,
  customer_key: z
    .string()
    .min(1)
    .max(255)
    .nullish()
    .meta({ description: "Your own key of the customer; ours, when absent" }),
});

/** What is converted, and what is known of the customer from there. */
interface Convertible<R extends Lead | Deal> {
  readonly declaration: Declaration<R>;
  readonly kind: "lead" | "deal";
  readonly find: (key: string | undefined) => Promise<Stored<R>>;
  readonly known: (record: R) => Pick<Customer, "name" | "company_name">;
}

/**
 * Makes the customer that a lead or deal has become, of the same partner, or finds the one that is there already. Once
 * converted it keeps its customer, however often it is asked for.
 */
export async function convert<R extends Lead | Deal>(
  dependencies: RecordingDependencies,
  request: ApiRequest,
  { declaration, kind, find, known }: Convertible<R>,
): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body, path, mark, remoteIp, newKey } = request;
  const asked = validated(conversionRequest, body === undefined ? {} : body);
  const { record: found } = await find(path["key"]);
  const key = newKey("cus_");
  const action = `${kind}.converted` as const;
  await recordChange<Lead | Deal | Customer>(dependencies, request, { declaration, key: found.key }, async (given) => {
    const { program, now } = given;
    const before = await find(found.key);
    const { record } = before;
    testFor(principal, record, "key");
    if (record.customer_key !== null) return record;
    if (record.archived) throw new CallerError("conflict", `the ${kind} is archived`, "key");
    const [group] = await ledger.read(groupRecord, [{ pk: groupsPk(program.key), sk: record.group_key }]);
    if (group !== undefined) requireTakenIn(`${kind}s`, program, group.record);
    const linked = (buyer: string): Change<R> => ({
      declaration,
      before,
      after: { ...record, customer_key: buyer, updated_at: now },
    });
    const there = await customerThere(ledger, program.key, asked);
    if (there !== undefined) {
      if (there.partnership_key !== record.partnership_key) {
        throw new CallerError(
          "conflict",
          "the customer is there already, and does not belong to this partner",
          "email",
        );
      }
      return { change: linked(there.key), action };
    }
    const after: Customer = {
      program: program.key,
      key,
      customer_key: asked.customer_key ?? key,
      email: asked.email,
      anonymized: isAnonymized(asked.email),
      ...known(record),
      partnership_key: record.partnership_key,
      provider_key: null,
      source_type: kind,
      archived: false,
      fields: {},
      subscriptions: [],
      former_partnership_keys: [],
      ...testOf(record),
      created_at: now,
      updated_at: now,
    };
    await requireFree(ledger, customer, after);
    const told = audited(record, { action, actor: principal, at: now, occasion: mark, remote_ip: remoteIp });
    return {
      change: { declaration: customer, after },
      others: [linked(key), { declaration: auditEntry, after: told }],
      action: "customer.created",
      customer: after,
    };
  });
  const { record } = await find(found.key);
  const [buyer] = await ledger.find(customer, principal.program, "key", [record.customer_key ?? ""]);
  if (buyer === undefined) throw new Error(`the customer of ${kind} ${record.key} is not there`);
  const [shown = {}] = await customersFor(ledger, principal, [buyer.record]);
  return one(shown, kind === "lead" ? "Lead converted" : "Deal converted");
}

/** The customer of this address or key; refused where the two lead to different ones. */
async function customerThere(
  ledger: Pick<Ledger, "find">,
  program: string,
  { email, customer_key: named }: z.output<typeof conversionRequest>,
): Promise<Customer | undefined> {
  const [[byEmail], byKey] = await Promise.all([
    ledger.find(customer, program, "email", [email.toLowerCase()]),
    lookByEitherKey(ledger, customer, program, ["customer_key", "key"], named ?? undefined),
  ]);
  const taken = (field: string) => new CallerError("conflict", `another customer has this '${field}' already`, field);
  if (byKey !== undefined && byKey.record.key !== byEmail?.record.key) throw taken("customer_key");
  if (byEmail !== undefined && byKey === undefined && typeof named === "string") throw taken("email");
  return byEmail?.record;
}
