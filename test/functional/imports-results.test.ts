import * as fc from "fast-check";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { cellText } from "../../shared/imports/cell-text.ts";
import { composeMail } from "../../shared/mail/compose-mail.ts";
import { DEFAULT_OPTIONS, importJob } from "../../shared/records/import-job.ts";
import { partnership } from "../../shared/records/partnership.ts";
import { transaction } from "../../shared/records/transaction.ts";
import { createCountingTokens } from "../fakes/counting-tokens.ts";
import { createMemoryLinkSigner } from "../fakes/memory-link-signer.ts";
import { createImportWorld, type ImportWorld, lines, short, shuffled } from "./imports-harness.ts";

const PARTNERS = "partner_first,partner_last,partner_email,partner_group";

const rowsOf = (text = "", delimiter = ","): string[][] => parse(text, { relax_column_count: true, delimiter });

async function mailOf(world: ImportWorld, key: string): Promise<string> {
  const composed = await composeMail(
    {
      table: world.table,
      ledger: world.ledger,
      bundleLinks: createMemoryLinkSigner(),
      reportLinks: createMemoryLinkSigner(),
      randomToken: createCountingTokens(),
      clock: world.clock,
    },
    { mail: "import-finished", program: "acme", key },
  );
  return composed.mail === undefined ? "" : `${composed.mail.to}\n${composed.mail.subject}\n${composed.mail.text}`;
}

