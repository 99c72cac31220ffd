import { beforeEach, describe, expect, it, test } from "vitest";
import type { ProgramInput } from "../../shared/access/create-program.ts";
import { group } from "../../shared/records/group.ts";
import { type Lead, lead } from "../../shared/records/lead.ts";
import {
  createImportWorld,
  foldOf,
  type ImportWorld,
  jittery,
  lines,
  type Ports,
  short,
  shuffled,
} from "./imports-harness.ts";

const PARTNERS = lines(
  "partner_first,partner_last,partner_email,partner_key,partner_group",
  "Ada,L,ada@x.io,ada,affiliates",
  "Bo,N,bo@x.io,bo,gold",
  "Cy,O,cy@x.io,cy,closed",
);
const REQUIRED = "first_name,last_name,email,company,partner_key,status";
const GRACE = "Grace,Hopper,grace@cobol.example,Cobol,ada,open";

/** Gold resellers are asked for more, in their own words; the closed group is asked for nothing. */
const GROUPS: NonNullable<ProgramInput["groups"]> = [
  { name: "Affiliates", slug: "affiliates", default: true },
  {
    name: "Gold Resellers",
    slug: "gold",
    lead_form: [
      { api_name: "email", label: "Business address", required: true },
      { api_name: "company", required: true },
      { api_name: "seats", label: "Seats needed", type: "number", required: true },
      { api_name: "industry", label: "Branch", type: "choice", options: ["Retail Trade", "Health"] },
      { api_name: "start", type: "date" },
      { api_name: "urgent", type: "flag" },
      { api_name: "buyer", label: "Buyer's e-mail", type: "email" },
      { api_name: "remark" },
    ],
    lead_statuses: [{ name: "New" }, { name: "Demo held", api_name: "demo" }, { name: "Lost" }],
  },
  { name: "Closed Circle", slug: "closed", features: { leads_enabled: false } },
];

let world: ImportWorld;

const worldOf = async (program: Partial<ProgramInput> = {}, options = {}) => {
  const made = await createImportWorld({ program: { groups: GROUPS, ...program }, ...options });
  await made.drop("partners", PARTNERS);
  return made;
};
const keyOf = async (partner: string) => (await world.find("partnership", "partner_key", partner))?.key ?? "";
const groupKey = (slug: string) => world.stored(group).find((one) => one.slug === slug)?.key ?? "";
const leads = () => world.stored(lead);
const only = (): Lead => {
  const [one, ...others] = leads();
  if (one === undefined || others.length > 0) throw new Error(`${others.length + 1} leads`);
  return one;
};

beforeEach(async () => {
  world = await worldOf();
});

test("makes a lead of every field, and counts it by status on its day", async () => {
  const header = `${REQUIRED},external_key,amount,currency,notes,approved,decline_reason,created_at`;
  const dropped = await world.drop(
    "leads",
    lines(header, `${GRACE},crm_1,125000,EUR,Met at the fair,no,A customer already,2026-01-31 09:30`),
  );
  expect(short(dropped)).toEqual(["created"]);
  const ada = await keyOf("ada");
  expect(leads()).toEqual([
    {
      test: null,
      program: "acme",
      key: expect.stringMatching(/^lead_\w{26}$/),
      external_key: "crm_1",
      partnership_key: ada,
      group_key: groupKey("affiliates"),
      first_name: "Grace",
      last_name: "Hopper",
      email: "grace@cobol.example",
      company: "Cobol",
      status: "open",
      amount: 125_000,
      currency: "EUR",
      notes: "Met at the fair",
      approved: false,
      decline_reason: "A customer already",
      customer_key: null,
      fields: {},
      archived: false,
      created_at: Date.parse("2026-01-31T09:30Z"),
      updated_at: dropped.job.created_at,
    },
  ]);
  expect(await world.totals(ada)).toEqual({ "2026-01-31/leads/open": 1 });
});

