import { beforeEach, describe, expect, it, test } from "vitest";
import type { ProgramInput } from "../../shared/access/create-program.ts";
import { type Deal, deal } from "../../shared/records/deal.ts";
import { group } from "../../shared/records/group.ts";
import { createImportWorld, foldOf, type ImportWorld, lines, short, shuffled } from "./imports-harness.ts";

const PARTNERS = lines(
  "partner_first,partner_last,partner_email,partner_key,partner_group",
  "Ada,L,ada@x.io,ada,affiliates",
  "Bo,N,bo@x.io,bo,gold",
  "Cy,O,cy@x.io,cy,closed",
);
const REQUIRED = "amount,close date,partner_key,status";
const SALE = "125000,2026-03-31,ada,Working";

/** Gold resellers have other words for the same, and fields of their own. */
const GROUPS: ProgramInput["groups"] = [
  { name: "Affiliates", slug: "affiliates", default: true },
  {
    name: "Gold Resellers",
    slug: "gold",
    deal_form: [
      { api_name: "stage", label: "Phase", required: true },
      { api_name: "account_name", label: "Account", required: true },
      { api_name: "region", type: "choice", options: ["EMEA", "North America"], required: true },
      { api_name: "renewal", label: "Renews on", type: "date" },
    ],
    deal_stages: [{ name: "Qualified" }, { name: "Contract sent", api_name: "contract" }, { name: "Closed won" }],
  },
  { name: "Closed Circle", slug: "closed", features: { deals_enabled: false } },
];

let world: ImportWorld;

const worldOf = async (program: Partial<ProgramInput> = {}, options = {}) => {
  const made = await createImportWorld({ program: { groups: GROUPS, ...program }, ...options });
  await made.drop("partners", PARTNERS);
  return made;
};
const keyOf = async (partner: string) => (await world.find("partnership", "partner_key", partner))?.key ?? "";
const groupKey = (slug: string) => world.stored(group).find((one) => one.slug === slug)?.key ?? "";
const deals = () => world.stored(deal);
const only = (): Deal => {
  const [one, ...others] = deals();
  if (one === undefined || others.length > 0) throw new Error(`${others.length + 1} deals`);
  return one;
};

beforeEach(async () => {
  world = await worldOf();
});

test("makes a deal of every field, and sums it up by stage on its day", async () => {
  const header = `${REQUIRED},external_key,account_name,email,currency,contact_first_name,contact_last_name,lost_reason,source,notes,created_at`;
  const dropped = await world.drop(
    "deals",
    lines(
      header,
      `${SALE},crm_1,"Cobol, Inc.",grace@cobol.example,EUR,Grace,Hopper,Too dear,Vendor,Renewal,2026-01-31 10:00`,
    ),
  );
  expect(short(dropped)).toEqual(["created"]);
  const ada = await keyOf("ada");
  expect(deals()).toEqual([
    {
      test: null,
      program: "acme",
      key: expect.stringMatching(/^deal_\w{26}$/),
      external_key: "crm_1",
      partnership_key: ada,
      group_key: groupKey("affiliates"),
      account_name: "Cobol, Inc.",
      email: "grace@cobol.example",
      amount: 125_000,
      currency: "EUR",
      close_date: "2026-03-31",
      stage: "Working",
      contact_first_name: "Grace",
      contact_last_name: "Hopper",
      lost_reason: "Too dear",
      source: "vendor",
      customer_key: null,
      notes: "Renewal",
      fields: {},
      archived: false,
      created_at: Date.parse("2026-01-31T10:00Z"),
      updated_at: dropped.job.created_at,
    },
  ]);
  expect(await world.totals(ada)).toEqual({ "2026-01-31/deals/Working": 1, "2026-01-31/deal_amount/EUR": 125_000 });
});

