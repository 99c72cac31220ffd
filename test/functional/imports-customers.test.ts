import { beforeEach, describe, expect, test } from "vitest";
import { customer } from "../../shared/records/customer.ts";
import { createImportWorld, type ImportWorld, lines, short } from "./imports-harness.ts";

const PARTNERS = lines("partner_first,partner_last,partner_email,partner_key", "Ada,L,ada@x.io,ada", "Bo,N,bo@x.io,bo");
const ALL = "customer_key,email,partner_key,name,company_name,created_at,provider_key";
const GRACE = `acct_1,grace@cobol.example,ada,Grace Hopper,"Cobol, Inc.",2026-01-31,cus_stripe_1`;

let world: ImportWorld;
let ada: string;
let bo: string;

beforeEach(async () => {
  world = await createImportWorld();
  await world.drop("partners", PARTNERS);
  ada = (await world.find("partnership", "partner_key", "ada"))?.key ?? "";
  bo = (await world.find("partnership", "partner_key", "bo"))?.key ?? "";
});

const grace = async () => {
  const found = await world.find("customer", "customer_key", "acct_1");
  if (found === undefined) throw new Error("no Grace");
  return found;
};

test("makes a customer of every field, and counts it on its day", async () => {
  const dropped = await world.drop("customers", lines(ALL, GRACE));
  expect(short(dropped)).toEqual(["created"]);
  expect(world.stored(customer)).toEqual([
    {
      test: null,
      hides_email: null,
      program: "acme",
      key: expect.stringMatching(/^cus_\w{26}$/),
      customer_key: "acct_1",
      email: "grace@cobol.example",
      anonymized: false,
      name: "Grace Hopper",
      company_name: "Cobol, Inc.",
      partnership_key: ada,
      provider_key: "cus_stripe_1",
      source_type: "import",
      archived: false,
      fields: {},
      subscriptions: [],
      former_partnership_keys: [],
      created_at: Date.parse("2026-01-31"),
      updated_at: dropped.job.created_at,
    },
  ]);
  expect(await world.totals(ada)).toEqual({ "2026-01-31/customers": 1 });
});

test("needs only a key and an address", async () => {
  const { job } = await world.drop("customers", lines("customer_key,email", "acct_1,grace@cobol.example"));
  expect(await grace()).toMatchObject({
    name: null,
    company_name: null,
    partnership_key: null,
    provider_key: null,
    created_at: job.created_at,
  });
});

test("takes the partner by either key", async () => {
  const text = lines(
    "customer_key,email,partner_key,partnership_key",
    `u1,u1@x.io,,${ada}`,
    "u2,u2@x.io,ada,",
    "u3,u3@x.io,,",
    `u4,u4@x.io,ada,${ada}`,
    "u5,u5@x.io,,part_nobody",
  );
  const dropped = await world.drop("customers", text);
  expect(short(dropped)).toEqual(["created", "created", "created", "failed not_exactly_one", "failed unknown_partner"]);
  expect(dropped.outcomes.map(({ column }) => column)).toEqual([
    null,
    null,
    null,
    "partnership_key",
    "partnership_key",
  ]);
  const partners = ["u1", "u2", "u3"].map(
    async (key) => (await world.find("customer", "customer_key", key))?.partnership_key,
  );
  expect(await Promise.all(partners)).toEqual([ada, ada, null]);
});

test("is found by your own key, by ours, by address and by provider key", async () => {
  await world.drop("customers", lines(ALL, GRACE));
  const { key } = await grace();
  for (const [field, value] of Object.entries({
    key,
    customer_key: "acct_1",
    email: "grace@cobol.example",
    provider_key: "cus_stripe_1",
  })) {
    expect((await world.find("customer", field, value))?.key, field).toBe(key);
  }
});

test("our own key means an update, and creates nothing", async () => {
  await world.drop("customers", lines(ALL, GRACE));
  const { key } = await grace();
  const text = lines(
    "ps_customer_key,email,name",
    `${key},grace@navy.example,Admiral`,
    "cus_nobody,nobody@x.io,Nobody",
  );
  const dropped = await world.drop("customers", text);
  expect(short(dropped)).toEqual(["updated", "failed unknown_customer"]);
  expect(dropped.outcomes[1]).toMatchObject({
    column: "ps_customer_key",
    message: 'there is no customer "cus_nobody"',
    hint: "Use customer_key to create a customer.",
  });
  expect(await grace()).toMatchObject({ key, email: "grace@navy.example", name: "Admiral" });
  expect(world.stored(customer)).toHaveLength(1);
});

