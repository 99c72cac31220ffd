import { customer } from "../../../shared/records/customer.ts";
import { EVERYTHING } from "../../../shared/records/export-job.ts";
import { product } from "../../../shared/records/product.ts";
import { deal } from "../../../shared/records/deal.ts";
import { group, groupsPk } from "../../../shared/records/group.ts";
import { lead } from "../../../shared/records/lead.ts";
import { partnership } from "../../../shared/records/partnership.ts";
import { reward } from "../../../shared/records/reward.ts";
import { transaction } from "../../../shared/records/transaction.ts";
import type { createWorld } from "../api-world.ts";
import { aCustomer, aDeal, aLead, aPartner, aReward, aTransaction } from "../ledger-records.ts";

type World = ReturnType<typeof createWorld>;

const START = Date.parse("2026-03-01T00:00:00Z");
const HOUR = 60 * 60 * 1000;

/** How many there are of each kind: more than one page of most lists. */
const PARTNERS = 14;
const CUSTOMERS = 28;
const PRODUCTS = 12;

/** In every name, address and text of a program's records, so that an answer to anybody else can be searched for it. */
export const markOf = (program: string): string => `of-${program}-only`;

/** A program with something of every kind, whose keys all begin alike. */
export async function fillProgram(world: World, program: string): Promise<void> {
  const mark = markOf(program);
  const groups = [];
  for await (const { record } of world.ledger.collection(group, groupsPk(program))) groups.push(record.key);
  const [group_key = ""] = groups;
  const at = (number: number) => ({ created_at: START + number * HOUR, updated_at: START + number * HOUR });
  for (let n = 0; n < PARTNERS; n++) {
    const partner = aPartner({
      ...at(n),
      program,
      key: `part_${program}_${n}`,
      partner_key: `${program}-partner-${n}`,
      email: `partner-${n}@${mark}.example`,
      first_name: `Partner ${n}`,
      last_name: mark,
      group_key,
      tags: n % 2 === 0 ? [mark] : [],
      status: n === 13 ? "pending" : "approved",
      archived: n === 12,
    });
    await world.put(partnership, partner);
    await world.put(
      lead,
      aLead({
        ...at(n),
        program,
        key: `lead_${program}_${n}`,
        partnership_key: partner.key,
        group_key,
        ...leadOf(mark, n),
      }),
    );
    await world.put(
      deal,
      aDeal({
        ...at(n),
        program,
        key: `deal_${program}_${n}`,
        partnership_key: partner.key,
        group_key,
        ...dealOf(mark, n),
      }),
    );
  }
  for (let n = 0; n < CUSTOMERS; n++) {
    const partnership_key = n % 7 === 0 ? null : `part_${program}_${n % PARTNERS}`;
    const key = `cus_${program}_${n}`;
    await world.put(
      customer,
      aCustomer({
        ...at(n),
        program,
        key,
        customer_key: `${program}-customer-${n}`,
        email: `customer-${n}@${mark}.example`,
        name: `Customer ${n} ${mark}`,
        partnership_key,
      }),
    );
    const paid = `${program}-payment-${n}`;
    await world.put(
      transaction,
      aTransaction({ ...at(n), program, key: paid, customer_key: key, partnership_key, product_key: mark }),
    );
    if (partnership_key === null) continue;
    await world.put(
      reward,
      aReward({
        ...at(n),
        program,
        key: `rwrd_${program}_${n}`,
        partnership_key,
        customer_key: key,
        transaction_key: paid,
        description: mark,
      }),
    );
  }
  await world.addImport({ program, key: `imp_${program}`, filename: `${mark}.csv` });
  for (let n = 0; n < PRODUCTS; n++) {
    await world.put(product, {
      ...at(n),
      program,
      key: `prod_${program}_${n}`,
      product_key: `${program}-product-${n}`,
      name: mark,
      category_key: n % 2 === 0 ? mark : null,
      description: null,
      archived: n === 11,
    });
  }
  await world.addExport({
    program,
    key: `exp_${program}_report`,
    member_email: `admin@${program}.example`,
    report_key: "vrc_partners",
    filters: { ...EVERYTHING, files: ["partners"] },
  });
  await world.addExport({ program, key: `exp_${program}`, member_email: `admin@${program}.example` });
}

const leadOf = (mark: string, n: number) => ({
  external_key: `${mark}-lead-${n}`,
  email: `lead-${n}@${mark}.example`,
  first_name: mark,
});

const dealOf = (mark: string, n: number) => ({ external_key: `${mark}-deal-${n}`, account_name: mark });