describe("the error file", () => {
  it("holds the failed rows as they were written, in file order, each with its place and what to do", async () => {
    const world = await createImportWorld({ partRows: 2 });
    const text = lines(
      `${PARTNERS},Shoe Size`,
      "Ada,L,a@x.io,,7",
      'Bo,"N,\n""g""",b(at)x.io, gold ,8',
      "Cy,O,c@x.io,Nowhere,9",
      "Di,P,d@x.io,,",
      ",Q,e@x.io,,10",
    );
    const { errors } = await world.drop("partners", text);
    expect(rowsOf(errors)).toEqual([
      [
        "partner_first",
        "partner_last",
        "partner_email",
        "partner_group",
        "Shoe Size",
        "row",
        "column",
        "code",
        "message",
        "hint",
      ],
      [
        "Bo",
        'N,\n"g"',
        "b(at)x.io",
        " gold ",
        "8",
        "2",
        "partner_email",
        "bad_email",
        '"b(at)x.io" is not an e-mail address',
        "Write it like name@company.com.",
      ],
      [
        "Cy",
        "O",
        "c@x.io",
        "Nowhere",
        "9",
        "3",
        "partner_group",
        "unknown_group",
        'there is no group "Nowhere"',
        "Use one of the program's groups: Affiliates, Gold Resellers.",
      ],
      ["", "Q", "e@x.io", "", "10", "5", "partner_first", "required", "is empty", "Fill in partner_first."],
    ]);
  });

  it("works as it is once it is mended, however often", async () => {
    const world = await createImportWorld();
    const first = await world.drop(
      "partners",
      lines(PARTNERS, "Ada,L,a@x.io,", "Bo,N,b(at)x.io,", "Cy,O,c@x.io,Nowhere", "Di,P,d(at)x.io,Nowhere"),
    );
    const second = await world.drop("partners", (first.errors ?? "").replaceAll("(at)", "@"));
    expect(short(second)).toEqual(["created", "failed unknown_group", "failed unknown_group"]);
    expect(second.job.warnings).toEqual([]);
    expect(rowsOf(second.errors)[0]).toEqual([...PARTNERS.split(","), "row", "column", "code", "message", "hint"]);
    const third = await world.drop("partners", (second.errors ?? "").replaceAll("Nowhere", "Gold"));
    expect(short(third)).toEqual(["created", "created"]);
    expect(third.errors).toBeUndefined();
    expect(
      world
        .stored(partnership)
        .map(({ email }) => email)
        .toSorted(),
    ).toEqual(["a@x.io", "b@x.io", "c@x.io", "d@x.io"]);
  });

  it("fails again as it is when it is not mended", async () => {
    const world = await createImportWorld();
    const bad = ["Ada,Love,lace,a@x.io,", '"Bo,N,b@x.io,', "Cy", 'D"i,P,d@x.io,', "Ed,Q,e@x", "Flo,R,f@x.io,Nowhere"];
    const first = await world.drop("partners", lines(PARTNERS, ...bad));
    const again = await world.drop("partners", first.errors ?? "");
    expect(again.job.rows).toEqual({ ...first.job.rows, total: 6, failed: 6 });
    expect(world.stored(partnership)).toEqual([]);
  });

  it("keeps every cell of a row that has too many, so that nothing is lost by mending it", async () => {
    const world = await createImportWorld();
    const { errors = "" } = await world.drop("partners", lines(PARTNERS, "Ada,Love,lace,a@x.io,gold"));
    expect(errors).toContain("\r\nAda,Love,lace,a@x.io,gold,1,,ragged_row,");
    expect(short(await world.drop("partners", errors.replace("Love,lace", '"Love,lace"')))).toEqual(["created"]);
    expect(world.stored(partnership)).toMatchObject([{ last_name: "Love,lace" }]);
  });

  it("has the separator of the user's file", async () => {
    const world = await createImportWorld();
    const { errors = "" } = await world.drop("partners", lines(PARTNERS, "Ada,L,a(at)x.io,").replaceAll(",", ";"));
    expect(rowsOf(errors, ";")[1]?.slice(0, 6)).toEqual(["Ada", "L", "a(at)x.io", "", "1", "partner_email"]);
    expect(short(await world.drop("partners", errors.replace("(at)", "@")))).toEqual(["created"]);
  });

  it("gives back any failed cell, as the importer reads it", async () => {
    const unit = fc.constantFrom("a", ",", '"', "\n", " ", "=", "'", "é", "😀", "1", "-", "+", "@", "\t");
    const cell = fc.string({ unit, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 5 }), async (cells) => {
        const world = await createImportWorld({ partRows: 2 });
        const written = cells.map((text) => `"${text.replaceAll('"', '""')}",L,no address,`);
        const { errors } = await world.drop("partners", lines(PARTNERS, ...written));
        expect(
          rowsOf(errors)
            .slice(1)
            .map(([first]) => cellText(first)),
        ).toEqual(cells.map(cellText));
      }),
      { numRuns: 60, seed: 14 },
    );
  });

  it("gives back no cell that a spreadsheet takes for a formula, nor an unknown header, and reads its own again", async () => {
    const world = await createImportWorld();
    const cells = ["=1+1", "@SUM(A1)", "-2+3", "+49 30 1234", "-12.50", "'=kept", "\t=tab"];
    const written = cells.map((cell) => `${cell},L,no address,`);
    const { errors = "" } = await world.drop("partners", lines(`${PARTNERS},=cmd`, ...written.map((row) => `${row},`)));
    expect(rowsOf(errors).map(([first, , , , unknown]) => (first === "partner_first" ? unknown : first))).toEqual([
      "'=cmd",
      "'=1+1",
      "'@SUM(A1)",
      "'-2+3",
      "+49 30 1234",
      "-12.50",
      "'=kept",
      "'=tab",
    ]);
    let mended = 0;
    await world.drop(
      "partners",
      errors.replaceAll("no address", () => `p${(mended += 1)}@x.io`),
    );
    expect(new Set(world.stored(partnership).map(({ first_name }) => first_name))).toEqual(
      new Set(["=1+1", "@SUM(A1)", "-2+3", "+49 30 1234", "-12.50", "=kept", "=tab"]),
    );
  });

  it.each([
    ["31/03/2026", "03/04/2026", "2026-04-03"],
    ["03/31/2026", "03/04/2026", "2026-03-04"],
    ["31/03/2026", "03/04/2026 14:30", "2026-04-03 14:30:00"],
    ["31/03/2026", "03/04/2026 01:30 +02:00", "2026-04-02 23:30:00"],
    ["03/31/2026", "03.04.2026", "2026-03-04"],
    ["31/03/2026", "4 Mar 2026", "4 Mar 2026"],
    ["31/03/2026", "04/04/2026", "04/04/2026"],
    ["2026-03-31", "2026-04-03", "2026-04-03"],
  ])("beside %s writes %s as %s, so that it is the same date by itself", async (telling, date, written) => {
    const world = await createImportWorld();
    await world.drop("customers", lines("customer_key,email", "u1,u1@x.io"));
    const header = "key,customer_key,amount_in_cents,created_at,product_key";
    const rows = [`t1,u1,5,${telling},03/04/2026`, `t2,u9,5,${date},03/04/2026`];
    const first = await world.drop("transactions", lines(header, ...rows));
    expect(short(first)).toEqual(["created", "failed unknown_customer"]);
    expect(rowsOf(first.errors)[1]?.slice(0, 5)).toEqual(["t2", "u9", "5", written, "03/04/2026"]);
    const second = await world.drop("transactions", (first.errors ?? "").replace("u9", "u1"));
    expect(short(second)).toEqual(["created"]);
    // As it would have been in the whole file.
    const whole = await createImportWorld();
    await whole.drop("customers", lines("customer_key,email", "u1,u1@x.io"));
    await whole.drop("transactions", lines(header, ...rows).replace("u9", "u1"));
    const dates = (one: ImportWorld) => one.stored(transaction).map(({ key, created_at }) => [key, created_at]);
    expect(dates(world)).toEqual(dates(whole));
  });
});

