import { describe, expect, it } from "vitest";
import { matchHeader } from "../../../shared/imports/header.ts";
import { importTypes } from "../../../shared/imports/import-types.ts";
import { plainName } from "../../../shared/records/plain-name.ts";
import { knownPresets } from "../../../shared/imports/presets/known-presets.ts";
import { partnerstack } from "../../../shared/imports/presets/partnerstack.ts";
import { converted, type Conversion } from "../../../shared/imports/presets/preset.ts";
import { rowReader } from "../../../shared/imports/read-row.ts";
import { applicationsFile } from "../../../shared/records/application.ts";
import { customer } from "../../../shared/records/customer.ts";
import { deal } from "../../../shared/records/deal.ts";
import { lead } from "../../../shared/records/lead.ts";
import { partnership } from "../../../shared/records/partnership.ts";
import { reward } from "../../../shared/records/reward.ts";
import { transaction } from "../../../shared/records/transaction.ts";

/** What a row of a file reads as, its header kept as JSON in between as parts find it. */
function read(type: string, file: Readonly<Record<string, string>>) {
  const layout = importTypes[type]?.layout;
  if (layout === undefined) throw new Error(`no type ${type}`);
  const header = matchHeader(Object.keys(file), layout, type);
  const kept = JSON.parse(JSON.stringify(header)) as typeof header;
  const values = rowReader(kept, layout)({ cells: Object.values(file), line: 2, end: 0, nextLine: 3 });
  return { preset: header.warnings.find(({ code }) => code === "preset")?.message, values };
}

const AT = Date.parse("2026-03-31T10:00:00Z");

