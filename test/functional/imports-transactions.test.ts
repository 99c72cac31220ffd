import { beforeEach, expect, test } from "vitest";
import { transaction } from "../../shared/records/transaction.ts";
import { createImportWorld, foldOf, type ImportWorld, lines, short } from "./imports-harness.ts";

const PARTNERS = lines("partner_first,partner_last,partner_email,partner_key", "Ada,L,ada@x.io,ada", "Bo,N,bo@x.io,bo");
const CUSTOMERS = lines("customer_key,email,partner_key", "u1,u1@x.io,ada", "u2,u2@x.io,bo", "u3,u3@x.io,");
const ALL = "key,customer_key,amount_in_cents,currency,created_at,product_key";

let world: ImportWorld;
let ada: string;
let bo: string;

beforeEach(async () => {
  world = await createImportWorld();
  await world.drop("partners", PARTNERS);
  await world.drop("customers", CUSTOMERS);
  ada = (await world.find("partnership", "partner_key", "ada"))?.key ?? "";
  bo = (await world.find("partnership", "partner_key", "bo"))?.key ?? "";
});

const customerKey = async (key: string) => (await world.find("customer", "customer_key", key))?.key ?? "";
const find = (key: string) => world.find("transaction", "key", key);
const nonZero = (totals: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(totals).filter(([name, sum]) => sum !== 0 && !name.endsWith("/customers")));
const totals = async (partner: string) => nonZero(await world.totals(partner));

test("records a payment of every field, and sums it up on its day", async () => {
  const dropped = await world.drop("transactions", lines(ALL, "inv_1,u1,149900,EUR,2026-01-31 23:59,team-annual"));
  expect(short(dropped)).toEqual(["created"]);
  expect(await find("inv_1")).toEqual({
    test: null,
    program: "acme",
    key: "inv_1",
    customer_key: await customerKey("u1"),
    partnership_key: ada,
    amount: 149_900,
    currency: "EUR",
    amount_usd: 162_522,
    product_key: "team-annual",
    category_key: null,
    approved: true,
    subscription_key: null,
    subscription_plan: null,
    subscription_terms: null,
    unapproved_reasons: [],
    archived: false,
    metadata: {},
    created_at: Date.parse("2026-01-31T23:59Z"),
    updated_at: dropped.job.created_at,
  });
  expect(await totals(ada)).toEqual({
    "2026-01-31/transactions": 1,
    "2026-01-31/amount/EUR": 149_900,
    "2026-01-31/amount_usd": 162_522,
  });
});

test("needs only a customer and an amount: dollars, now, and a key that the row always has", async () => {
  const dropped = await world.drop("transactions", lines("customer_key,amount_in_cents", "u1,500", "u1,500"));
  const [one, other] = world.stored(transaction);
  expect(one).toMatchObject({
    key: expect.stringMatching(/^trx_\w{26}$/),
    currency: "USD",
    amount_usd: 500,
    created_at: dropped.job.created_at,
    product_key: null,
  });
  expect(one?.key).not.toBe(other?.key);
});

test.each([
  ["500", "USD", 50_000, 50_000],
  ["-499.99", "USD", -49_999, -49_999],
  ["0.07", "USD", 7, 7],
  ["1500", "JPY", 1500, 1005],
  ["1.005", "KWD", 1005, 327],
])("%s %s in major units are %i minor ones, worth %i cents", async (cell, currency, amount, amount_usd) => {
  await world.drop("transactions", lines("key,customer_key,amount_in_dollars,currency", `t,u1,${cell},${currency}`));
  expect(await find("t")).toMatchObject({ amount, currency, amount_usd });
});

test("an amount may have no more decimals than its currency", async () => {
  const dropped = await world.drop(
    "transactions",
    lines(
      "customer_key,amount_in_dollars,currency",
      "u1,1.005,USD",
      "u1,1.5,JPY",
      "u1,1.0005,KWD",
      "u1,1.50,JPY",
      "u1,1.000,JPY",
    ),
  );
  expect(dropped.outcomes.slice(0, 3)).toMatchObject([
    { code: "too_many_decimals", column: "amount_in_dollars", hint: "Use at most 2 decimals for USD." },
    { code: "too_many_decimals", hint: "JPY amounts have no decimals." },
    { code: "too_many_decimals", hint: "Use at most 3 decimals for KWD." },
  ]);
  expect(short(dropped).slice(3)).toEqual(["failed too_many_decimals", "created"]);
});