test("needs only an amount, a date, a partner and a stage", async () => {
  const { job } = await world.drop("deals", lines(REQUIRED, SALE));
  expect(job.status).toBe("completed");
  expect(only()).toMatchObject({
    external_key: null,
    account_name: null,
    currency: "USD",
    source: "partner",
    notes: null,
    created_at: job.created_at,
  });
});

test.each([
  "amount,close date,partner_key,status",
  "Amount_in_cents,close_date,partner_key,stage",
  "AMOUNT,Close-Date,Partner Key,Stage",
])("understands the header %s", async (header) => {
  const dropped = await world.drop("deals", lines(header, SALE));
  expect([short(dropped), dropped.job.warnings]).toEqual([["created"], []]);
});

test.each([
  ["amount", "close_date,partner_key,stage"],
  ["close_date", "amount,partner_key,stage"],
  ["stage", "amount,close_date,partner_key"],
  ["partner_key", "amount,close_date,stage"],
])("a header without %s is refused", async (name, header) => {
  const { job } = await world.drop("deals", lines(header, "1,2,3"));
  expect(job).toMatchObject({ status: "failed", reason_code: "missing_header" });
  expect(job.reason).toContain(`"${name}"`);
});

describe("a row", () => {
  const ALL =
    "amount,amount_in_dollars,close_date,partner_key,partner_email,partnership_key,stage,currency,source,email,region,account_name";

  it.each([
    ["1250,,2026-03-31,ada,,,Working,,,,,", null, null],
    [",12.50,2026-03-31,ada,,,Working,,,,,", null, null],
    [",1500,2026-03-31,,ADA@x.io,,Working,JPY,,,,", null, null],
    ["-5,,2026-03-31,ada,,,Working,,,,,", null, null],
    ["1,1,2026-03-31,ada,,,Working,,,,,", "not_exactly_one", "amount_in_dollars"],
    [",,2026-03-31,ada,,,Working,,,,,", "not_exactly_one", "amount"],
    [",1.005,2026-03-31,ada,,,Working,,,,,", "too_many_decimals", "amount_in_dollars"],
    [",1.5,2026-03-31,ada,,,Working,JPY,,,,", "too_many_decimals", "amount_in_dollars"],
    ["lots,,2026-03-31,ada,,,Working,,,,,", "bad_number", "amount"],
    ["50000000001,,2026-03-31,ada,,,Working,,,,,", "amount_out_of_range", "amount"],
    ["1,,2026-02-30,ada,,,Working,,,,,", "bad_date", "close_date"],
    ["1,,,ada,,,Working,,,,,", "required", "close_date"],
    ["1,,2026-03-31,ada,,,,,,,,", "required", "stage"],
    ["1,,2026-03-31,,,,Working,,,,,", "not_exactly_one", "partner_key"],
    ["1,,2026-03-31,ada,ada@x.io,,Working,,,,,", "not_exactly_one", "partner_email"],
    ["1,,2026-03-31,eve,,,Working,,,,,", "unknown_partner", "partner_key"],
    ["1,,2026-03-31,,eve@x.io,,Working,,,,,", "unknown_partner", "partner_email"],
    ["1,,2026-03-31,,,part_eve,Working,,,,,", "unknown_partner", "partnership_key"],
    ["1,,2026-03-31,ada,,,Qualified,,,,,", "bad_stage", "stage"],
    ["1,,2026-03-31,bo,,,Working,,,,EMEA,Cobol", "bad_stage", "stage"],
    ["1,,2026-03-31,bo,,,Qualified,,,,,Cobol", "required", "region"],
    ["1,,2026-03-31,bo,,,Qualified,,,,EMEA,", "required", "account_name"],
    ["1,,2026-03-31,bo,,,Qualified,,,,Mars,Cobol", "bad_choice", "region"],
    ["1,,2026-03-31,cy,,,Working,,,,,", "deals_not_enabled", null],
    ["1,,2026-03-31,ada,,,Working,US,,,,", "bad_currency", "currency"],
    ["1,,2026-03-31,ada,,,Working,,friend,,,", "bad_source", "source"],
    ["1,,2026-03-31,ada,,,Working,,,nobody,,", "bad_email", "email"],
  ])("of %s comes to %s", async (row, code, column) => {
    const dropped = await world.drop("deals", lines(ALL, row, "7,,2026-03-31,ada,,,Closed won,,,,,"));
    expect(dropped.outcomes).toMatchObject([
      { row: 1, line: 2, outcome: code === null ? "created" : "failed", code, column },
      { row: 2, line: 3, outcome: "created" },
    ]);
    expect(deals()).toHaveLength(code === null ? 2 : 1);
  });

  it("with a stage of another group is told the group's own", async () => {
    const { outcomes } = await world.drop("deals", lines(REQUIRED, "1,2026-03-31,ada,Qualified"));
    expect(outcomes[0]).toMatchObject({
      message: '"Qualified" is no stage of the group "Affiliates"',
      hint: "Use one of: Closed won, Working, Negotiating.",
    });
  });
});