test("needs only what the form asks for, a partner and a status", async () => {
  const { job } = await world.drop("leads", lines(REQUIRED, GRACE));
  expect(only()).toMatchObject({
    external_key: null,
    amount: null,
    currency: "USD",
    notes: null,
    approved: true,
    decline_reason: null,
    created_at: job.created_at,
  });
});

test("is found by your key, by ours, and by its address among the partner's", async () => {
  await world.drop("leads", lines(`${REQUIRED},external_key`, `${GRACE},crm_1`));
  const { key, partnership_key } = only();
  for (const [field, value] of Object.entries({
    key,
    external_key: "crm_1",
    email: `${partnership_key}/grace@cobol.example`,
  }))
    expect((await world.find("lead", field, value))?.key, field).toBe(key);
});

describe("the partner of a row", () => {
  const FORM = "first_name,last_name,email,company,status,partner_key,partner_email,partnership_key";
  const row = (cells: string) => lines(FORM, `G,H,g@x.io,C,open,${cells}`);

  it.each([
    ["its key", () => "ada,,"],
    ["its address, in any case", () => ",ADA@x.io,"],
    ["our key", async () => `,,${await keyOf("ada")}`],
  ])("is found by %s", async (_, cells) => {
    expect(short(await world.drop("leads", row(await cells())))).toEqual(["created"]);
    expect(only().partnership_key).toBe(await keyOf("ada"));
  });

  it.each([
    [",,", "not_exactly_one", "partner_key"],
    ["ada,ada@x.io,", "not_exactly_one", "partner_email"],
    ["eve,,", "unknown_partner", "partner_key"],
    [",eve@x.io,", "unknown_partner", "partner_email"],
    [",,part_eve", "unknown_partner", "partnership_key"],
    [",eve,", "bad_email", "partner_email"],
  ])("of %s fails as %s", async (cells, code, column) => {
    const { outcomes } = await world.drop("leads", row(cells));
    expect(outcomes).toMatchObject([{ line: 2, code, column }]);
    expect(leads()).toEqual([]);
  });
});

describe("a status", () => {
  it.each([
    ["ada", "open", "open"],
    ["ada", "Closed Won", "closed won"],
    ["ada", "closed_lost", "closed lost"],
    ["ada", "CLOSED-LOST", "closed lost"],
    ["bo", "new", "New"],
    ["bo", "Demo-Held", "Demo held"],
    ["bo", "demo", "Demo held"],
  ])("of %s's lead written as %s is %s", async (partner, cell, status) => {
    const header = "First Name,Last Name,E-mail,Company,partner_key,Stage,seats";
    expect(short(await world.drop("leads", lines(header, `G,H,g@x.io,C,${partner},${cell},1`)))).toEqual(["created"]);
    expect(only().status).toBe(status);
  });

  it("that is not the group's own fails, and tells the group's own", async () => {
    const dropped = await world.drop(
      "leads",
      lines(`${REQUIRED},seats`, "G,H,g@x.io,C,ada,New,", "G,H,g@x.io,C,bo,open,1", `${GRACE},`),
    );
    expect(short(dropped)).toEqual(["failed bad_status", "failed bad_status", "created"]);
    expect(dropped.outcomes).toMatchObject([
      {
        row: 1,
        line: 2,
        column: "status",
        message: '"New" is no status of the group "Affiliates"',
        hint: "Use one of: open, closed, dead, closed won, closed lost.",
      },
      { column: "status", hint: "Use one of: New, Demo held, Lost." },
      {},
    ]);
  });
});