test("a row fills in one of the two amounts", async () => {
  const dropped = await world.drop(
    "transactions",
    lines("customer_key,amount_in_cents,amount_in_dollars", "u1,100,1", "u1,,", "u1,0,", "u1,,0"),
  );
  expect(short(dropped)).toEqual(["failed not_exactly_one", "failed not_exactly_one", "created", "created"]);
  expect(dropped.outcomes).toMatchObject([{ column: "amount_in_dollars" }, { column: "amount_in_cents" }, {}, {}]);
});

test("a refund takes its amount off", async () => {
  await world.drop("transactions", lines(ALL, "t1,u1,1000,,2026-02-01,", "t2,u1,-400,,2026-02-01,"));
  expect(await totals(ada)).toEqual({
    "2026-02-01/transactions": 2,
    "2026-02-01/amount/USD": 600,
    "2026-02-01/amount_usd": 600,
  });
});

test("a currency without a rate is kept, not guessed, and told of once", async () => {
  const { job } = await world.drop(
    "transactions",
    lines(ALL, "t1,u1,1000,CHF,2026-02-01,", "t2,u1,2000,CHF,2026-02-01,", "t3,u1,5,SEK,2026-02-01,"),
  );
  expect(await find("t1")).toMatchObject({ amount: 1000, currency: "CHF", amount_usd: null });
  expect(job.warnings.map(({ code, message }) => `${code}: ${message.slice(0, 35)}`)).toEqual([
    "no_rate: The program has no rate for CHF: am",
    "no_rate: The program has no rate for SEK: am",
  ]);
  expect(await totals(ada)).toEqual({
    "2026-02-01/transactions": 3,
    "2026-02-01/amount/CHF": 3000,
    "2026-02-01/amount/SEK": 5,
    "2026-02-01/unconverted/CHF": 2,
    "2026-02-01/unconverted/SEK": 1,
  });
});

test("an amount that is worth more dollars than a number can hold fails its row", async () => {
  const rich = await createImportWorld({ program: { rates: { VND: "25000" } } });
  await rich.drop("customers", lines("customer_key,email", "u1,u1@x.io"));
  const dropped = await rich.drop(
    "transactions",
    lines("customer_key,amount_in_cents,currency", "u1,50000000000,VND", "u1,50000000000,USD"),
  );
  expect(short(dropped)).toEqual(["failed amount_out_of_range", "created"]);
});

test("a customer of no partner has transactions too, that count for nobody", async () => {
  await world.drop("transactions", lines(ALL, "t1,u3,1000,,2026-02-01,"));
  expect(await find("t1")).toMatchObject({ partnership_key: null });
  expect([await totals(ada), await totals(bo)]).toEqual([{}, {}]);
});

test("takes our own key of the customer, and knows neither a customer that is not there", async () => {
  const text = lines(
    "customer_key,ps_customer_key,amount_in_cents",
    `,${await customerKey("u1")},100`,
    ",cus_nobody,100",
    "nobody,,100",
  );
  const dropped = await world.drop("transactions", text);
  expect(short(dropped)).toEqual(["created", "failed unknown_customer", "failed unknown_customer"]);
  expect(dropped.outcomes.map(({ column }) => column)).toEqual([null, "ps_customer_key", "customer_key"]);
});

test("a known key is an update: cells left empty keep what is stored, the currency too", async () => {
  await world.drop("transactions", lines(ALL, "t1,u1,1000,EUR,2026-01-31,team"));
  const before = await find("t1");
  expect(short(await world.drop("transactions", lines(ALL, "t1,u1,1000,,,")))).toEqual(["unchanged"]);
  const { job } = await world.drop("transactions", lines(ALL, "t1,u1,2000,,,"));
  expect(await find("t1")).toEqual({ ...before, amount: 2000, amount_usd: 2168, updated_at: job.created_at });
  // Decimals are those of the stored currency.
  await world.drop("transactions", lines(ALL, "t2,u1,500,JPY,2026-01-31,"));
  expect(
    short(await world.drop("transactions", lines("key,customer_key,amount_in_dollars", "t2,u1,500", "t2,u1,500.5"))),
  ).toEqual(["unchanged", "failed too_many_decimals"]);
});