test("a row fills in one of the two keys", async () => {
  const dropped = await world.drop("customers", lines("customer_key,ps_customer_key,email", "a,b,c@x.io", ",,d@x.io"));
  expect(dropped.outcomes).toMatchObject([
    { code: "not_exactly_one", column: "ps_customer_key", message: "is filled in beside customer_key" },
    { code: "not_exactly_one", column: "customer_key", message: "none of customer_key, ps_customer_key is filled in" },
  ]);
});

test("cells left empty keep what is stored", async () => {
  await world.drop("customers", lines(ALL, GRACE));
  const before = await grace();
  expect(short(await world.drop("customers", lines(ALL, "acct_1,GRACE@cobol.example,,,,,")))).toEqual(["unchanged"]);
  const { job } = await world.drop("customers", lines(ALL, "acct_1,grace@cobol.example,,,Navy,,"));
  expect(await grace()).toEqual({ ...before, company_name: "Navy", updated_at: job.created_at });
});

test("moves to another partner with its count, keeps its keys, and remembers where it was", async () => {
  await world.drop("customers", lines(ALL, GRACE));
  const { key } = await grace();
  expect(
    short(await world.drop("customers", lines("customer_key,email,partner_key", "acct_1,grace@cobol.example,bo"))),
  ).toEqual(["updated"]);
  expect(await grace()).toMatchObject({ key, partnership_key: bo, former_partnership_keys: [ada] });
  expect((await world.find("customer", "email", "grace@cobol.example"))?.key).toBe(key);
  expect([await world.totals(ada), await world.totals(bo)]).toEqual([
    { "2026-01-31/customers": 0 },
    { "2026-01-31/customers": 1 },
  ]);
  // And back, to where a trace of it was left.
  expect(
    short(await world.drop("customers", lines("customer_key,email,partner_key", "acct_1,grace@cobol.example,ada"))),
  ).toEqual(["updated"]);
  expect(await grace()).toMatchObject({ key, partnership_key: ada, former_partnership_keys: [ada, bo] });
  expect([await world.totals(ada), await world.totals(bo)]).toEqual([
    { "2026-01-31/customers": 1 },
    { "2026-01-31/customers": 0 },
  ]);
  expect(world.stored(customer)).toHaveLength(1);
});

test("a corrected date moves its count to another day", async () => {
  await world.drop("customers", lines(ALL, GRACE));
  await world.drop("customers", lines("customer_key,email,created_at", "acct_1,grace@cobol.example,2026-02-01 10:00"));
  expect(await world.totals(ada)).toEqual({ "2026-01-31/customers": 0, "2026-02-01/customers": 1 });
});

test("an address or provider key of another customer fails the row, whatever its case", async () => {
  await world.drop("customers", lines(ALL, GRACE));
  const text = lines(
    "customer_key,email,provider_key",
    "acct_2,GRACE@cobol.example,",
    "acct_3,x@x.io,cus_stripe_1",
    "acct_4,y@x.io,",
    "acct_4,grace@cobol.example,",
  );
  const dropped = await world.drop("customers", text);
  expect(short(dropped)).toEqual(["failed email_taken", "failed provider_key_taken", "created", "failed email_taken"]);
  expect(dropped.outcomes[0]).toMatchObject({
    column: "email",
    message: '"GRACE@cobol.example" belongs to the customer "acct_1"',
  });
  expect(dropped.outcomes[1]).toMatchObject({ column: "provider_key" });
});

test("an address that an earlier row gives up is free for a later one, and not the other way round", async () => {
  await world.drop("customers", lines(ALL, GRACE));
  const handOver = lines(
    "customer_key,email",
    "acct_2,grace@cobol.example",
    "acct_1,grace@navy.example",
    "acct_2,grace@cobol.example",
  );
  expect(short(await world.drop("customers", handOver))).toEqual(["failed email_taken", "updated", "created"]);
});

test("the same key twice in a file is one customer, as the later row has it", async () => {
  const dropped = await world.drop(
    "customers",
    lines(ALL, GRACE, "acct_1,grace@navy.example,bo,,,,", "acct_1,grace@navy.example,,,,,"),
  );
  expect(short(dropped)).toEqual(["created", "updated", "unchanged"]);
  expect(await grace()).toMatchObject({ email: "grace@navy.example", partnership_key: bo, name: "Grace Hopper" });
});

