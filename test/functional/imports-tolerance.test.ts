import { gunzipSync, gzipSync } from "node:zlib";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { customer } from "../../shared/records/customer.ts";
import { partnership } from "../../shared/records/partnership.ts";
import { reward } from "../../shared/records/reward.ts";
import { transaction } from "../../shared/records/transaction.ts";
import { createImportWorld, type Dropped, lines, short } from "./imports-harness.ts";

const codes = ({ job }: Dropped): string[] => job.warnings.map(({ code }) => code);
const messages = ({ job }: Dropped): string[] => job.warnings.map(({ message }) => message);
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** A program with one customer, u1. */
async function worldWithCustomer(options: Parameters<typeof createImportWorld>[0] = {}) {
  const world = await createImportWorld(options);
  await world.drop("customers", lines("customer_key,email", "u1,u1@x.io"));
  return world;
}

describe("amounts as people write them", () => {
  it("are put right, which is told once however many rows and parts", async () => {
    const world = await worldWithCustomer({ partRows: 2 });
    const dropped = await world.drop(
      "transactions",
      lines(
        "key,customer_key,amount_in_dollars,currency",
        't1,u1,"1,234.56",USD',
        't2,u1,"2,000",USD',
        't3,u1,"$3,000.00",USD',
        "t4,u1,(12.50),USD",
        't5,u1,"12,50 €",EUR',
        "t6,u1,7.25,USD",
        't7,u1,"€1.234,5",',
        "t8,u1,$5,CAD",
        "t9,u1,GBP 5,",
      ),
    );
    expect(short(dropped)).toEqual(Array.from({ length: 9 }, () => "created"));
    const amounts = world.stored(transaction).map(({ key, amount, currency }) => `${key} ${amount} ${currency}`);
    expect(amounts.toSorted()).toEqual([
      "t1 123456 USD",
      "t2 200000 USD",
      "t3 300000 USD",
      "t4 -1250 USD",
      "t5 1250 EUR",
      "t6 725 USD",
      "t7 123450 EUR",
      "t8 500 CAD",
      "t9 500 GBP",
    ]);
    expect(messages(dropped).toSorted()).toEqual([
      'Amounts in "amount_in_dollars" in brackets, or with an unusual minus, were read as negative.',
      'Currency signs in "amount_in_dollars" were taken off the amounts.',
      'Decimal commas in "amount_in_dollars" were read as decimal points.',
      'Rows that name no currency took the one written beside "amount_in_dollars".',
      "The program has no rate for CAD: amounts in CAD are kept but not counted in US dollars.",
      'Thousands separators in "amount_in_dollars" were taken out.',
    ]);
  });

  it("are not guessed where they mean two things", async () => {
    const world = await worldWithCustomer();
    const dropped = await world.drop(
      "transactions",
      lines(
        "customer_key;amount_in_dollars;currency",
        "u1;1,234;",
        "u1;1.234;",
        "u1;1.234,5;",
        "u1;12,5;EUR",
        "u1;12,5 $;EUR",
      ),
    );
    expect(short(dropped)).toEqual([
      "failed ambiguous_number",
      "failed ambiguous_number",
      "created",
      "created",
      "failed currency_mismatch",
    ]);
    expect(dropped.errors?.split("\r\n")[1]).toContain('u1;"1,234";');
  });

  it("may not come with another currency than the stored one", async () => {
    const world = await worldWithCustomer();
    await world.drop("transactions", lines("key,customer_key,amount_in_dollars,currency", "t1,u1,5,EUR"));
    const dropped = await world.drop("transactions", lines("key,customer_key,amount_in_dollars", "t1,u1,$5"));
    expect(short(dropped)).toEqual(["failed currency_mismatch"]);
  });
});