test.each([
  ["ada", "closed_won", "Closed won"],
  ["ada", "NEGOTIATING", "Negotiating"],
  ["bo", "contract-sent", "Contract sent"],
  ["bo", "Contract", "Contract sent"],
])("%s's stage written as %s is %s", async (partner, cell, stage) => {
  const row = `1,2026-03-31,${partner},${cell},Cobol,north-america`;
  expect(short(await world.drop("deals", lines(`${REQUIRED},account_name,region`, row)))).toEqual(["created"]);
  expect(only().stage).toBe(stage);
});

test("a form may head its columns by its own labels, and has fields of its own", async () => {
  const dropped = await world.drop(
    "deals",
    lines(
      "Amount,Close date,Partner key,Phase,Account,Region,Renews on",
      "1,2026-03-31,bo,Qualified,Cobol,emea,2027-03-31",
    ),
  );
  expect([short(dropped), dropped.job.warnings]).toEqual([["created"], []]);
  expect(only()).toMatchObject({ account_name: "Cobol", fields: { region: "EMEA", renewal: "2027-03-31" } });
});

test("deals that the program does not take in fail one by one", async () => {
  world = await worldOf({ features: { deals_enabled: false } });
  const dropped = await world.drop("deals", lines(REQUIRED, SALE, "1,2026-03-31,eve,Working"));
  expect(short(dropped)).toEqual(["failed deals_not_enabled", "failed deals_not_enabled"]);
  expect(dropped.outcomes[0]).toMatchObject({
    message: 'The program "Acme" does not take in deals',
    hint: "Have deals enabled for the program.",
  });
});

describe("a deal that is there", () => {
  it("is updated by your key or ours, whose header has three names", async () => {
    await world.drop("deals", lines(`${REQUIRED},external_key`, `${SALE},crm_1`));
    const { key } = only();
    for (const [name, value, amount] of [
      ["key", "crm_1", 2],
      ["deal_key", key, 3],
      ["External Key", "crm_1", 4],
    ] as const) {
      const text = lines(`${REQUIRED},${name}`, `${amount},2026-03-31,ada,Closed won,${value}`);
      expect(short(await world.drop("deals", text))).toEqual(["updated"]);
      expect(only()).toMatchObject({ key, external_key: "crm_1", amount, stage: "Closed won" });
    }
  });

  it("keeps what cells leave empty, and moves its sums", async () => {
    const header = `${REQUIRED},key,currency,account_name,notes,created_at`;
    await world.drop("deals", lines(header, `${SALE},crm_1,JPY,Cobol,Renewal,2026-01-31`));
    const before = only();
    expect(short(await world.drop("deals", lines(header, `${SALE},crm_1,,,,`)))).toEqual(["unchanged"]);
    const text = lines("amount_in_dollars,close_date,partner_key,stage,key", "1500,2026-04-01,ada,closed won,crm_1");
    const { job } = await world.drop("deals", text);
    expect(only()).toEqual({
      ...before,
      amount: 1500,
      close_date: "2026-04-01",
      stage: "Closed won",
      updated_at: job.created_at,
    });
    expect(await world.totals(await keyOf("ada"))).toEqual({
      "2026-01-31/deals/Working": 0,
      "2026-01-31/deals/Closed won": 1,
      "2026-01-31/deal_amount/JPY": 1500,
    });
  });

  it("goes to another partner with its sums", async () => {
    const header = `${REQUIRED},key,created_at,region,account_name`;
    await world.drop("deals", lines(header, `${SALE},crm_1,2026-01-31,,`));
    const moved = lines(header, "125000,2026-03-31,bo,Qualified,crm_1,,EMEA,Cobol");
    expect(short(await world.drop("deals", moved))).toEqual(["updated"]);
    expect(only()).toMatchObject({ partnership_key: await keyOf("bo"), group_key: groupKey("gold") });
    expect(await world.totals(await keyOf("bo"))).toEqual({
      "2026-01-31/deals/Qualified": 1,
      "2026-01-31/deal_amount/USD": 125_000,
    });
  });
});