test("the worth in dollars stays what it was unless the amount changes", async () => {
  await world.drop("transactions", lines(ALL, "t1,u1,1000,CHF,2026-01-31,"));
  await world.drop("transactions", lines(ALL, "t1,u1,1000,CHF,,pro"));
  expect(await find("t1")).toMatchObject({ amount_usd: null, product_key: "pro" });
  await world.drop("transactions", lines(ALL, "t1,u1,1000,USD,,"));
  expect(await find("t1")).toMatchObject({ amount_usd: 1000, currency: "USD" });
});

test("a correction of customer, date and amount moves the sums along", async () => {
  await world.drop("transactions", lines(ALL, "t1,u1,1000,,2026-01-31,", "t2,u1,10,,2026-01-31,"));
  await world.drop("transactions", lines(ALL, "t1,u2,900,EUR,2026-02-01,"));
  expect(await totals(ada)).toEqual({
    "2026-01-31/transactions": 1,
    "2026-01-31/amount/USD": 10,
    "2026-01-31/amount_usd": 10,
  });
  expect(await totals(bo)).toEqual({
    "2026-02-01/transactions": 1,
    "2026-02-01/amount/EUR": 900,
    "2026-02-01/amount_usd": 976,
  });
  expect(await find("t1")).toMatchObject({ customer_key: await customerKey("u2"), partnership_key: bo });
  expect(world.stored(transaction)).toHaveLength(2);
});

test("stays with the partner of its time when the customer moves", async () => {
  await world.drop("transactions", lines(ALL, "t1,u1,1000,,2026-01-31,"));
  await world.drop("customers", lines("customer_key,email,partner_key", "u1,u1@x.io,bo"));
  const dropped = await world.drop("transactions", lines(ALL, "t1,u1,1000,,2026-01-31,", "t2,u1,5,,2026-01-31,"));
  expect(short(dropped)).toEqual(["unchanged", "created"]);
  expect([(await find("t1"))?.partnership_key, (await find("t2"))?.partnership_key]).toEqual([ada, bo]);
});