describe("dates as people write them", () => {
  const HEADER = "customer_key,email,created_at";
  const drop = async (rows: readonly string[], partRows = 2) => {
    const world = await createImportWorld({ partRows });
    const dropped = await world.drop(
      "customers",
      lines(HEADER, ...rows.map((date, at) => `u${at},u${at}@x.io,"${date}"`)),
    );
    const created = world.stored(customer);
    return {
      dropped,
      days: rows.map((_, at) => created.find(({ customer_key }) => customer_key === `u${at}`)?.created_at),
    };
  };

  it.each([
    ["day first", "13/04/2026", "2026-04-03"],
    ["month first", "04/13/2026", "2026-03-04"],
  ])("are read %s in all parts when one near the beginning tells so", async (order, telling, expected) => {
    const { dropped, days } = await drop([
      "03/04/2026",
      "03/04/2026",
      "03/04/2026",
      "2026-01-01",
      telling,
      "03/04/2026",
    ]);
    expect(short(dropped)).toEqual(Array.from({ length: 6 }, () => "created"));
    expect([0, 1, 2, 5].map((at) => day(days[at] ?? 0))).toEqual([expected, expected, expected, expected]);
    expect(codes(dropped)).toEqual([order === "day first" ? "day_first" : "month_first"]);
  });

  it("are not guessed when none tells, or they contradict each other", async () => {
    expect(short((await drop(["03/04/2026", "05/05/2026"])).dropped)).toEqual(["failed ambiguous_date", "created"]);
    expect(short((await drop(["03/04/2026", "13/04/2026", "04/13/2026"])).dropped)).toEqual([
      "failed ambiguous_date",
      "created",
      "created",
    ]);
  });

  it("far behind the beginning do not tell of the ones before", async () => {
    const many = Array.from({ length: 3000 }, () => "2026-01-01");
    const { dropped } = await drop(["03/04/2026", ...many, "13/04/2026"], 4000);
    expect(short(dropped).filter((one) => one !== "created")).toEqual(["failed ambiguous_date"]);
  });

  it("may be numbers of a spreadsheet or a database, and name a zone", async () => {
    const { dropped, days } = await drop(["46112.5", "1774915200", "2026-03-31T01:00:00+02:00"]);
    expect(days.map((ms) => new Date(ms ?? 0).toISOString())).toEqual([
      "2026-03-31T12:00:00.000Z",
      "2026-03-31T00:00:00.000Z",
      "2026-03-30T23:00:00.000Z",
    ]);
    expect(codes(dropped).toSorted()).toEqual(["date_form", "epoch_date", "excel_date", "zone_offset"]);
  });
});

describe("a first line that names the separator", () => {
  it.each([
    ["as it is", (text: string) => Buffer.from(text)],
    ["behind a byte order mark", (text: string) => Buffer.from(`\u{feff}${text}`)],
    ["in UTF-16", (text: string) => Buffer.from(`\u{feff}${text}`, "utf16le")],
    ["in gzip", (text: string) => gzipSync(text)],
  ])("is a line and no row: %s", async (_, written) => {
    const world = await createImportWorld();
    const body = written("sep=;\r\ncustomer_key;email\r\nu1;u1@x.io\r\nu2;not an address\r\n");
    const dropped = await world.drop("customers", body);
    expect(short(dropped)).toEqual(["created", "failed bad_email"]);
    expect(dropped.outcomes.map(({ row, line }) => [row, line])).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(dropped.errors).toMatch(/^customer_key;email;row;column;code;message;hint\r\nu2;not an address;2;email;/);
  });

  it("decides also where the header has more of another", async () => {
    const world = await createImportWorld();
    const dropped = await world.drop("customers", lines("sep=|", 'customer_key|email|"a,b,c,d"', "u1|u1@x.io|"));
    expect(short(dropped)).toEqual(["created"]);
  });
});

describe("a gzip archive", () => {
  it("is told of by its own hash and size, and its error file is plain", async () => {
    const world = await createImportWorld();
    const text = lines(
      "customer_key,email",
      ...Array.from({ length: 500 }, (_, at) => `u${at},u${at}@x.io`),
      "bad,bad",
    );
    const body = gzipSync(text);
    const dropped = await world.drop("customers", body, { name: "march.csv.gz" });
    expect(dropped.job).toMatchObject({
      sha256: createHash("sha256").update(body).digest("hex"),
      bytes: body.length,
      rows: { total: 501, created: 500, failed: 1 },
    });
    expect(messages(dropped)).toEqual(["The file was unpacked from a gzip archive."]);
    expect(dropped.errors).toContain("bad,bad,501,email,bad_email");
    expect(gunzipSync(body).toString()).toBe(text);
  });
});