test("a deal without a key counts once for its row of the file, and stays as it became", async () => {
  const text = lines(REQUIRED, SALE, SALE);
  expect(short(await world.drop("deals", text))).toEqual(["created", "created"]);
  const [one] = deals();
  await world.drop("deals", lines(`${REQUIRED},key`, `1,2026-03-31,ada,Closed won,${one?.key}`));
  expect(short(await world.drop("deals", text))).toEqual(["unchanged", "unchanged"]);
  expect(await world.find("deal", "key", one?.key ?? "")).toMatchObject({ amount: 1, external_key: null });
  // In another file it is another deal.
  expect(short(await world.drop("deals", lines(REQUIRED, SALE)))).toEqual(["created"]);
});

test("the same file again changes nothing but the jobs", async () => {
  const text = lines(`${REQUIRED},key`, `${SALE},crm_1`, `${SALE},`, "1,2026-03-31,cy,Working,", `${SALE},crm_1`);
  await world.drop("deals", text);
  const others = () => world.table.items().filter(({ pk }) => !/^acme\/(?:import|audit)\//.test(pk));
  const before = others();
  expect(short(await world.drop("deals", text))).toEqual([
    "unchanged",
    "unchanged",
    "failed deals_not_enabled",
    "unchanged",
  ]);
  expect(others()).toEqual(before);
});

test.each([1, 2, 3])("rows count in file order, however they are delivered (%i)", async (seed) => {
  world = await worldOf({}, { partRows: 3, waveRows: 2 });
  const rows = Array.from({ length: 20 }, (_, at) => `${at},2026-03-31,ada,working,k${at % 4}`);
  const dropped = await world.drop("deals", lines(`${REQUIRED},key`, ...rows), { deliveries: shuffled(seed) });
  expect(short(dropped)).toEqual(rows.map((_, at) => (at < 4 ? "created" : "updated")));
  const amounts = ["k0", "k1", "k2", "k3"].map(async (key) => (await world.find("deal", "external_key", key))?.amount);
  expect(await Promise.all(amounts)).toEqual([16, 17, 18, 19]);
  const ada = await keyOf("ada");
  expect(await world.totals(ada)).toEqual(foldOf(world).get(ada));
});

test("a closing date is read by the order of the file's own dates", async () => {
  world = await worldOf();
  const dropped = await world.drop("deals", lines(REQUIRED, "1,25/03/2026,ada,working", "2,03/04/2026,ada,working"));
  expect(short(dropped)).toEqual(["created", "created"]);
  expect(new Set(world.stored(deal).map(({ close_date }) => close_date))).toEqual(
    new Set(["2026-03-25", "2026-04-03"]),
  );
});

const BECAME = `${REQUIRED},external_key,customer_key,deal_group,deal_archived`;

test("a deal tells whom it became, by your key or ours, and whether it is archived; empty cells keep it", async () => {
  await world.drop("customers", lines("customer_key,email,partner_key", "u1,u1@x.io,bo", "u2,u2@x.io,"));
  const ours = async (key: string) => (await world.find("customer", "customer_key", key))?.key ?? "";
  await world.drop("deals", lines(BECAME, `${SALE},crm_1,u1,,yes`));
  expect(only()).toMatchObject({ customer_key: await ours("u1"), archived: true });
  expect(short(await world.drop("deals", lines(BECAME, `${SALE},crm_1,,,`)))).toEqual(["unchanged"]);
  await world.drop("deals", lines(BECAME, `${SALE},crm_1,${await ours("u2")},,no`));
  expect(only()).toMatchObject({ customer_key: await ours("u2"), archived: false });
});

test("a deal may have been made with the form of another group than its partner's", async () => {
  const dropped = await world.drop(
    "deals",
    lines(
      BECAME,
      "125000,2026-03-31,bo,Working,crm_1,,Affiliates,",
      "125000,2026-03-31,bo,Qualified,crm_2,,affiliates,",
    ),
  );
  expect(short(dropped)).toEqual(["created", "failed bad_stage"]);
  expect(only()).toMatchObject({ partnership_key: await keyOf("bo"), group_key: groupKey("affiliates") });
  // Without the cell, a deal that is there stays with its form.
  expect(short(await world.drop("deals", lines(BECAME, "125000,2026-03-31,bo,Working,crm_1,,,")))).toEqual([
    "unchanged",
  ]);
});

test.each([
  ["u9,,", "unknown_customer", "customer_key"],
  [",nowhere,", "unknown_group", "deal_group"],
  [",,perhaps", "bad_flag", "deal_archived"],
])("refuses what cannot be told of a deal: %s", async (cells, code, column) => {
  const { outcomes } = await world.drop("deals", lines(BECAME, `${SALE},crm_1,${cells}`));
  expect(outcomes).toMatchObject([{ outcome: "failed", code, column }]);
});

test("a deal of an export may lack what a form asks for, and have fields of another one", async () => {
  const header = `${REQUIRED},external_key,region,whole_record`;
  const dropped = await world.drop(
    "deals",
    lines(header, "1,2026-03-31,bo,Qualified,crm_1,,true", "1,2026-03-31,ada,Working,crm_2,EMEA,true"),
  );
  expect(short(dropped)).toEqual(["created", "created"]);
  expect(dropped.job.warnings).toEqual([]);
  const fields = deals().map((one) => [one.external_key, one.fields]);
  expect(Object.fromEntries(fields)).toEqual({ crm_1: {}, crm_2: { region: "EMEA" } });
});

test("a vendor's deal may be nobody's, and goes to a partner later", async () => {
  const header = "external_key,amount,close_date,partner_key,no_partner,deal_group,stage,source";
  const dropped = await world.drop(
    "deals",
    lines(
      header,
      "d1,100,2026-03-31,,true,,Working,vendor",
      "d2,100,2026-03-31,,true,,Working,partner",
      "d3,100,2026-03-31,,,,Working,vendor",
      "d4,100,2026-03-31,ada,true,,Working,vendor",
      "d5,100,2026-03-31,,true,closed,Working,vendor",
    ),
  );
  expect(short(dropped)).toEqual([
    "created",
    "failed vendor_only",
    "failed not_exactly_one",
    "failed not_exactly_one",
    "failed deals_not_enabled",
  ]);
  expect(only()).toMatchObject({ partnership_key: null, group_key: groupKey("affiliates"), source: "vendor" });
  expect(short(await world.drop("deals", lines(header, "d1,100,2026-03-31,,true,,Working,")))).toEqual(["unchanged"]);
  expect(short(await world.drop("deals", lines(header, "d1,100,2026-03-31,ada,,,Working,")))).toEqual(["updated"]);
  const ada = await keyOf("ada");
  expect(only().partnership_key).toBe(ada);
  expect(await world.totals(ada)).toEqual(foldOf(world).get(ada));
});