test("the same file again counts nothing twice, with keys or without, and changes nothing but the jobs", async () => {
  const text = lines(
    ALL,
    "t1,u1,1000,EUR,2026-01-31,",
    ",u1,5,,2026-01-31,",
    ",u1,5,,2026-01-31,",
    ",u2,7,CHF,,",
    "t2,u2,9,,,",
  );
  await world.drop("transactions", text);
  const others = () => world.table.items().filter(({ pk }) => !/^acme\/(import|audit)\//.test(pk));
  const before = others();
  expect(short(await world.drop("transactions", text, { name: "same.csv" }))).toEqual(
    Array.from({ length: 5 }, () => "unchanged"),
  );
  expect(others()).toEqual(before);
});

test("rows without a key of another file are other transactions", async () => {
  await world.drop("transactions", lines(ALL, ",u1,5,,,"));
  expect(short(await world.drop("transactions", lines(ALL, ",u1,5,,,", ",u2,5,,,")))).toEqual(["created", "created"]);
  expect(world.stored(transaction)).toHaveLength(3);
});

test("the same key several times in a file, in parts of two rows: the last row stands, and each is told as it was", async () => {
  const small = await createImportWorld({ partRows: 2, waveRows: 2 });
  await small.drop("partners", PARTNERS);
  await small.drop("customers", CUSTOMERS);
  const text = lines(
    ALL,
    "t1,u1,1,,2026-01-31,",
    "t1,u1,2,,,",
    "t2,u1,5,,2026-01-31,",
    "t1,nobody,9,,,",
    "t1,u2,2,,,x",
    "t1,u2,2,,,",
    "t3,u1,7,,2026-01-31,",
    " t1 ,u2,3,,,",
  );
  const dropped = await small.drop("transactions", text);
  expect(short(dropped)).toEqual([
    "created",
    "updated",
    "created",
    "failed unknown_customer",
    "updated",
    "unchanged",
    "created",
    "updated",
  ]);
  expect(await small.find("transaction", "key", "t1")).toMatchObject({ amount: 3, product_key: "x" });
  for (const [partner, sums] of foldOf(small))
    expect(Object.fromEntries(Object.entries(await small.totals(partner)).filter(([, sum]) => sum !== 0))).toEqual(
      sums,
    );
});

test("keys that differ in case, or are as long as they may be, are kept apart", async () => {
  const long = "😀".repeat(127);
  const dropped = await world.drop(
    "transactions",
    lines(ALL, "inv,u1,1,,,", "INV,u1,2,,,", `${long}a,u1,3,,,`, `${long}b,u1,4,,,`, `${long}ab,u1,5,,,`),
  );
  expect(short(dropped)).toEqual(["created", "created", "created", "created", "failed too_long"]);
  const amounts = ["inv", "INV", `${long}a`, `${long}b`].map(async (key) => (await find(key))?.amount);
  expect(await Promise.all(amounts)).toEqual([1, 2, 3, 4]);
});

test.each([
  ["t,u1,,100,,,,,", null, null],
  ["t,u1,,-100,,EUR,,,", null, null],
  [`${"t".repeat(255)},u1,,100,,,,p,c`, null, null],
  [`${"t".repeat(256)},u1,,100,,,,,`, "too_long", "key"],
  ["t,,,100,,,,,", "not_exactly_one", "customer_key"],
  ["t,u1,cus_1,100,,,,,", "not_exactly_one", "ps_customer_key"],
  ["t,eve,,100,,,,,", "unknown_customer", "customer_key"],
  ["t,,cus_eve,100,,,,,", "unknown_customer", "ps_customer_key"],
  ["t,u1,,,,,,,", "not_exactly_one", "amount_in_cents"],
  ["t,u1,,100,1,,,,", "not_exactly_one", "amount_in_dollars"],
  ["t,u1,,1.5,,,,,", "too_many_decimals", "amount_in_cents"],
  ["t,u1,,much,,,,,", "bad_number", "amount_in_cents"],
  ["t,u1,,,much,,,,", "bad_number", "amount_in_dollars"],
  ["t,u1,,50000000001,,,,,", "amount_out_of_range", "amount_in_cents"],
  ["t,u1,,100,,dollars,,,", "bad_currency", "currency"],
  ["t,u1,,100,,,2026-13-01,,", "bad_date", "created_at"],
  [`t,u1,,100,,,,${"p".repeat(256)},`, "too_long", "product_key"],
  [`t,u1,,100,,,,,${"c".repeat(256)}`, "too_long", "category_key"],
])("a row of %s comes to %s", async (row, code, column) => {
  const header =
    "key,customer_key,ps_customer_key,amount_in_cents,amount_in_dollars,currency,created_at,product_key,category_key";
  const { outcomes } = await world.drop("transactions", lines(header, row, "ok,u2,,1,,,,,"));
  expect(outcomes).toMatchObject([
    { row: 1, line: 2, outcome: code === null ? "created" : "failed", code, column },
    { row: 2, line: 3, outcome: "created" },
  ]);
});

test("the kind of product is kept, as is the product", async () => {
  const header = "key,customer_key,amount_in_cents,product_key,category_key";
  await world.drop("transactions", lines(header, "t,u1,100,team,plans"));
  expect(short(await world.drop("transactions", lines(header, "t,u1,100,,")))).toEqual(["unchanged"]);
  expect(short(await world.drop("transactions", lines(header, "t,u1,100,,add-ons")))).toEqual(["updated"]);
  expect(await find("t")).toMatchObject({ product_key: "team", category_key: "add-ons" });
});

const OWNED = "key,customer_key,amount_in_cents,partner_key,no_partner";

test("a transaction may be that of a partner whose customer it was, or of nobody", async () => {
  await world.drop("customers", lines("customer_key,email,partner_key", "u1,u1@x.io,bo", "u3,u3@x.io,ada"));
  const dropped = await world.drop(
    "transactions",
    lines(OWNED, "t1,u1,100,ada,", "t2,u1,200,bo,no", "t3,u1,300,,", "t4,u3,400,,true", "t5,u3,500,,"),
  );
  expect(short(dropped)).toEqual(["created", "created", "created", "created", "created"]);
  const owners = await Promise.all(
    ["t1", "t2", "t3", "t4", "t5"].map(async (key) => (await find(key))?.partnership_key),
  );
  expect(owners).toEqual([ada, bo, bo, null, ada]);
  // Empty cells keep it; another key moves it, and its sums.
  const again = await world.drop("transactions", lines(OWNED, "t1,u1,100,,", "t3,u1,300,ada,", "t4,u3,400,,"));
  expect(short(again)).toEqual(["unchanged", "updated", "unchanged"]);
  expect(await find("t3")).toMatchObject({ partnership_key: ada });
  for (const partner of [ada, bo]) {
    const counted = Object.entries(await world.totals(partner)).filter(([, sum]) => sum !== 0);
    expect(Object.fromEntries(counted)).toEqual(foldOf(world).get(partner));
  }
});

test.each([
  ["t,u1,100,bo,", "foreign_customer", "partner_key", `the customer "u1" has never been this partner's`],
  ["t,u1,100,,true", "foreign_customer", "no_partner", 'the customer "u1" has never been without a partner'],
  ["t,u1,100,cy,", "unknown_partner", "partner_key", 'there is no partner "cy"'],
  ["t,u1,100,ada,true", "two_partners", "partner_key", "is filled in, though the transaction is said to be nobody's"],
])("refuses an owner that it cannot have: %s", async (row, code, column, message) => {
  const { outcomes } = await world.drop("transactions", lines(OWNED, row));
  expect(outcomes).toMatchObject([{ outcome: "failed", code, column, message }]);
  expect(world.stored(transaction)).toEqual([]);
});

test("an export may tell of a transaction whose customer has never been its partner's", async () => {
  const dropped = await world.drop("transactions", lines(`${OWNED},whole_record`, "t,u1,100,bo,,true"));
  expect(short(dropped)).toEqual(["created"]);
  expect(await find("t")).toMatchObject({ partnership_key: bo });
});

const WORTH = "key,customer_key,amount_in_cents,currency,usd_amount_in_cents";

test("what an amount was worth at the time is taken as the row has it", async () => {
  const dropped = await world.drop(
    "transactions",
    lines(
      WORTH,
      "t1,u1,1000,EUR,1200",
      "t2,u1,-1000,CHF,-1",
      "t3,u1,1000,EUR,None",
      "t4,u1,1000,EUR,",
      "t5,u1,9,USD,9",
    ),
  );
  expect(new Set(short(dropped))).toEqual(new Set(["created"]));
  // Nothing that a rate was missing for.
  expect(dropped.job.warnings).toEqual([]);
  const worth = async () => Promise.all(["t1", "t2", "t3", "t4"].map(async (key) => (await find(key))?.amount_usd));
  expect(await worth()).toEqual([1200, -1, null, 1084]);
  const again = await world.drop(
    "transactions",
    lines(WORTH, "t1,u1,1000,EUR,", "t2,u1,-1000,CHF,0", "t3,u1,1000,EUR,1", "t4,u1,2000,EUR,"),
  );
  expect(short(again)).toEqual(["unchanged", "updated", "updated", "updated"]);
  expect(await worth()).toEqual([1200, 0, 1, 2168]);
});

test.each([
  ["t,u1,1000,EUR,-5", "usd_mismatch", "Give it the sign of the amount, or leave it empty."],
  ["t,u1,0,EUR,5", "usd_mismatch", "Give it the sign of the amount, or leave it empty."],
  ["t,u1,1000,USD,999", "usd_mismatch", "Leave it empty: dollars are worth themselves."],
  ["t,u1,1000,,none", "usd_mismatch", "Leave it empty: dollars are worth themselves."],
  ["t,u1,1000,EUR,12.5", "bad_number", "Write digits only, such as 50000 for $500.00, or none."],
  ["t,u1,1000,EUR,9007199254740993", "bad_number", "Write digits only, such as 50000 for $500.00, or none."],
])("refuses a worth that cannot be: %s", async (row, code, hint) => {
  const { outcomes } = await world.drop("transactions", lines(WORTH, row));
  expect(outcomes).toMatchObject([{ outcome: "failed", code, column: "usd_amount_in_cents", hint }]);
});

test("takes over whether a transaction counts, and why not", async () => {
  const header = "key,customer_key,amount_in_cents,approved,unapproved_reasons,archived";
  await world.drop("transactions", lines(header, "t1,u1,100,no,duplicate|'=x,yes", "t2,u1,100,,,"));
  const t1 = { approved: false, unapproved_reasons: ["duplicate", "'=x"], archived: true };
  expect(await find("t1")).toMatchObject(t1);
  expect(await find("t2")).toMatchObject({ approved: true, unapproved_reasons: [], archived: false });
  const again = await world.drop("transactions", lines(header, "t1,u1,100,,,", "t2,u1,100,false,fraud,"));
  expect(short(again)).toEqual(["unchanged", "updated"]);
  expect(await find("t1")).toMatchObject(t1);
  expect(await find("t2")).toMatchObject({ approved: false, unapproved_reasons: ["fraud"], archived: false });
});