describe("cells with what cannot be seen around them", () => {
  it("are the same keys as without, in whatever order parts come", async () => {
    const world = await worldWithCustomer({ partRows: 1 });
    const dropped = await world.drop(
      "transactions",
      lines("key,customer_key,amount_in_cents", "t1,u1,100", "\u200bt1\u00a0,\ufeffu1,\u202a200\u202c", "t1,u1,300"),
      { deliveries: { next: (waiting) => waiting - 1, again: () => false, workers: () => 1 } },
    );
    expect(short(dropped)).toEqual(["created", "updated", "updated"]);
    expect(world.stored(transaction).map(({ amount }) => amount)).toEqual([300]);
  });
});

/** Exports of other systems: what is dropped, and what is stored then. */
describe("the export of another system", () => {
  it("of our own: a bundle's files find their records again", async () => {
    const world = await createImportWorld();
    await world.drop("partners", lines("partner_first,partner_last,partner_email,partner_key", "Ada,L,ada@x.io,ada"));
    const id = world.stored(partnership)[0]?.key ?? "";
    const partners = await world.drop(
      "partners",
      lines(
        "Partner_id,partner_firstname,partner_group,partner-program_join_date,archived_status,partner_email,parnter_manager,partner_tags,total_number_of_customers,exported_at",
        `${id},Augusta,Affiliates,2026-01-01 00:00:00,false,ada@x.io,boss@x.io,gold|emea,0,2026-03-31 00:00:00`,
        "part_new,Bo,Gold Resellers,2026-01-02 00:00:00,false,bo@x.io,,,0,2026-03-31 00:00:00",
      ),
    );
    expect(short(partners)).toEqual(["updated", "created"]);
    expect(messages(partners)).toEqual([
      "The file was read as a partners.csv of a PartnerStack bundle. It has no last names: known partners keep theirs, new ones have none.",
      'Ignored columns of no meaning here: "total_number_of_customers", "exported_at".',
    ]);
    expect(await world.find("partnership", "email", "ada@x.io")).toMatchObject({
      key: id,
      partner_key: "ada",
      first_name: "Augusta",
      last_name: "L",
      manager: "boss@x.io",
      tags: ["gold", "emea"],
    });

    const customers = await world.drop(
      "customers",
      lines(
        "Partner_id,partner_name,customer_creation_date,customer_key,customer_ps_key,customer_creation_source,customer_email,customer_has paid_,customer_company",
        `${id},Ada,2026-01-05 10:00:00,u1,cus_x,import,u1@x.io,true,Cobol`,
        `,,2026-01-06 10:00:00,u2,cus_y,import,u2@x.io,false,`,
      ),
    );
    expect(short(customers)).toEqual(["created", "created"]);
    expect(await world.find("customer", "customer_key", "u1")).toMatchObject({
      partnership_key: id,
      company_name: "Cobol",
    });

    const transactions = await world.drop(
      "transactions",
      lines(
        "Partner_id,transaction_key,transaction_create_date,transaction_product_key,transaction_amount,transaction_currency,reward_key,reward_amount,customer_key,customer_ps_key,customer_name",
        `${id},t1,2026-02-01 00:00:00,pro,12.50,EUR,rwrd_1,1.25,u1,cus_x,`,
        `${id},t1,2026-02-01 00:00:00,pro,13.50,EUR,rwrd_1,1.25,u1,cus_x,`,
      ),
    );
    expect(short(transactions)).toEqual(["created", "updated"]);
    expect(world.stored(transaction)).toMatchObject([{ key: "t1", amount: 1350, currency: "EUR", product_key: "pro" }]);

    const rewards = await world.drop(
      "rewards",
      lines(
        "Partner_id,reward_key,reward_amount,reward_description,reward_created_date,reward_status,reward_transaction_key,reward_customer_key",
        `${id},rwrd_1,1.25,'=bonus,2026-02-02 00:00:00,scheduled,t1,u1`,
        `${id},rwrd_2,2.50,,2026-02-02 00:00:00,paid,,u1`,
        `${id},rwrd_3,-1.00,Correction,2026-02-02 00:00:00,approved,,`,
        `part_none,rwrd_4,1.00,,2026-02-02 00:00:00,approved,,`,
      ),
    );
    expect(short(rewards)).toEqual(["created", "created", "created", "failed unknown_partner"]);
    expect(world.stored(reward).map(({ key }) => key)).toEqual(["rwrd_1", "rwrd_2", "rwrd_3"]);
    expect(rewards.outcomes[3]).toMatchObject({ column: "Partner_id" });
    const buyer = await world.find("customer", "customer_key", "u1");
    expect(world.stored(reward).toSorted((a, b) => a.amount - b.amount)).toMatchObject([
      { amount: -100, customer_key: null, transaction_key: null, description: "Correction" },
      { amount: 125, transaction_key: "t1", description: "=bonus", reward_status: "hold" },
      { amount: 250, customer_key: buyer?.key, transaction_key: null, description: "Reward", reward_status: "paid" },
    ]);
    expect(rewards.errors?.split("\r\n")[0]).toBe(
      "Partner_id,reward_key,reward_amount,reward_description,reward_created_date,reward_status,reward_transaction_key,reward_customer_key,row,column,code,message,hint",
    );
  });

  it("gives an error file that is understood as the same export", async () => {
    const world = await createImportWorld();
    const first = await world.drop(
      "partners",
      lines("ID,Name,Email,Country,Status,Enrolled at", "pn_1,Ada Lovelace,ada,DE,approved,soon"),
    );
    expect(short(first)).toEqual(["failed bad_email"]);
    const mended = first.errors?.replace(",ada,", ",ada@x.io,").replace("soon", "2026-03-31T10:00:00.000Z") ?? "";
    const second = await world.drop("partners", mended);
    expect(short(second)).toEqual(["created"]);
    expect(messages(second)).toEqual([
      "The file was read as a Dub partners export. Partners of every status are imported.",
      'Ignored columns of no meaning here: "Country", "Status".',
    ]);
  });

  it("is not looked for in a file that is one of ours already", async () => {
    const world = await createImportWorld();
    const dropped = await world.drop(
      "customers",
      lines(
        "customer_key,email,partner_id,customer_email,customer_creation_date",
        "u1,u1@x.io,part_1,other@x.io,2020-01-01",
      ),
    );
    expect(short(dropped)).toEqual(["created"]);
    expect(codes(dropped)).not.toContain("preset");
    expect(world.stored(customer)).toMatchObject([{ email: "u1@x.io", partnership_key: null }]);
  });

  it.each([
    [
      "customers",
      "partner_id,application_approved,exported_at",
      "no_header",
      /It looks like an applications\.csv of a PartnerStack bundle, which cannot be imported\.$/,
    ],
    [
      "partners",
      "partner_id,customer_key,customer_email,customer_creation_date",
      "missing_header",
      /It looks like a customers\.csv of a PartnerStack bundle, which belongs below customers\.$/,
    ],
    [
      "rewards",
      "ID,Type,Amount,Earnings,Currency,Status",
      "missing_header",
      /^The file looks like a Dub commissions export, but nothing in it fills one of "partner_email", "partner_key", "partnership_key"\. Export it with "Partner ID", "Partner email"\.$/,
    ],
  ])("%s: %s is refused in plain words", async (type, header, code, reason) => {
    const world = await createImportWorld();
    const { job } = await world.drop(type, lines(header, header));
    expect(job).toMatchObject({ status: "failed", reason_code: code, reason: expect.stringMatching(reason) });
  });
});