/** One row of each export, and what it reads as. */
const EXPORTS: readonly (readonly [
  name: string,
  type: string,
  file: Readonly<Record<string, string>>,
  values: object,
])[] = [
  [
    "a Dub partners export",
    "partners",
    {
      ID: "pn_1",
      Name: "Ada King Lovelace",
      Email: "ada@x.io",
      Country: "GB",
      Status: "approved",
      "Enrolled at": "2026-03-31T10:00:00.000Z",
      "Payouts enabled at": "",
    },
    {
      partner_first: "Ada King",
      partner_last: "Lovelace",
      partner_email: "ada@x.io",
      partner_key: "pn_1",
      partner_joined_date: AT,
    },
  ],
  [
    "a Dub partners export",
    "partners",
    { ID: "pn_1", Name: "Cher", Email: "cher@x.io", "Enrolled at": "" },
    { partner_first: "Cher", partner_email: "cher@x.io", partner_key: "pn_1" },
  ],
  [
    "a Dub customers export",
    "customers",
    {
      ID: "cus_1",
      Name: "Grace",
      Email: "g@x.io",
      Country: "US",
      Partner: "Ada",
      "Sale amount": "12.50",
      "Created at": "2026-03-31T10:00:00.000Z",
      "External ID": "u1",
      "Stripe customer ID": "cus_s",
      "Partner ID": "pn_1",
    },
    {
      customer_key: "u1",
      name: "Grace",
      email: "g@x.io",
      partner_key: "pn_1",
      provider_key: "cus_s",
      created_at: AT,
    },
  ],
  [
    "a Dub customers export",
    "customers",
    { ID: "cus_1", Email: "g@x.io", "Created at": "", "External ID": "" },
    { customer_key: "cus_1", email: "g@x.io" },
  ],
  [
    "a Dub commissions export",
    "transactions",
    {
      ID: "cm_1",
      Type: "sale",
      Amount: "$1,250.00",
      Earnings: "$125.00",
      Currency: "usd",
      "Created at": "2026-03-31T10:00:00.000Z",
      "Customer external ID": "u1",
      "Customer ID": "cus_1",
    },
    { key: "cm_1", amount_in_dollars: "1250.00 $", currency: "USD", created_at: AT, customer_key: "u1" },
  ],
  [
    "a Dub commissions export",
    "rewards",
    {
      ID: "cm_1",
      Type: "sale",
      Amount: "125000",
      Earnings: "12500",
      Currency: "usd",
      Status: "processed",
      "Created at": "2026-03-31T10:00:00.000Z",
      "Partner ID": "pn_1",
      "Partner email": "ada@x.io",
      "Customer ID": "cus_1",
      "Customer external ID": "",
    },
    {
      amount_in_cents: 12_500,
      reward_currency: "USD",
      status: "approved",
      created_at: AT,
      partner_key: "pn_1",
      reward_description: "Commission from Dub",
      target_type: "customer",
      target_key: "cus_1",
    },
  ],
  [
    "a Rewardful affiliates export",
    "partners",
    {
      "First Name": "Ada",
      "Last Name": "Lovelace",
      Email: "ada@x.io",
      Token: "ada",
      State: "active",
      "Created At": "2026-03-31 10:00:00 UTC",
    },
    {
      partner_first: "Ada",
      partner_last: "Lovelace",
      partner_email: "ada@x.io",
      partner_key: "ada",
      partner_joined_date: AT,
    },
  ],
  [
    "a Rewardful referrals export",
    "customers",
    {
      customer_email: "g@x.io",
      customer_name: "Grace",
      stripe_customer_id: "cus_s",
      conversion_state: "conversion",
      affiliate_id: "aff_1",
      became_lead_at: "",
      created_at: "2026-03-31T10:00:00Z",
    },
    {
      customer_key: "cus_s",
      provider_key: "cus_s",
      email: "g@x.io",
      name: "Grace",
      partner_key: "aff_1",
      created_at: AT,
    },
  ],
  [
    "a Rewardful commissions export",
    "rewards",
    {
      Amount: "30.00",
      Currency: "USD",
      State: "due",
      "Due at": "2026-04-30",
      "Affiliate email": "ada@x.io",
      "Created at": "2026-03-31T10:00:00Z",
    },
    {
      amount_in_dollars: "30.00",
      reward_currency: "USD",
      status: "approved",
      partner_email: "ada@x.io",
      created_at: AT,
      reward_description: "Commission from Rewardful",
    },
  ],
  [
    "a FirstPromoter promoters export",
    "partners",
    { email: "ada@x.io", name: "Lovelace, Ada", default_ref_id: "ada7", created_at: "2026-03-31T10:00:00Z" },
    {
      partner_first: "Ada",
      partner_last: "Lovelace",
      partner_email: "ada@x.io",
      partner_key: "ada7",
      partner_joined_date: AT,
    },
  ],
  [
    "a FirstPromoter leads and customers export",
    "customers",
    { email: "g@x.io", uid: "", first_name: "Grace", last_name: "Hopper", state: "active", ref_id: "ada7" },
    { customer_key: "g@x.io", email: "g@x.io", name: "Grace Hopper", partner_key: "ada7" },
  ],
  [
    "a FirstPromoter leads and customers export",
    "customers",
    { email: "g@x.io", uid: "u1", name: "G. Hopper", first_name: "Grace", last_name: "Hopper", state: "active" },
    { customer_key: "u1", email: "g@x.io", name: "G. Hopper" },
  ],
  [
    "a FirstPromoter commissions export",
    "rewards",
    {
      amount: "1470",
      status: "approved",
      is_paid: "true",
      sale_amount: "4900",
      promoter_email: "ada@x.io",
      referral_uid: "u1",
      external_note: "",
    },
    {
      amount_in_cents: 1470,
      status: "paid",
      partner_email: "ada@x.io",
      target_type: "customer",
      target_key: "u1",
      reward_description: "Commission from FirstPromoter",
    },
  ],
  [
    "a FirstPromoter commissions export",
    "rewards",
    { amount: "1470", status: "denied", is_paid: "false", sale_amount: "4900", promoter_email: "ada@x.io" },
    {
      amount_in_cents: 1470,
      status: "declined",
      partner_email: "ada@x.io",
      reward_description: "Commission from FirstPromoter",
    },
  ],
  [
    "a Tolt partners export",
    "partners",
    {
      id: "part_1",
      first_name: "Ada",
      last_name: "Lovelace",
      email: "ada@x.io",
      country_code: "GB",
      created_at: "2026-03-31T10:00:00.000Z",
    },
    {
      partner_first: "Ada",
      partner_last: "Lovelace",
      partner_email: "ada@x.io",
      partner_key: "part_1",
      partner_joined_date: AT,
    },
  ],
  [
    "a Tolt customers export",
    "customers",
    { id: "cus_1", customer_id: "u1", email: "g@x.io", name: "Grace", partner_id: "part_1" },
    { customer_key: "cus_1", provider_key: "u1", email: "g@x.io", name: "Grace", partner_key: "part_1" },
  ],
  [
    "a Tolt transactions export",
    "transactions",
    { id: "txn_1", amount: "4900", customer_id: "cus_1", charge_id: "ch_1", billing_type: "one_time" },
    { key: "txn_1", amount_in_cents: 4900, customer_key: "cus_1" },
  ],
  [
    "a Tolt commissions export",
    "rewards",
    {
      id: "comm_1",
      amount: "980",
      revenue: "4900",
      status: "refunded",
      partner_id: "part_1",
      transaction_id: "txn_1",
      customer_id: "cus_1",
      currency: "usd",
    },
    {
      amount_in_cents: 980,
      reward_currency: "USD",
      status: "declined",
      partner_key: "part_1",
      target_type: "transaction",
      target_key: "txn_1",
      reward_description: "Commission from Tolt",
    },
  ],
];