/** A file, and what is told of its only row: its column, with that in the error file, and what to do. */
describe("a row that failed names the columns of its file", () => {
  it.each<[what: string, type: string, header: string, row: string, column: string, hint: RegExp]>([
    ["another name", "rewards", "partner_key,amount_in_cents,body", "ada,5,", "body", /^Fill in body\.$/],
    [
      "another spelling",
      "partners",
      "Partner First,partner_last, Partner-Email",
      "A,L,",
      "Partner-Email",
      /^Fill in Partner-Email\.$/,
    ],
    ["a bad cell", "rewards", "Partner Key,Amount in Cents,body", "ada,many,x", "Amount in Cents", /digits only/],
    ["a rule", "rewards", "Partner Key,amount_in_cents,body", "eve,5,x", "Partner Key", /Import the partner first/],
    [
      "two halves",
      "rewards",
      "partner_key,amount_in_cents,body,Target Type",
      "ada,5,x,customer",
      "target_key",
      /^Fill in both Target Type and target_key,/,
    ],
    [
      "a set of which it has one",
      "rewards",
      "Partner Email,amount_in_cents,body",
      ",5,x",
      "Partner Email",
      /^Fill in one of Partner Email, partner_key, partnership_key\.$/,
    ],
    [
      "a bundle's amount",
      "rewards",
      "Partner_id,reward_key,reward_amount,reward_description,reward_created_date,reward_status",
      "part_1,r1,many,x,2026-02-02 00:00:00,approved",
      "reward_amount",
      /decimal point/,
    ],
    [
      "a form",
      "leads",
      "First Name,last_name,E-mail,Company,partner_key,Stage",
      "G,,g@x.io,,ada,open",
      "last_name",
      /^Fill in last_name\.$/,
    ],
    [
      "a status",
      "leads",
      "First Name,last_name,email,Company,partner_key,Stage",
      "G,H,g@x.io,C,ada,lost",
      "Stage",
      /^Use one of: open/,
    ],
  ])("%s", async (_, type, header, row, column, hint) => {
    const world = await createImportWorld();
    await world.drop("partners", lines("partner_first,partner_last,partner_email,partner_key", "Ada,L,ada@x.io,ada"));
    const { outcomes, errors } = await world.drop(type, lines(header, row));
    expect(outcomes).toMatchObject([{ outcome: "failed", column, hint: expect.stringMatching(hint) }]);
    expect(rowsOf(errors)[1]?.at(-4)).toBe(column);
  });

  it("also where its group asks for more, where several cells are at fault, and in what was put right", async () => {
    const form = [
      { api_name: "seats", label: "Seats needed", required: true },
      { api_name: "email", required: false },
    ];
    const world = await createImportWorld({
      program: {
        groups: [
          { name: "A", slug: "a", default: true, lead_form: form },
          { name: "B", slug: "b" },
        ],
      },
    });
    await world.drop("partners", lines("partner_first,partner_last,partner_email,partner_key", "Ada,L,ada@x.io,ada"));
    const leads = await world.drop("leads", lines("partner_key,Status,Seats Needed", "ada,open,"));
    expect(leads.outcomes).toMatchObject([
      { column: "Seats Needed", hint: 'Fill in Seats Needed: the form of the group "A" asks for it.' },
    ]);
    const rewards = await world.drop(
      "rewards",
      lines("Partner Key,Amount in Dollars,Body,Created At", "ada,$5,x,31/03/2026", "ada,,,soon"),
    );
    expect(rewards.outcomes[1]).toMatchObject({
      column: "Created At",
      message:
        '"soon" is not a date. Also: Body is empty; Amount in Dollars none of amount_in_cents, Amount in Dollars is filled in',
    });
    expect(rewards.job.warnings.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        'Currency signs in "Amount in Dollars" were taken off the amounts.',
        'Dates in "Created At" were read as day, month, year.',
      ]),
    );
  });

  it("the same when rows are decided once more by what was noted of them", async () => {
    const text = lines(
      "First Name,last_name,email,Company,partner_key,Stage",
      "G,H,g@x.io,C,ada,lost",
      "I,J,i@x.io,C,eve,open",
    );
    const told = async (deliveries?: ReturnType<typeof shuffled>) => {
      const world = await createImportWorld();
      await world.drop("partners", lines("partner_first,partner_last,partner_email,partner_key", "Ada,L,ada@x.io,ada"));
      return (await world.drop("leads", text, deliveries && { deliveries })).outcomes.map(({ column }) => column);
    };
    expect(await told()).toEqual(["Stage", "partner_key"]);
    for (const seed of [1, 2, 3, 4]) expect(await told(shuffled(seed))).toEqual(["Stage", "partner_key"]);
  });
});

