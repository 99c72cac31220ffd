import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { importJob } from "../../shared/records/import-job.ts";
import { createImportWorld, type Dropped, lines, short } from "./imports-harness.ts";

const PARTNERS = "partner_first,partner_last,partner_email";
const ROW = "Ada,Lovelace,ada@x.io";
const zip = Buffer.concat([Buffer.from([0x50, 0x4b, 0x03, 0x04, 0x14, 0, 6, 0, 8, 0]), Buffer.alloc(300, 7)]);
const packed = gzipSync(`${PARTNERS}\n${ROW}\n`);
const utf16be = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();

describe("a file whose place names no program", () => {
  it.each([
    ["imports/nobody/partners/a.csv", 'there is no program "nobody"'],
    ["imports/ACME/partners/a.csv", "the path names no program"],
    ["imports/a.csv", "the path names no program"],
  ])("%s is told to the operator, and left where it is", async (key, reason) => {
    const world = await createImportWorld();
    await world.open(world.put(key, lines(PARTNERS, ROW)));
    expect(world.mail.drain()).toEqual([{ mail: "file-not-placed", source: key, reason }]);
    expect(world.stored(importJob)).toEqual([]);
    expect([world.imports.messages, world.uploads.keys()]).toEqual([[], [key]]);
  });
});

/** Files that cannot be imported at all: why, in a code and in words. */
const REFUSED: readonly (readonly [
  title: string,
  type: string,
  body: string | Uint8Array,
  code: string,
  reason: RegExp,
])[] = [
  [
    "a type that there is not",
    "actions",
    lines("a,b"),
    "unknown_type",
    /^"actions" is not a type of file\. Drop it below one of: partners, customers, transactions, rewards, leads, deals, rates\.$/,
  ],
  ["a type that every object knows", "constructor", lines(PARTNERS, ROW), "unknown_type", /^"constructor" is not/],
  ["an Excel workbook", "partners", zip, "not_csv", /Excel workbook.*Save or export it as CSV/],
  ["a PDF", "partners", "%PDF-1.7 partner_first,partner_last", "not_csv", /PDF document/],
  [
    "a picture",
    "partners",
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]),
    "not_csv",
    /not text/,
  ],
  ["an empty file", "partners", "", "empty_file", /is empty/],
  ["a gzip archive that was cut off", "partners", packed.subarray(0, -4), "bad_gzip", /gzip archive is damaged/],
  [
    "a gzip archive that was damaged",
    "partners",
    Buffer.concat([packed.subarray(0, 12), Buffer.alloc(20, 0xff)]),
    "bad_gzip",
    /gzip archive is damaged/,
  ],
  ["a gzip archive of nothing", "partners", gzipSync(""), "empty_file", /is empty/],
  ["a gzip archive of an Excel workbook", "partners", gzipSync(zip), "not_csv", /Excel workbook/],
  ["a gzip archive of a gzip archive", "partners", gzipSync(packed), "not_csv", /gzip archive, not CSV/],
  ["a separator's line and nothing else", "partners", "sep=;\r\n", "empty_file", /is empty/],
  [
    "a header with a slip",
    "partners",
    lines("partner_first,partner_last,partner_emial", ROW),
    "missing_header",
    /lacks "partner_email"\. Did you mean "partner_email" by "partner_emial"\?/,
  ],
  ["a byte order mark and nothing else", "partners", "\u{feff}", "empty_file", /is empty/],
  ["nothing but line ends", "partners", "\r\n\r\n", "empty_file", /is empty/],
  ["a header line and no rows", "partners", `${PARTNERS}\n`, "no_rows", /no rows below it/],
  [
    "rows without a header",
    "partners",
    lines(ROW, "Bo,Ng,bo@x.io"),
    "no_header",
    /none of the headers of a partners file.*required partner_first, partner_last, partner_email/,
  ],
  [
    "the file of another type",
    "partners",
    lines("customer_key,email", "u1,u1@x.io"),
    "no_header",
    /none of the headers/,
  ],
  [
    "a header that lacks a column",
    "partners",
    lines("partner_first,partner_email", "Ada,ada@x.io"),
    "missing_header",
    /^The header lacks "partner_last"\./,
  ],
  [
    "a header that lacks all of a set",
    "transactions",
    lines("key,amount_in_cents", "t1,5"),
    "missing_header",
    /lacks one of "customer_key", "ps_customer_key"\./,
  ],
  [
    "a header with a column twice",
    "partners",
    lines(`${PARTNERS},Partner Email`, `${ROW},x`),
    "doubled_header",
    /"partner_email" more than once/,
  ],
  [
    "a header whose quote is never closed",
    "partners",
    lines(`"${PARTNERS}`, ROW),
    "bad_header",
    /first line cannot be read as CSV/,
  ],
  ["JSON", "partners", '{"partner_first": "Ada"}\n', "bad_header", /first line/],
  [
    "over a thousand rows that are no CSV",
    "partners",
    lines(PARTNERS, ...Array.from({ length: 1100 }, (_, at) => `Ada "${at}",L,a@x.io`)),
    "not_csv",
    /over a thousand records/i,
  ],
];