describe("the export of another system", () => {
  it.each(EXPORTS)("%s, as %s", (name, type, file, expected) => {
    const { preset, values } = read(type, file);
    expect(preset).toMatch(new RegExp(`^The file was read as ${name}\\.`));
    expect(values).toEqual(expected);
  });

  it("keeps a column of ours that stands beside its own", () => {
    const { values } = read("partners", {
      ID: "pn_1",
      Name: "Ada L",
      Email: "ada@x.io",
      "Enrolled at": "",
      partner_group: "Gold",
      partner_key: "ada",
    });
    expect(values).toMatchObject({ partner_group: "Gold", partner_key: "pn_1" });
  });

  it("takes transactions by their key alone, so that the planner finds those that come again", () => {
    for (const { type, sources } of knownPresets) {
      if (type !== "transactions") continue;
      expect(sources.filter(({ to }) => to === "key")).toMatchObject([{ to: "key" }]);
      expect(sources.find(({ to }) => to === "key")).not.toHaveProperty("as");
    }
  });

  it("fills columns that there are", () => {
    for (const { type = "", sources, lacks = [] } of knownPresets) {
      const columns = importTypes[type]?.layout.columns;
      if (columns === undefined) continue;
      for (const column of [...sources.map(({ to }) => to), ...lacks]) expect(Object.keys(columns)).toContain(column);
    }
  });
});

describe("the presets of a bundle", () => {
  const files = [
    partnership.bundle,
    customer.bundle,
    transaction.bundle,
    reward.bundle,
    applicationsFile,
    lead.bundle,
    deal.bundle,
  ];

  it.each(files.map((file) => [file.file, Object.keys(file.columns)] as const))(
    "know %s by its header",
    (file, header) => {
      const present = new Set(header.map(plainName));
      const matching = partnerstack.filter(({ signature }) =>
        signature.every((spellings) => spellings.some((spelling) => present.has(plainName(spelling)))),
      );
      expect(matching.map(({ name }) => name.split(" ")[1])).toEqual([file]);
      for (const { from } of matching.flatMap(({ sources }) => sources))
        expect(from.some((spelling) => present.has(plainName(spelling)))).toBe(true);
    },
  );
});

describe("converted", () => {
  it.each<[text: string, as: Conversion | undefined, expected: string]>([
    ["Ada Lovelace", "first name", "Ada"],
    ["Ada Lovelace", "last name", "Lovelace"],
    ["Ada  King Lovelace", "first name", "Ada King"],
    ["Ada", "first name", "Ada"],
    ["Ada", "last name", ""],
    ["Lovelace, Ada King", "first name", "Ada King"],
    ["Lovelace, Ada King", "last name", "Lovelace"],
    ["Lovelace,", "first name", "Lovelace,"],
    ["$12", "major amount", "$12"],
    ["12.00", "major amount", "12.00"],
    ["12", "major amount", ""],
    ["-12", "minor amount", "-12"],
    ["12.00", "minor amount", ""],
    ["DUE", { words: { due: "approved" } }, "approved"],
    ["open", { words: { due: "approved" } }, "open"],
    ["false", { words: { false: "" } }, ""],
    ["constructor", { words: { due: "approved" } }, "constructor"],
    ["Link", { among: ["link"] }, "Link"],
    ["fax", { among: ["link"] }, ""],
    ["x", { constant: "customer" }, "customer"],
    ["", { constant: "customer" }, ""],
    ["x", "added", "x"],
    ["x", undefined, "x"],
  ])("%j as %j is %j", (text, as, expected) => {
    expect(converted(text, as)).toBe(expected);
  });
});