describe("an import that is done", () => {
  it("says so in a mail, with its counts", async () => {
    const world = await createImportWorld();
    const { job, mails } = await world.drop("partners", lines(PARTNERS, "Ada,L,a@x.io,", "Bo,N,b@x.io,"), {
      name: "march.csv",
    });
    expect(mails).toEqual([{ mail: "import-finished", program: "acme", key: job.key }]);
    const mail = await mailOf(world, job.key);
    expect(mail).toMatch(/^owner@acme\.example\nImport of march\.csv is done\n/);
    expect(mail).toContain("created: 2\nupdated: 0\nunchanged: 0\nskipped: 0\nfailed: 0\nrows in the file: 2");
  });

  it("says how many rows failed, and where to find them", async () => {
    const world = await createImportWorld();
    const { job } = await world.drop("partners", lines(PARTNERS, "Ada,L,a@x.io,", "Bo,N,,"), { name: "march.csv" });
    const mail = await mailOf(world, job.key);
    expect(mail).toContain("Import of march.csv is done, but 1 row failed");
    expect(mail).toContain(`Error file: GET /api/v2/imports/${job.key}/errors.csv`);
  });

  it.each(["", "dry-run/"])("carries a link to the error file, and says when it closes (%j)", async (folder) => {
    const world = await createImportWorld();
    const { job, errors } = await world.drop("partners", lines(PARTNERS, "Bo,N,,"), { name: "march.csv", folder });
    const mail = await mailOf(world, job.key);
    const [link = ""] = /https:\S+/.exec(mail) ?? [];
    const { pathname, searchParams } = new URL(link);
    expect(Object.fromEntries(searchParams)).toEqual({ minutes: "30", filename: "march-errors.csv" });
    expect(world.uploads.text(pathname.slice(1))).toBe(errors);
    const closes = new Date(world.clock() + 30 * 60_000).toISOString().slice(0, 19).replace("T", " ");
    expect(mail).toContain(`the link closes in 30 minutes, at ${closes} UTC`);
  });

  it("says why a file did not work", async () => {
    const world = await createImportWorld();
    const { job } = await world.drop("partners", "a,b\n1,2\n", { name: "march.csv" });
    const mail = await mailOf(world, job.key);
    expect(mail).toContain("Import of march.csv did not work");
    expect(mail).toContain("The first line holds none of the headers of a partners file.");
  });

  it("knows file, size, digest, options, and when it began and ended", async () => {
    const world = await createImportWorld();
    const { job } = await world.drop("partners", lines(PARTNERS, "Ada,L,a@x.io,"), {
      folder: "disable-triggers/",
      name: "march 2026.csv",
    });
    expect(job).toEqual({
      program: "acme",
      key: expect.stringMatching(/^imp_\w{26}$/),
      type: "partners",
      source: "imports/acme/partners/disable-triggers/march 2026.csv",
      filename: "march 2026.csv",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      bytes: 69,
      status: "completed",
      reason_code: null,
      reason: null,
      options: { ...DEFAULT_OPTIONS, disable_triggers: true },
      rows: { total: 1, processed: 1, created: 1, updated: 0, unchanged: 0, skipped: 0, failed: 0 },
      phase: "import",
      effects: { rewards: 0, mails: 0, moves: 0 },
      reward_amounts: {},
      warnings: [],
      started_at: world.clock(),
      finished_at: world.clock(),
      requested_by: "bucket",
      cancel_requested_at: null,
      undo: null,
      archive_key: null,
      parts: 1,
      parts_done: 1,
      created_at: world.clock(),
      updated_at: world.clock(),
    });
  });

  it("is one job however often its file is announced, and another one when the file is put again", async () => {
    const world = await createImportWorld();
    const object = world.put("imports/acme/partners/a.csv", lines(PARTNERS, "Ada,L,a@x.io,"));
    await Promise.all([world.open(object), world.open(object)]);
    await world.drain();
    await world.open(object);
    expect([world.stored(importJob).length, world.imports.messages.length]).toEqual([1, 0]);
    await world.open(world.put("imports/acme/partners/a.csv", lines(PARTNERS, "Ada,L,a@x.io,")));
    expect(world.stored(importJob)).toHaveLength(2);
  });

  it("is untouched by what becomes of the dropped file while it runs", async () => {
    const world = await createImportWorld({ partRows: 1 });
    const object = world.put("imports/acme/partners/a.csv", lines(PARTNERS, "Ada,L,a@x.io,", "Bo,N,b@x.io,"));
    await world.open(object);
    await world.uploads.remove(object.key);
    await world.drain();
    expect((await world.result(object)).job.rows).toMatchObject({ created: 2 });
  });

  it("goes on when its announcement comes again, though the dropped file has been replaced", async () => {
    const world = await createImportWorld({ partRows: 1 });
    const object = world.put("imports/acme/partners/a.csv", lines(PARTNERS, "Ada,L,a@x.io,", "Bo,N,b@x.io,"));
    await world.open(object);
    // The opener died before it sent the first message.
    world.imports.drain();
    world.put(object.key, lines(PARTNERS, "Eve,X,e@x.io,"));
    await world.open(object);
    await world.drain();
    const { job, mails } = await world.result(object);
    expect([job.status, job.rows.created, mails.length]).toEqual(["completed", 2, 1]);
  });

  it("keeps its options and outcomes apart from another program's", async () => {
    const world = await createImportWorld();
    const { job } = await world.drop("partners", lines(PARTNERS, "Ada,L,a@x.io,"));
    const items = world.table.items().filter(({ pk }) => !pk.startsWith("acme/") && !/^(credential|token)\//.test(pk));
    expect(items).toEqual([]);
    const mine = world.uploads.keys().filter((key) => key.includes(job.key));
    expect(mine.every((key) => /^(work|reports)\/acme\/imp_/.test(key))).toBe(true);
  });
});

describe("parts in any order", () => {
  it("are the same import, with every row told once", async () => {
    const rows = Array.from({ length: 23 }, (_, at) => `P${at},L,p${at % 17}@x.io,${at % 5 === 0 ? "Nowhere" : ""}`);
    const inOrder = await createImportWorld();
    const expected = await inOrder.drop("partners", lines(PARTNERS, ...rows));
    for (let seed = 1; seed <= 5; seed++) {
      const world = await createImportWorld({ partRows: 3, waveRows: 2 });
      const dropped = await world.drop("partners", lines(PARTNERS, ...rows), { deliveries: shuffled(seed) });
      expect(dropped.outcomes).toEqual(expected.outcomes);
      expect(dropped.errors).toBe(expected.errors);
      expect(dropped.job.rows).toEqual(expected.job.rows);
      expect(new Set(dropped.mails.map((mail) => JSON.stringify(mail))).size).toBe(1);
    }
  });
});

describe("a message that comes again", () => {
  it("about a part that is done writes nothing, and sends the import on", async () => {
    const world = await createImportWorld({ partRows: 1 });
    await world.drop("partners", lines(PARTNERS, "Ada,L,a@x.io,"));
    await world.open(
      world.put("imports/acme/customers/u.csv", lines("customer_key,email", "u1,u1@x.io", "u2,u2@x.io")),
    );
    const [first] = world.imports.drain();
    if (first === undefined) throw new Error("no message");
    await world.work(first);
    const [next] = world.imports.drain();
    const { write } = world.table.units;
    const keys = world.uploads.keys();
    await world.work(first);
    expect(world.imports.drain()).toEqual([next]);
    expect([world.table.units.write, world.uploads.keys()]).toEqual([write, keys]);
  });

  it("about an import that is over does nothing but ask for its mail once more", async () => {
    const world = await createImportWorld();
    const object = world.put("imports/acme/partners/a.csv", lines(PARTNERS, "Ada,L,a@x.io,"));
    await world.open(object);
    const [part] = world.imports.drain();
    if (part === undefined) throw new Error("no message");
    await world.work(part);
    const [close] = world.imports.drain();
    if (close === undefined) throw new Error("no message");
    await world.work(close);
    const items = world.table.items();
    for (const message of [part, close, part]) await world.work(message);
    expect(world.table.items()).toEqual(items);
    expect(world.imports.messages).toEqual([]);
    expect(new Set(world.mail.drain().map((mail) => JSON.stringify(mail))).size).toBe(1);
  });
});