describe("the form of the partner's group", () => {
  const OWN = `${REQUIRED},seats,industry,start,urgent,buyer,remark`;

  it("has fields of its own, which are read by their types", async () => {
    const dropped = await world.drop(
      "leads",
      lines(OWN, "G,H,g@x.io,C,bo,New,12.50,retail_trade,2026-05-01,Yes,b@x.io,'=hot"),
    );
    expect(short(dropped)).toEqual(["created"]);
    expect(only()).toMatchObject({
      group_key: groupKey("gold"),
      fields: {
        seats: 12.5,
        industry: "Retail Trade",
        start: "2026-05-01",
        urgent: true,
        buyer: "b@x.io",
        remark: "=hot",
      },
    });
  });

  it("may be headed by its labels", async () => {
    const dropped = await world.drop(
      "leads",
      lines("Business address,Company,partner_key,status,Seats needed,Branch", "g@x.io,C,bo,New,3,health"),
    );
    expect(short(dropped)).toEqual(["created"]);
    expect(dropped.job.warnings).toEqual([]);
    expect(only()).toMatchObject({ email: "g@x.io", first_name: null, fields: { seats: 3, industry: "Health" } });
  });

  it.each([
    ["G,H,g@x.io,C,bo,New,many,,,,,", "bad_number", "seats"],
    ["G,H,g@x.io,C,bo,New,1234567890123456,,,,,", "number_out_of_range", "seats"],
    ["G,H,g@x.io,C,bo,New,1,Farming,,,,", "bad_choice", "industry"],
    ["G,H,g@x.io,C,bo,New,1,,soon,,,", "bad_date", "start"],
    ["G,H,g@x.io,C,bo,New,1,,,perhaps,,", "bad_flag", "urgent"],
    ["G,H,g@x.io,C,bo,New,1,,,,nobody,", "bad_email", "buyer"],
    [`G,H,g@x.io,C,bo,New,1,,,,,${"x".repeat(2001)}`, "too_long", "remark"],
    ["G,H,g@x.io,C,bo,New,,,,,,", "required", "seats"],
  ])("refuses %s", async (row, code, column) => {
    const dropped = await world.drop("leads", lines(OWN, row, `${GRACE},,,,,,`));
    expect(dropped.outcomes).toMatchObject([
      { row: 1, line: 2, outcome: "failed", code, column },
      { row: 2, line: 3, outcome: "created" },
    ]);
  });

  it("is the only one that its group's rows are asked for", async () => {
    const dropped = await world.drop(
      "leads",
      lines(
        "first_name,last_name,email,company,partner_key,status,seats",
        ",,g@x.io,C,bo,New,1",
        "G,H,g@x.io,C,bo,New,",
        ",,h@x.io,C,ada,open,",
        "G,H,i@x.io,C,ada,open,",
      ),
    );
    expect(short(dropped)).toEqual(["created", "failed required", "failed required", "created"]);
    expect(dropped.outcomes.slice(1, 3)).toMatchObject([
      { column: "seats", message: "is empty", hint: expect.stringContaining('the group "Gold Resellers"') },
      {
        column: "first_name",
        message: "is empty. Also: last_name is empty",
        hint: 'Fill in first_name, last_name: the form of the group "Affiliates" asks for it.',
      },
    ]);
  });

  it.each([
    ["email", "first_name,last_name,company,partner_key,status"],
    ["company", "first_name,last_name,email,partner_key,status"],
    ["status", "first_name,last_name,email,company,partner_key"],
    ["partner_key", "first_name,last_name,email,company,status"],
  ])("and every other ask for %s, so that a header without it is refused", async (name, header) => {
    const { job } = await world.drop("leads", lines(header, "a,b,c,d,e"));
    expect(job).toMatchObject({ status: "failed", reason_code: "missing_header" });
    expect(job.reason).toContain(`"${name}"`);
  });

  it("leaves what another group's form asks for alone, and says so", async () => {
    const dropped = await world.drop("leads", lines(`${REQUIRED},seats`, `${GRACE},12`));
    expect(short(dropped)).toEqual(["created"]);
    expect(only().fields).toEqual({});
    expect(dropped.job.warnings).toEqual([
      {
        code: "field_of_other_group",
        message: 'seats was ignored where the partner is in the group "Affiliates": its form has no such field.',
      },
    ]);
  });

  it("may ask for an amount, in either unit", async () => {
    const lead_form = [{ api_name: "amount", required: true }];
    world = await worldOf({ groups: [...GROUPS.slice(1), { name: "Affiliates", default: true, lead_form }] });
    const dropped = await world.drop(
      "leads",
      lines(
        "partner_key,status,email,company,seats,amount,amount_in_dollars,currency",
        "ada,open,,,,500,,",
        "ada,open,,,,,5.5,",
        "ada,open,,,,,,",
        "ada,open,,,,1,1,",
        "ada,open,,,,,1.005,",
        "ada,open,,,,,1.5,JPY",
        "bo,New,g@x.io,C,1,,,",
      ),
    );
    expect(short(dropped)).toEqual([
      "created",
      "created",
      "failed required",
      "failed not_exactly_one",
      "failed too_many_decimals",
      "failed too_many_decimals",
      "created",
    ]);
    expect(dropped.outcomes[2]).toMatchObject({ column: "amount" });
    expect(dropped.outcomes[4]).toMatchObject({ column: "amount_in_dollars" });
    expect(leads().map(({ amount }) => amount)).toEqual(expect.arrayContaining([500, 550, null]));
  });
});

