import { toItem } from "../../shared/ledger/stored.ts";
import type { Table } from "../../shared/ports.ts";
import { customer } from "../../shared/records/customer.ts";
import { derivedKey } from "../../shared/records/derived-key.ts";
import { ALL_FEATURES } from "../../shared/records/features.ts";
import { group, GROUP_DEFAULTS } from "../../shared/records/group.ts";
import { partnership } from "../../shared/records/partnership.ts";
import { claimPlace } from "../../shared/records/place.ts";
import { program } from "../../shared/records/program.ts";
import type { BaseRecord, Declaration } from "../../shared/records/record.ts";
import { transaction } from "../../shared/records/transaction.ts";
import { type Program, transactionAmount } from "./program-files.ts";

const AT = Date.UTC(2025, 0, 1);
const PRODUCTS = ["starter-monthly", "team-monthly", "team-annual", "enterprise-annual", "add-on", "credits"];
const DATES = { created_at: AT, updated_at: AT };

/** Puts a program into a table as an import would leave it, without the time an import takes. */
export async function storedProgram(table: Table, size: Program): Promise<void> {
  const put = <R extends BaseRecord>(declaration: Declaration<R>, record: R) =>
    table.write({ put: toItem(declaration, record, { rev: 1, at: AT, mark: "bench" }) });
  await put(program, {
    ...DATES,
    program: "bench",
    key: "bench",
    name: "Bench",
    currency: "USD",
    admin_email: "a@bench.example",
    rates: { USD: "1" },
    features: ALL_FEATURES,
    partner_fields: [],
    customer_fields: [],
  });
  await put(group, {
    ...DATES,
    program: "bench",
    key: "grup_1",
    name: "Default",
    slug: "default",
    default: true,
    archived: false,
    ...GROUP_DEFAULTS,
  });
  const partnerKey = (at: number) => derivedKey("part_", String(at % size.partners));
  const customerKey = (at: number) => derivedKey("cus_", String(at % size.customers));
  for (let at = 0; at < size.partners; at++) {
    const key = partnerKey(at);
    await table.write({ put: { ...claimPlace("bench", "partnership", "key", key), key } });
    await put(partnership, {
      ...DATES,
      program: "bench",
      key,
      partner_key: `partner-${at}`,
      email: `partner-${at}@agency.example`,
      first_name: "Partner",
      last_name: `Number ${at}`,
      group_key: "grup_1",
      manager: null,
      tags: [],
      fields: {},
      status: "approved",
      archived: false,
      joined_at: AT,
      group_joined_at: AT,
    });
  }
  for (let at = 0; at < size.customers; at++) {
    await put(customer, {
      ...DATES,
      program: "bench",
      key: customerKey(at),
      customer_key: `acct_${at}`,
      email: `customer-${at}@shop.example`,
      anonymized: false,
      name: `Customer ${at}, Ltd`,
      company_name: null,
      partnership_key: partnerKey(at),
      provider_key: null,
      source_type: "import",
      archived: false,
      fields: {},
      subscriptions: [],
      former_partnership_keys: [],
    });
  }
  for (let at = 0; at < size.transactions; at++) {
    const { minor, currency } = transactionAmount(at);
    const own = derivedKey("", `transaction ${at}`);
    await put(transaction, {
      ...DATES,
      created_at: AT + ((at * 7_919) % 31_536_000) * 1000,
      program: "bench",
      // As payment providers make them.
      key: `in_${own}`,
      customer_key: customerKey(at),
      partnership_key: partnerKey(at % size.customers),
      amount: minor,
      currency,
      amount_usd: minor,
      product_key: PRODUCTS[at % 7] ?? null,
      category_key: null,
      subscription_key: null,
      subscription_plan: null,
      approved: true,
      unapproved_reasons: [],
      archived: false,
    });
  }
}