describe("a file that is no good", () => {
  it.each(REFUSED)("%s is reported, and consumed", async (_, type, body, code, reason) => {
    const world = await createImportWorld();
    const { job, outcomes, errors, mails } = await world.drop(type, body, { name: "march.csv" });
    expect(job).toMatchObject({
      type,
      filename: "march.csv",
      status: "failed",
      reason_code: code,
      reason: expect.stringMatching(reason),
      rows: { total: 0, processed: 0, failed: 0 },
      finished_at: world.clock(),
    });
    expect([outcomes, errors]).toEqual([[], undefined]);
    expect(mails).toEqual([{ mail: "import-finished", program: "acme", key: job.key }]);
    expect(world.imports.messages).toEqual([]);
  });

  it("a folder made in a console is no file at all", async () => {
    const world = await createImportWorld();
    await world.open(world.put("imports/acme/partners/", ""));
    expect([world.stored(importJob), world.mail.messages, world.imports.messages]).toEqual([[], [], []]);
  });

  it("a file beside the folders of the types is of no type", async () => {
    const world = await createImportWorld();
    const object = world.put("imports/acme/march.csv", lines(PARTNERS, ROW));
    await world.open(object);
    expect((await world.result(object)).job).toMatchObject({
      type: null,
      filename: "march.csv",
      status: "failed",
      reason_code: "unknown_type",
    });
  });

  it("a file that was replaced before it was read leaves the import to its newer self", async () => {
    const world = await createImportWorld();
    for (const [first, encoding] of [
      ["é", "utf8"],
      ["é", "latin1"],
      ["é", "utf16le"],
    ] as const) {
      const key = `imports/acme/partners/${encoding}.csv`;
      const older = world.put(key, Buffer.from(lines(PARTNERS, `${first},1,${encoding}@x.io`), encoding));
      const newer = world.put(key, Buffer.from(lines(PARTNERS, `${first},2,${encoding}@x.io`), encoding));
      await world.open(older);
      expect((await world.result(older)).job).toMatchObject({ status: "failed", reason_code: "file_replaced" });
      await world.open(newer);
      await world.drain();
      expect((await world.find("partnership", "email", `${encoding}@x.io`))?.last_name).toBe("2");
    }
  });

  it("a file that was removed before it was read is reported", async () => {
    const world = await createImportWorld();
    const object = world.put("imports/acme/partners/a.csv", lines(PARTNERS, ROW));
    await world.uploads.remove(object.key);
    await world.open(object);
    expect((await world.result(object)).job).toMatchObject({ status: "failed", reason_code: "file_gone" });
  });
});

const UNUSUAL = lines(`${PARTNERS},partner_tags`, "Zoë,Ng,zoe@x.io,a|b", 'Ada,"Love,; lace",ada@x.io,');
const semicolons = UNUSUAL.replace('"Love,; lace"', "@")
  .replaceAll(",", ";")
  .replace("@;", '"Love,; lace";')
  .replace("ada;", "ada@");