describe("leads that are not taken in", () => {
  it("fail by their group, and cost no other row", async () => {
    const dropped = await world.drop("leads", lines(REQUIRED, "G,H,g@x.io,C,cy,open", GRACE));
    expect(short(dropped)).toEqual(["failed leads_not_enabled", "created"]);
    expect(dropped.outcomes[0]).toMatchObject({
      column: null,
      message: 'The group "Closed Circle" does not take in leads',
      hint: "Name a partner of a group that takes in leads.",
    });
  });

  it("fail by the program, every one of them", async () => {
    world = await worldOf({ features: { leads_enabled: false } });
    const dropped = await world.drop("leads", lines(REQUIRED, GRACE, "G,H,g@x.io,C,eve,New"));
    expect(short(dropped)).toEqual(["failed leads_not_enabled", "failed leads_not_enabled"]);
    expect(dropped.outcomes[0]).toMatchObject({ message: 'The program "Acme" does not take in leads' });
    expect(leads()).toEqual([]);
  });
});

describe("a lead that is there", () => {
  const KEYED = `${REQUIRED},external_key`;

  it("is updated by its key, whose header has three names", async () => {
    await world.drop("leads", lines(KEYED, `${GRACE},crm_1`));
    const { key } = only();
    for (const [name, value, status] of [
      ["key", "crm_1", "closed"],
      ["lead_key", "crm_1", "dead"],
      ["External Key", key, "closed won"],
    ] as const) {
      const row = `Grace,Hopper,grace@cobol.example,Cobol,ada,${status},${value}`;
      expect(short(await world.drop("leads", lines(`${REQUIRED},${name}`, row)))).toEqual(["updated"]);
      expect(only()).toMatchObject({ key, status, external_key: "crm_1" });
    }
  });

  it("is updated by its address among the partner's, without regard to case", async () => {
    await world.drop("leads", lines(REQUIRED, GRACE));
    const dropped = await world.drop(
      "leads",
      lines(
        `${REQUIRED},seats`,
        "Grace,Hopper,GRACE@cobol.example,Cobol,ada,closed won,",
        "Grace,Hopper,grace@cobol.example,Cobol,bo,New,1",
      ),
    );
    expect(short(dropped)).toEqual(["updated", "created"]);
    expect(leads().map(({ status, email }) => [status, email])).toEqual(
      expect.arrayContaining([
        ["closed won", "grace@cobol.example"],
        ["New", "grace@cobol.example"],
      ]),
    );
  });

  it("takes the key of a row that has its address, if it has none", async () => {
    await world.drop("leads", lines(REQUIRED, GRACE));
    expect(short(await world.drop("leads", lines(KEYED, `${GRACE},crm_1`)))).toEqual(["updated"]);
    expect(only().external_key).toBe("crm_1");
  });

  it("keeps its address to itself", async () => {
    await world.drop("leads", lines(KEYED, `${GRACE},crm_1`, "A,B,a@x.io,C,ada,open,crm_2"));
    const dropped = await world.drop(
      "leads",
      lines(KEYED, `${GRACE},crm_3`, "A,B,grace@cobol.example,C,ada,open,crm_2"),
    );
    expect(short(dropped)).toEqual(["failed email_taken", "failed email_taken"]);
    expect(dropped.outcomes[0]).toMatchObject({
      column: "email",
      message: '"grace@cobol.example" belongs to the partner\'s lead "crm_1"',
    });
  });

  it("keeps what cells leave empty", async () => {
    await world.drop(
      "leads",
      lines(`${KEYED},amount,currency,notes,created_at`, `${GRACE},crm_1,1500,JPY,Met,2026-01-31`),
    );
    const before = only();
    const empty = lines(`${KEYED},amount,currency,notes,created_at`, `${GRACE},crm_1,,,,`);
    expect(short(await world.drop("leads", empty))).toEqual(["unchanged"]);
    const { job } = await world.drop("leads", lines(`${KEYED},amount_in_dollars`, `${GRACE},crm_1,1600`));
    expect(only()).toEqual({ ...before, amount: 1600, updated_at: job.created_at });
  });

  it("adds to its own fields", async () => {
    await world.drop("leads", lines(`${REQUIRED},seats,remark`, "G,H,g@x.io,C,bo,New,1,hot"));
    await world.drop("leads", lines(`${REQUIRED},seats`, "G,H,g@x.io,C,bo,New,2"));
    expect(only().fields).toEqual({ seats: 2, remark: "hot" });
  });

  it("goes to another partner with its count and its address", async () => {
    const header = `${KEYED},created_at,seats`;
    await world.drop("leads", lines(header, `${GRACE},crm_1,2026-01-31,`, "X,Y,x@x.io,C,bo,New,crm_2,2026-01-31,1"));
    expect(
      short(await world.drop("leads", lines(header, "Grace,Hopper,grace@cobol.example,Cobol,bo,Lost,crm_1,,4"))),
    ).toEqual(["updated"]);
    expect((await world.find("lead", "external_key", "crm_1"))?.partnership_key).toBe(await keyOf("bo"));
    expect([await world.totals(await keyOf("ada")), await world.totals(await keyOf("bo"))]).toEqual([
      { "2026-01-31/leads/open": 0 },
      { "2026-01-31/leads/New": 1, "2026-01-31/leads/Lost": 1 },
    ]);
    // The address is free again where it was.
    expect(short(await world.drop("leads", lines(REQUIRED, GRACE)))).toEqual(["created"]);
  });

  describe("whose form asks for no address", () => {
    const header = "partner_key,status,key,email";

    beforeEach(async () => {
      const lead_form = [{ api_name: "company" }];
      world = await worldOf({
        groups: [
          { name: "Affiliates", slug: "affiliates", default: true, lead_form },
          { name: "Gold", slug: "gold", lead_form },
          { name: "Closed", slug: "closed" },
        ],
      });
    });

    it("brings the one it has to another partner, where it may be taken", async () => {
      await world.drop(
        "leads",
        lines(header, "ada,open,crm_1,g@x.io", "bo,open,crm_2,G@x.io", "ada,open,crm_3,h@x.io"),
      );
      const dropped = await world.drop("leads", lines(header, "bo,open,crm_1,", "bo,open,crm_3,"));
      expect(short(dropped)).toEqual(["failed email_taken", "updated"]);
      expect(dropped.outcomes[0]).toMatchObject({
        column: "email",
        message: '"g@x.io" belongs to the partner\'s lead "crm_2"',
      });
    });

    it("may bring it where a row before has given it up", async () => {
      await world.drop("leads", lines(header, "bo,open,crm_1,g@x.io", "ada,open,crm_2,g@x.io"));
      const dropped = await world.drop("leads", lines(header, "bo,open,crm_1,new@x.io", "bo,open,crm_2,"));
      expect(short(dropped)).toEqual(["updated", "updated"]);
    });
  });

  it("stays with the form it was made with when its partner moves to another group", async () => {
    await world.drop("leads", lines(REQUIRED, GRACE));
    await world.drop(
      "partners",
      lines("partner_first,partner_last,partner_email,partner_group", "Ada,L,ada@x.io,gold"),
    );
    expect(short(await world.drop("leads", lines(REQUIRED, GRACE)))).toEqual(["unchanged"]);
    const dropped = await world.drop("leads", lines(REQUIRED, "N,E,new@x.io,C,ada,open"));
    expect(short(dropped)).toEqual(["failed required"]);
  });

  it("moves its count with its status and its day", async () => {
    await world.drop("leads", lines(`${REQUIRED},created_at`, `${GRACE},2026-01-31`));
    await world.drop("leads", lines(`${REQUIRED},created_at`, "G,H,grace@cobol.example,C,ada,dead,2026-02-01"));
    expect(await world.totals(await keyOf("ada"))).toEqual({ "2026-01-31/leads/open": 0, "2026-02-01/leads/dead": 1 });
  });
});