test("the same file again changes nothing but the jobs", async () => {
  const text = lines(ALL, GRACE, "u2,u2@x.io,,,,,", "u3,u3@x.io,bo,,,,p3");
  await world.drop("customers", text);
  const others = () => world.table.items().filter(({ pk }) => !/^acme\/(import|audit)\//.test(pk));
  const before = others();
  expect(short(await world.drop("customers", text))).toEqual(["unchanged", "unchanged", "unchanged"]);
  expect(others()).toEqual(before);
});

describe("an anonymized address", () => {
  const HASH = "5e884898da28047151d0e56f8dc62927";

  test.each([
    [HASH, true],
    ["XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg=", true],
    ["XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg", true],
    ["u-7f3a@anonymous.invalid", true],
    ["customer7@example.com", true],
    ["customer7@mail.example.org", true],
    ["grace@cobol.example", false],
    ["grace@notexample.com", false],
  ])("%s: %s", async (address, anonymized) => {
    expect(short(await world.drop("customers", lines("customer_key,email", `u1,${address}`)))).toEqual(["created"]);
    expect(world.stored(customer)).toMatchObject([{ email: address, anonymized }]);
  });

  test.each(["anonymous", "5e884898da2804", "customernumberseven", "4929130000000000", `${HASH}@`, `${HASH} x`])(
    "is not %s",
    async (address) => {
      const { outcomes } = await world.drop("customers", lines("customer_key,email", `u1,${address}`));
      expect(outcomes).toMatchObject([{ line: 2, code: "bad_email", column: "email" }]);
    },
  );

  test("is one customer's only, and may come later or go again", async () => {
    await world.drop("customers", lines(ALL, GRACE));
    const text = lines("customer_key,email", `acct_1,${HASH}`, `acct_2,${HASH.toUpperCase()}`);
    const dropped = await world.drop("customers", text);
    expect(short(dropped)).toEqual(["updated", "failed email_taken"]);
    expect(await grace()).toMatchObject({ email: HASH, anonymized: true });
    expect(short(await world.drop("customers", lines("customer_key,email", `acct_1,${HASH}`)))).toEqual(["unchanged"]);
    await world.drop("customers", lines("customer_key,email", "acct_1,grace@cobol.example"));
    expect(await grace()).toMatchObject({ anonymized: false });
  });

  test("is no hindrance to transactions and rewards", async () => {
    await world.drop("customers", lines("customer_key,email,partner_key", `u1,${HASH},ada`));
    const paid = await world.drop("transactions", lines("key,customer_key,amount_in_cents", "t1,u1,100"));
    const earned = await world.drop(
      "rewards",
      lines("partner_key,amount_in_cents,body,target_type,target_key", "ada,1,Bonus,customer,u1"),
    );
    expect([short(paid), short(earned)]).toEqual([["created"], ["created"]]);
  });
});

test("fields of the program's own are read by their types, kept where empty, and refused where bad", async () => {
  world = await createImportWorld({
    program: {
      customer_fields: [
        { api_name: "plan", type: "choice", options: ["Free", "Team"] },
        { api_name: "seats", label: "Number of seats", type: "number" },
      ],
    },
  });
  const header = "customer_key,email,plan,Number of seats";
  const dropped = await world.drop(
    "customers",
    lines(header, "u1,u1@x.io,TEAM,12", "u2,u2@x.io,Gold,", "u3,u3@x.io,,x"),
  );
  expect(short(dropped)).toEqual(["created", "failed bad_choice", "failed bad_number"]);
  expect(dropped.outcomes.map(({ column }) => column)).toEqual([null, "plan", "Number of seats"]);
  expect(short(await world.drop("customers", lines(header, "u1,u1@x.io,,")))).toEqual(["unchanged"]);
  expect(short(await world.drop("customers", lines(header, "u1,u1@x.io,,13")))).toEqual(["updated"]);
  expect(world.stored(customer)).toMatchObject([{ fields: { plan: "Team", seats: 13 } }]);
});

test.each([
  ["u1,,u1@x.io,,,,", null, null],
  [",,u1@x.io,,,,", "not_exactly_one", "customer_key"],
  ["u1,cus_1,u1@x.io,,,,", "not_exactly_one", "ps_customer_key"],
  [",cus_1,u1@x.io,,,,", "unknown_customer", "ps_customer_key"],
  ["u1,,,,,,", "required", "email"],
  ["u1,,u1,,,,", "bad_email", "email"],
  ["u1,,u1@x.io,eve,,,", "unknown_partner", "partner_key"],
  ["u1,,u1@x.io,,part_eve,,", "unknown_partner", "partnership_key"],
  ["u1,,u1@x.io,ada,part_eve,,", "not_exactly_one", "partnership_key"],
  ["u1,,u1@x.io,,,soon,", "bad_date", "created_at"],
  [`${"u".repeat(256)},,u1@x.io,,,,`, "too_long", "customer_key"],
  [`u1,,u1@x.io,,,,${"p".repeat(256)}`, "too_long", "provider_key"],
])("a row of %s comes to %s", async (row, code, column) => {
  const header = "customer_key,ps_customer_key,email,partner_key,partnership_key,created_at,provider_key";
  const { outcomes } = await world.drop("customers", lines(header, row, "ok,,ok@x.io,,,,"));
  expect(outcomes).toMatchObject([
    { row: 1, line: 2, outcome: code === null ? "created" : "failed", code, column },
    { row: 2, line: 3, outcome: "created" },
  ]);
});

const FORMER = "customer_key,email,partner_key,customer_source,customer_archived,former_partner_keys,had_no_partner";

test("takes over how a customer came, and to whom it belonged before", async () => {
  const dropped = await world.drop(
    "customers",
    lines(FORMER, "u1,u1@x.io,ada,Link,true,bo,yes", "u2,u2@x.io,,,,ada|bo,", "u3,u3@x.io,ada,,,,"),
  );
  expect(short(dropped)).toEqual(["created", "created", "created"]);
  const find = (key: string) => world.find("customer", "customer_key", key);
  const u1 = { source_type: "link", archived: true, partnership_key: ada };
  expect(await find("u1")).toMatchObject({ ...u1, former_partnership_keys: [bo, ""] });
  expect(await find("u2")).toMatchObject({ partnership_key: null, former_partnership_keys: [ada, bo] });
  expect(await find("u3")).toMatchObject({ source_type: "import", archived: false, former_partnership_keys: [] });

  // What it has left behind with a partner stays there.
  const again = await world.drop(
    "customers",
    lines(FORMER, "u1,u1@x.io,,,,,", "u2,u2@x.io,,,,bo,no", "u3,u3@x.io,bo,api,true,bo,"),
  );
  expect(short(again)).toEqual(["unchanged", "unchanged", "updated"]);
  expect(await find("u1")).toMatchObject({ ...u1, former_partnership_keys: [bo, ""] });
  expect(await find("u3")).toMatchObject({ source_type: "api", archived: true, former_partnership_keys: [ada, bo] });
});

test("finds former partners by keys that have a stroke or a backslash in them", async () => {
  const odd = ["a|b", String.raw`c\|d`, "e\\"];
  const partners = odd.map((key, index) => `P,${index},p${index}@x.io,${key}`);
  await world.drop("partners", lines("partner_first,partner_last,partner_email,partner_key", ...partners));
  const cell = odd.map((key) => key.replaceAll(/[\\|]/g, String.raw`\$&`)).join(" | ");
  expect(short(await world.drop("customers", lines(FORMER, `u1,u1@x.io,,,,${cell},`)))).toEqual(["created"]);
  const [u1] = world.stored(customer);
  const keys = await Promise.all(odd.map(async (key) => (await world.find("partnership", "partner_key", key))?.key));
  expect(u1?.former_partnership_keys).toEqual(keys);
});

test.each([
  ["u1,u1@x.io,ada,,,bo|cy,", "unknown_partner", "former_partner_keys", 'there is no partner "cy"'],
  ["u1,u1@x.io,ada,fax,,,", "bad_source", "customer_source", "is not one of import, api, link, lead, deal"],
  ["u1,u1@x.io,ada,,,,perhaps", "bad_flag", "had_no_partner", "is neither true nor false"],
])("refuses a past that there was not: %s", async (row, code, column, message) => {
  const { outcomes } = await world.drop("customers", lines(FORMER, row));
  expect(outcomes).toMatchObject([{ outcome: "failed", code, column, message: expect.stringContaining(message) }]);
});