/** With a byte that is part of no character, in the place of one that stands for it. */
const strayByte = (text: string): Buffer => {
  const [before = "", behind = ""] = text.split("\ufffd");
  return Buffer.concat([Buffer.from(before), Buffer.from([0xe9]), Buffer.from(behind)]);
};

/** Files that are read all the same; each holds Zoë and Ada. */
const TOLERATED: readonly (readonly [title: string, body: string | Uint8Array, warnings: string[]])[] = [
  ["UTF-8", UNUSUAL, []],
  ["UTF-8 with a byte order mark", `\u{feff}${UNUSUAL}`, []],
  ["UTF-16 LE with a byte order mark", Buffer.from(`\u{feff}${UNUSUAL}`, "utf16le"), ["encoding"]],
  ["UTF-16 LE without", Buffer.from(UNUSUAL, "utf16le"), ["encoding"]],
  ["UTF-16 BE with a byte order mark", utf16be(`\u{feff}${UNUSUAL}`), ["encoding"]],
  ["UTF-16 BE without", utf16be(UNUSUAL), ["encoding"]],
  ["Windows-1252", Buffer.from(UNUSUAL, "latin1"), ["encoding"]],
  ["semicolons", semicolons, ["delimiter"]],
  ["tabs", semicolons.replaceAll(/;(?! lace)/g, "\t"), ["delimiter"]],
  ["upright strokes", semicolons.replace("a|b", "ab").replaceAll(/;(?! lace)/g, "|"), ["delimiter"]],
  ["quotes around headers", UNUSUAL.replace(PARTNERS, '"partner_first","partner_last","partner_email"'), []],
  [
    "headers and cells among blanks",
    UNUSUAL.replaceAll(/(?<=^|[,\n])(?=[\w"])/g, "\u00a0\u200b").replaceAll('\u00a0\u200b"', '"'),
    [],
  ],
  ["UTF-8 with a stray byte", strayByte(UNUSUAL.replace("a|b", "äöü\ufffd")), ["encoding"]],
  [
    "UTF-16 with a character of code zero",
    Buffer.from(UNUSUAL.replace("Ng", "N\0g"), "utf16le"),
    ["encoding", "zero_characters"],
  ],
  ["UTF-8 with one far behind its head", `${UNUSUAL}${"\n".repeat(70_000)}\0\n`, ["zero_characters"]],
  ["gzip", gzipSync(UNUSUAL), ["gzip"]],
  ["gzip of several members", Buffer.concat([gzipSync(UNUSUAL.slice(0, 60)), gzipSync(UNUSUAL.slice(60))]), ["gzip"]],
  ["gzip of UTF-16", gzipSync(Buffer.from(UNUSUAL, "utf16le")), ["gzip", "encoding"]],
  ["CRLF", UNUSUAL.replaceAll("\n", "\r\n"), []],
  ["bare CR", UNUSUAL.replaceAll("\n", "\r"), []],
  ["mixed line ends", UNUSUAL.replace("\n", "\r\n").replace("b\n", "b\r"), []],
  ["no line end at the end", UNUSUAL.trimEnd(), []],
  ["headers in capitals, with spaces", UNUSUAL.replace(PARTNERS, "Partner First,PARTNER_LAST,partner-email"), []],
  [
    "columns of no meaning",
    UNUSUAL.replace("partner_tags", "partner_tags,,age").replaceAll("io,", "io,,,"),
    ["unknown_header"],
  ],
];

describe("a file out of the ordinary", () => {
  it.each(TOLERATED)("is read all the same: %s", async (_, body, warnings) => {
    const world = await createImportWorld();
    const dropped = await world.drop("partners", body);
    expect(short(dropped)).toEqual(["created", "created"]);
    expect(dropped.outcomes.map(({ line }) => line)).toEqual([2, 3]);
    expect(dropped.job).toMatchObject({ status: "completed", bytes: Buffer.byteLength(body) });
    expect(dropped.job.warnings.map(({ code }) => code)).toEqual(warnings);
    expect(await world.find("partnership", "email", "ada@x.io")).toMatchObject({
      first_name: "Ada",
      last_name: "Love,; lace",
    });
    expect(await world.find("partnership", "email", "zoe@x.io")).toMatchObject({ first_name: "Zoë" });
  });

  it("knows a column by its other name", async () => {
    const world = await createImportWorld();
    const dropped = await world.drop("customers", lines("Customer Key,EMAIL,Company", 'u1,u1@x.io,"Cobol, Inc."'));
    expect(dropped.job.warnings).toEqual([]);
    expect(await world.find("customer", "customer_key", "u1")).toMatchObject({ company_name: "Cobol, Inc." });
  });
});

/** Rows that are no good, each between two good ones: what is told of it. */
const ROWS: readonly (readonly [title: string, type: string, header: string, bad: string, told: object])[] = [
  [
    "too few cells",
    "partners",
    PARTNERS,
    "Ada,Lovelace",
    { code: "ragged_row", column: null, message: "The row has 2 cells, the header 3" },
  ],
  [
    "too many cells",
    "partners",
    PARTNERS,
    "Ada,Love,lace,ada@x.io",
    { code: "ragged_row", column: null, message: "The row has 4 cells, the header 3" },
  ],
  [
    "a quote that is never closed",
    "partners",
    PARTNERS,
    '"Ada,Lovelace,ada@x.io',
    { code: "unclosed_quote", column: null, hint: 'Close it, or write a literal quote as "" inside quotes.' },
  ],
  ["a quote within a cell", "partners", PARTNERS, 'Ada "A",Lovelace,ada@x.io', { code: "bad_quote", column: null }],
  [
    "a row that is too long",
    "partners",
    PARTNERS,
    `Ada,${"x".repeat(131_072)},ada@x.io`,
    { code: "row_too_long", column: null },
  ],
  [
    "a cell that is too long",
    "partners",
    PARTNERS,
    `${"x".repeat(51)},Lovelace,ada@x.io`,
    { code: "too_long", column: "partner_first", message: "has 51 characters", hint: "Shorten it to 50 characters." },
  ],
  [
    "no address",
    "partners",
    PARTNERS,
    "Ada,Lovelace,",
    { code: "required", column: "partner_email", message: "is empty", hint: "Fill in partner_email." },
  ],
  [
    "an address that is none",
    "partners",
    PARTNERS,
    "Ada,Lovelace,ada(at)x.io",
    { code: "bad_email", column: "partner_email", hint: "Write it like name@company.com." },
  ],
  [
    "a group that there is not",
    "partners",
    `${PARTNERS},partner_group`,
    `${ROW},Platinum`,
    {
      code: "unknown_group",
      column: "partner_group",
      message: 'there is no group "Platinum"',
      hint: "Use one of the program's groups: Affiliates, Gold Resellers.",
    },
  ],
  [
    "a date that is none",
    "partners",
    `${PARTNERS},partner_joined_date`,
    `${ROW},soon`,
    { code: "bad_date", column: "partner_joined_date", message: '"soon" is not a date' },
  ],
  [
    "a date of which nothing tells whether its day is first",
    "partners",
    `${PARTNERS},partner_joined_date`,
    `${ROW},03/04/2026`,
    {
      code: "ambiguous_date",
      column: "partner_joined_date",
      hint: expect.stringMatching(/^Write dates as YYYY-MM-DD/),
    },
  ],
  [
    "a day that is in no calendar",
    "partners",
    `${PARTNERS},partner_joined_date`,
    `${ROW},2026-02-30`,
    { code: "bad_date", message: '"2026-02-30" does not exist in the calendar' },
  ],
  [
    "a partner that there is not",
    "customers",
    "customer_key,email,partner_key",
    "u9,u9@x.io,nobody",
    { code: "unknown_partner", column: "partner_key", hint: "Import the partner first, or correct the key." },
  ],
  [
    "both of an exactly-one set",
    "customers",
    "customer_key,ps_customer_key,email",
    "u9,cus_9,u9@x.io",
    { code: "not_exactly_one", column: "ps_customer_key" },
  ],
  [
    "none of an exactly-one set",
    "customers",
    "customer_key,ps_customer_key,email",
    ",,u9@x.io",
    { code: "not_exactly_one", column: "customer_key" },
  ],
  [
    "both of an at-most-one set",
    "customers",
    "customer_key,email,partner_key,partnership_key",
    "u9,u9@x.io,ada,part_1",
    { code: "not_exactly_one", column: "partnership_key" },
  ],
  [
    "an address that another holds",
    "customers",
    "customer_key,email",
    "u9,known@x.io",
    { code: "email_taken", column: "email", message: '"known@x.io" belongs to the customer "known"' },
  ],
  [
    "a provider key that another holds",
    "customers",
    "customer_key,email,provider_key",
    "u9,u9@x.io,p-known",
    { code: "provider_key_taken", column: "provider_key" },
  ],
  [
    "a customer that there is not",
    "transactions",
    "customer_key,amount_in_cents",
    "nobody,5",
    { code: "unknown_customer", column: "customer_key" },
  ],
  [
    "a number that is none",
    "transactions",
    "customer_key,amount_in_cents",
    "known,1000 cents",
    { code: "bad_number", column: "amount_in_cents" },
  ],
  [
    "a number that may be a thousand or a fraction",
    "transactions",
    "customer_key,amount_in_cents",
    "known,1.000",
    { code: "ambiguous_number", column: "amount_in_cents" },
  ],
  [
    "a currency sign beside cents",
    "transactions",
    "customer_key,amount_in_cents",
    "known,$5",
    { code: "ambiguous_number", column: "amount_in_cents" },
  ],
  [
    "a currency sign that is not the row's",
    "transactions",
    "customer_key,amount_in_dollars,currency",
    "known,€5,USD",
    {
      code: "currency_mismatch",
      column: "amount_in_dollars",
      message: "is in EUR, but the currency of the row is USD",
    },
  ],
  [
    "a sign of several currencies, none of them the one that is assumed",
    "transactions",
    "customer_key,amount_in_dollars",
    "known,¥5",
    { code: "currency_mismatch", column: "amount_in_dollars" },
  ],
  [
    "a fraction of a cent",
    "transactions",
    "customer_key,amount_in_cents",
    "known,1.5",
    { code: "too_many_decimals", column: "amount_in_cents" },
  ],
  [
    "too many decimals",
    "transactions",
    "customer_key,amount_in_dollars",
    "known,1.505",
    { code: "too_many_decimals", column: "amount_in_dollars" },
  ],
  [
    "an amount beyond all bounds",
    "transactions",
    "customer_key,amount_in_cents",
    "known,50000000001",
    { code: "amount_out_of_range", column: "amount_in_cents" },
  ],
  [
    "a currency that there is not",
    "transactions",
    "customer_key,amount_in_cents,currency",
    "known,5,Euro",
    { code: "bad_currency", column: "currency" },
  ],
  [
    "a status that there is not",
    "rewards",
    "partner_key,amount_in_cents,body,status",
    "ada,5,Thanks,open",
    { code: "bad_status", column: "status" },
  ],
  [
    "half a target",
    "rewards",
    "partner_key,amount_in_cents,body,target_type,target_key",
    "ada,5,Thanks,customer,",
    { code: "half_target", column: "target_key" },
  ],
  [
    "another partner's target",
    "rewards",
    "partner_key,amount_in_cents,body,target_type,target_key",
    "ada,5,Thanks,customer,known",
    { code: "foreign_target", column: "target_key" },
  ],
];

/** A good row for a header, the nth one. */
const goodRow = (header: string, nth: number): string => {
  const cells: Readonly<Record<string, string>> = {
    partner_first: "Good",
    partner_last: "Row",
    partner_email: `good${nth}@x.io`,
    customer_key: `good${nth}`,
    email: `good${nth}@x.io`,
    amount_in_cents: "5",
    amount_in_dollars: "5",
    partner_key: "ada",
    body: "Good",
  };
  const names = header.split(",");
  const row = names.map((name) => (name === "partner_key" && names.includes("email") ? "" : (cells[name] ?? "")));
  return row.join(",");
};

async function worldOfBadRows() {
  const world = await createImportWorld();
  await world.drop("partners", lines(`${PARTNERS},partner_key`, `${ROW},ada`, "Bo,Ng,bo@x.io,bo"));
  await world.drop(
    "customers",
    lines(
      "customer_key,email,partner_key,provider_key",
      "known,known@x.io,bo,p-known",
      "good1,good1@x.io,,",
      "good2,good2@x.io,,",
    ),
  );
  return world;
}

const isGood = ({ outcome }: Dropped["outcomes"][number]): boolean => outcome === "created" || outcome === "unchanged";

describe("a row that is no good", () => {
  it.each(ROWS)("%s: is told with its place, and costs no other row", async (_, type, header, bad, told) => {
    const world = await worldOfBadRows();
    const { job, outcomes, errors, mails } = await world.drop(
      type,
      lines(header, goodRow(header, 1), "", bad, goodRow(header, 2)),
    );
    expect(outcomes.map(isGood)).toEqual([true, false, true]);
    expect(outcomes[1]).toMatchObject({ row: 2, line: 4, outcome: "failed", key: null, ...told });
    expect(outcomes[1]?.hint).toMatch(/\.$/);
    expect(job).toMatchObject({ status: "completed", reason: null, rows: { total: 3, processed: 3, failed: 1 } });
    const { created, updated, unchanged, skipped, failed } = job.rows;
    expect(created + updated + unchanged + skipped + failed).toBe(3);
    expect(mails).toEqual([{ mail: "import-finished", program: "acme", key: job.key }]);
    expect(errors?.split("\r\n")).toHaveLength(3);
    expect(errors?.startsWith(`${header},row,column,code,message,hint\r\n`)).toBe(true);
  });

  it("tells all that is wrong with a row, beginning with the first cell", async () => {
    const world = await createImportWorld();
    const { outcomes } = await world.drop("partners", lines(`${PARTNERS},partner_joined_date`, ",Lovelace,ada,soon"));
    expect(outcomes).toMatchObject([
      {
        code: "bad_email",
        column: "partner_email",
        message:
          '"ada" is not an e-mail address. Also: partner_joined_date "soon" is not a date; partner_first is empty',
      },
    ]);
  });

  it("a blank row is skipped, a blank line is none", async () => {
    const world = await createImportWorld();
    const dropped = await world.drop("partners", lines(PARTNERS, ",,", "", "  ,  , ", ROW, "   "));
    expect(short(dropped)).toEqual(["skipped blank_row", "skipped blank_row", "created", "skipped blank_row"]);
    expect(dropped.job.rows).toMatchObject({ total: 4, skipped: 3, created: 1, failed: 0 });
    expect(dropped.errors).toBeUndefined();
  });

  it("cells beyond the header that are empty do no harm", async () => {
    const world = await createImportWorld();
    expect(short(await world.drop("partners", lines(PARTNERS, `${ROW},,`, `Bo,Ng,bo@x.io, ,x`)))).toEqual([
      "created",
      "failed ragged_row",
    ]);
  });

  it("a stray quote costs its own row, and no line behind it", async () => {
    const world = await createImportWorld();
    const dropped = await world.drop(
      "partners",
      lines(PARTNERS, '"Ada,L,a@x.io', "Bo,N,b@x.io", '"Cy",O,c@x.io', '"D\ni",P,d@x.io', "Ed,Q,e@x.io"),
    );
    expect(short(dropped)).toEqual(["failed bad_quote", "created", "created", "created", "created"]);
    expect(dropped.outcomes.map(({ line }) => line)).toEqual([2, 3, 4, 5, 7]);
  });
});