test("a lead without key and address counts once for its row of the file, and stays as it became", async () => {
  const lead_form = [{ api_name: "remark", required: true }];
  world = await worldOf({ groups: [{ name: "A", slug: "affiliates", default: true, lead_form }, ...GROUPS.slice(1)] });
  const text = lines("partner_key,status,remark,email,company,seats", "ada,open,tall,,,", "ada,open,tall,,,");
  expect(short(await world.drop("leads", text))).toEqual(["created", "created"]);
  expect(short(await world.drop("leads", text))).toEqual(["unchanged", "unchanged"]);
  const [one] = leads();
  await world.drop(
    "leads",
    lines("partner_key,status,remark,email,company,key,seats", `ada,closed,short,,,${one?.key},`),
  );
  expect(short(await world.drop("leads", text))).toEqual(["unchanged", "unchanged"]);
  expect(leads()).toHaveLength(2);
  expect(await world.find("lead", "key", one?.key ?? "")).toMatchObject({ status: "closed", external_key: null });
});

test("the same file again changes nothing but the jobs", async () => {
  const text = lines(
    `${REQUIRED},seats,key`,
    `${GRACE},,crm_1`,
    "G,H,g@x.io,C,bo,New,3,",
    "G,H,h@x.io,C,cy,open,,",
    `${GRACE},,crm_1`,
  );
  await world.drop("leads", text);
  const others = () => world.table.items().filter(({ pk }) => !/^acme\/(?:import|audit)\//.test(pk));
  const before = others();
  expect(short(await world.drop("leads", text))).toEqual([
    "unchanged",
    "unchanged",
    "failed leads_not_enabled",
    "unchanged",
  ]);
  expect(others()).toEqual(before);
});

test.each([1, 2, 3])("rows count in file order, however they are delivered (%i)", async (seed) => {
  world = await worldOf({}, { partRows: 3, waveRows: 2 });
  const rows = Array.from(
    { length: 20 },
    (_, at) => `G,${at},l${at % 4}@x.io,C,${at % 3 === 0 ? "bo" : "ada"},${at % 3 === 0 ? "New" : "open"},${at}`,
  );
  const dropped = await world.drop("leads", lines(`${REQUIRED},seats`, ...rows), { deliveries: shuffled(seed) });
  expect(short(dropped).filter((told) => told === "created")).toHaveLength(8);
  const last = leads().map(({ email, last_name, partnership_key }) => [partnership_key, email, last_name]);
  const ada = await keyOf("ada");
  expect(last.filter(([partner]) => partner === ada)).toEqual(
    expect.arrayContaining([
      [ada, "l0@x.io", "16"],
      [ada, "l1@x.io", "17"],
      [ada, "l2@x.io", "14"],
      [ada, "l3@x.io", "19"],
    ]),
  );
  expect(last).toHaveLength(8);
  const sums = foldOf(world);
  for (const partner of ["ada", "bo"]) {
    const key = await keyOf(partner);
    expect(Object.entries(await world.totals(key)).filter(([, sum]) => sum !== 0)).toEqual(
      Object.entries(sums.get(key) ?? {}),
    );
  }
});

test.each(Array.from({ length: 12 }, (_, at) => at + 1))(
  "a lead that brings its address along to another partner has it before the row behind it that names it (%i)",
  async (seed) => {
    world = await worldOf(
      {
        groups: [
          { name: "Affiliates", slug: "affiliates", default: true, lead_form: [{ api_name: "first_name" }] },
          { name: "Gold", slug: "gold" },
          { name: "Closed", slug: "closed" },
        ],
      },
      { around: (ports: Ports) => jittery(seed, ports) },
    );
    await world.drop(
      "partners",
      lines("partner_first,partner_last,partner_email,partner_key,partner_group", "Bo,N,bo@x.io,bo,affiliates"),
    );
    const header = "external_key,partner_key,email,status,first_name";
    await world.drop("leads", lines(header, "k1,ada,e@x.io,open,a"));
    const dropped = await world.drop("leads", lines(header, "k1,bo,,open,a", ",bo,e@x.io,open,b"));
    expect(short(dropped)).toEqual(["updated", "updated"]);
    expect(only()).toMatchObject({ external_key: "k1", first_name: "b", partnership_key: await keyOf("bo") });
  },
);

const BECAME = `${REQUIRED},external_key,customer_key,lead_group,lead_archived`;

test("a lead tells whom it became, by your key or ours, and whether it is archived; empty cells keep it", async () => {
  await world.drop("customers", lines("customer_key,email,partner_key", "u1,u1@x.io,bo", "u2,u2@x.io,"));
  const ours = async (key: string) => (await world.find("customer", "customer_key", key))?.key ?? "";
  await world.drop("leads", lines(BECAME, `${GRACE},crm_1,u1,,yes`));
  expect(only()).toMatchObject({ customer_key: await ours("u1"), archived: true });
  expect(short(await world.drop("leads", lines(BECAME, `${GRACE},crm_1,,,`)))).toEqual(["unchanged"]);
  await world.drop("leads", lines(BECAME, `${GRACE},crm_1,${await ours("u2")},,no`));
  expect(only()).toMatchObject({ customer_key: await ours("u2"), archived: false });
});

test("a lead may have been made with the form of another group than its partner's", async () => {
  const dropped = await world.drop(
    "leads",
    lines(
      BECAME,
      "Grace,Hopper,grace@cobol.example,Cobol,bo,open,crm_1,,Affiliates,",
      "Grace,Hopper,hopper@cobol.example,Cobol,bo,New,crm_2,,affiliates,",
    ),
  );
  expect(short(dropped)).toEqual(["created", "failed bad_status"]);
  expect(only()).toMatchObject({ partnership_key: await keyOf("bo"), group_key: groupKey("affiliates") });
  // Without the cell, a lead that is there stays with its form.
  expect(
    short(await world.drop("leads", lines(BECAME, "Grace,Hopper,grace@cobol.example,Cobol,bo,open,crm_1,,,"))),
  ).toEqual(["unchanged"]);
});

test.each([
  ["u9,,", "unknown_customer", "customer_key"],
  [",nowhere,", "unknown_group", "lead_group"],
  [",,perhaps", "bad_flag", "lead_archived"],
])("refuses what cannot be told of a lead: %s", async (cells, code, column) => {
  const { outcomes } = await world.drop("leads", lines(BECAME, `${GRACE},crm_1,${cells}`));
  expect(outcomes).toMatchObject([{ outcome: "failed", code, column }]);
});

test("a lead of an export may lack what is demanded of others, and have fields of another form", async () => {
  const header = `${REQUIRED},external_key,remark,seats,whole_record`;
  const dropped = await world.drop("leads", lines(header, ",,,,ada,open,crm_1,=later,12,true"));
  expect(short(dropped)).toEqual(["created"]);
  expect(dropped.job.warnings).toEqual([]);
  expect(only()).toMatchObject({
    first_name: null,
    last_name: null,
    email: null,
    company: null,
    group_key: groupKey("affiliates"),
    fields: { remark: "=later", seats: 12 },
  });
  const others = await world.drop("leads", lines(header, ",,,,ada,open,crm_2,,,", ",,,,ada,open,crm_3,,many,true"));
  expect(short(others)).toEqual(["failed required", "failed bad_number"]);
});
