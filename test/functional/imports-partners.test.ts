import { describe, expect, test } from "vitest";
import type { ProgramInput } from "../../shared/access/create-program.ts";
import { group } from "../../shared/records/group.ts";
import { manager } from "../../shared/records/manager.ts";
import { PARTNER_DEFAULTS, partnership } from "../../shared/records/partnership.ts";
import { tag } from "../../shared/records/tag.ts";
import { createImportWorld, type ImportWorld, lines, short } from "./imports-harness.ts";

const REQUIRED = "partner_first,partner_last,partner_email";
const ALL = `${REQUIRED},partner_key,partner_group,partner_joined_date,partner_manager,partner_tags`;
const ADA = "Ada,Lovelace,ada@agency.example,ada,gold,2025-03-01 09:30,grace@acme.example,emea|vip";

const groupKey = (world: ImportWorld, name: string) => world.stored(group).find((one) => one.name === name)?.key;
const partner = (world: ImportWorld, key: string) => world.find("partnership", "partner_key", key);

test("makes a partner of every field", async () => {
  const world = await createImportWorld();
  const dropped = await world.drop("partners", lines(ALL, ADA));
  expect(short(dropped)).toEqual(["created"]);
  const joined = Date.parse("2025-03-01T09:30Z");
  const [ada] = world.stored(partnership);
  expect(ada).toEqual({
    ...PARTNER_DEFAULTS,
    test: null,
    program: "acme",
    key: expect.stringMatching(/^part_\w{26}$/),
    partner_key: "ada",
    email: "ada@agency.example",
    first_name: "Ada",
    last_name: "Lovelace",
    group_key: groupKey(world, "Gold Resellers"),
    manager: "grace@acme.example",
    tags: ["emea", "vip"],
    fields: {},
    status: "approved",
    archived: false,
    joined_at: joined,
    group_joined_at: joined,
    created_at: joined,
    updated_at: dropped.job.created_at,
  });
  expect(dropped.outcomes).toEqual([
    { row: 1, line: 2, outcome: "created", key: ada?.key, code: null, column: null, message: null, hint: null },
  ]);
});

test("fills in the default group, a key of its own, and the moment of import", async () => {
  const world = await createImportWorld();
  const { job } = await world.drop(
    "partners",
    lines(REQUIRED, "Ada,Lovelace,ada@agency.example", "Bo,Ng,bo@agency.example"),
  );
  const [one, other] = world.stored(partnership);
  expect(one).toMatchObject({
    group_key: groupKey(world, "Affiliates"),
    manager: null,
    tags: [],
    joined_at: job.created_at,
    group_joined_at: job.created_at,
  });
  expect([one?.partner_key, other?.partner_key]).toEqual([
    expect.stringMatching(/^\w{12}$/),
    expect.stringMatching(/^\w{12}$/),
  ]);
  expect(one?.partner_key).not.toBe(other?.partner_key);
});

test.each(["Gold Resellers", "gold resellers", "gold", "GOLD"])("finds a group as %s", async (name) => {
  const world = await createImportWorld();
  await world.drop("partners", lines(`${REQUIRED},partner_group`, `Ada,Lovelace,ada@x.io,${name}`));
  expect(world.stored(partnership)[0]?.group_key).toBe(groupKey(world, "Gold Resellers"));
});

test("finds a group by its key", async () => {
  const world = await createImportWorld();
  const key = groupKey(world, "Gold Resellers") ?? "";
  await world.drop("partners", lines(`${REQUIRED},partner_group`, `Ada,Lovelace,ada@x.io,${key}`));
  expect(world.stored(partnership)[0]?.group_key).toBe(key);
});

test("the same file again changes nothing but the jobs", async () => {
  const world = await createImportWorld();
  const text = lines(ALL, ADA, "Bo,Ng,bo@x.io,,,,,", "Cy,Oz,cy@x.io,cy,,,,a");
  await world.drop("partners", text);
  const others = () => world.table.items().filter(({ pk }) => !/^acme\/(import|audit)\//.test(pk));
  const before = others();
  expect(short(await world.drop("partners", text))).toEqual(["unchanged", "unchanged", "unchanged"]);
  expect(others()).toEqual(before);
});

test("finds a partner by address without regard to case, and leaves the address as it is written", async () => {
  const world = await createImportWorld();
  await world.drop("partners", lines(ALL, ADA));
  const text = lines(REQUIRED, "Ada,Lovelace,ADA@Agency.example");
  expect(short(await world.drop("partners", text))).toEqual(["unchanged"]);
  expect(short(await world.drop("partners", lines(REQUIRED, "Ada,Byron,ADA@Agency.example")))).toEqual(["updated"]);
  expect(world.stored(partnership)).toMatchObject([{ email: "ada@agency.example", last_name: "Byron" }]);
});

test("cells left empty keep what is stored", async () => {
  const world = await createImportWorld();
  await world.drop("partners", lines(ALL, ADA));
  const [before] = world.stored(partnership);
  const { job } = await world.drop("partners", lines(ALL, "Augusta,King,ada@agency.example,,,,,"));
  expect(world.stored(partnership)).toEqual([
    { ...before, first_name: "Augusta", last_name: "King", updated_at: job.created_at },
  ]);
});

test("tags and manager are replaced, not added to", async () => {
  const world = await createImportWorld();
  await world.drop("partners", lines(ALL, ADA));
  await world.drop(
    "partners",
    lines(`${REQUIRED},partner_tags,partner_manager`, "Ada,Lovelace,ada@agency.example,latam,Max"),
  );
  expect(world.stored(partnership)).toMatchObject([{ tags: ["latam"], manager: "Max" }]);
});

test("a move to another group is dated, naming the same group again is not", async () => {
  const world = await createImportWorld();
  await world.drop("partners", lines(ALL, ADA));
  const { group_joined_at } = (await partner(world, "ada")) ?? {};
  await world.drop(
    "partners",
    lines(`${REQUIRED},partner_group,partner_tags`, "Ada,Lovelace,ada@agency.example,Gold Resellers,x"),
  );
  expect(await partner(world, "ada")).toMatchObject({ group_joined_at });
  const { job } = await world.drop(
    "partners",
    lines(`${REQUIRED},partner_group`, "Ada,Lovelace,ada@agency.example,affiliates"),
  );
  expect(await partner(world, "ada")).toMatchObject({
    group_key: groupKey(world, "Affiliates"),
    group_joined_at: job.created_at,
  });
});

test("a changed key leads to the partner, and so does the former one", async () => {
  const world = await createImportWorld();
  await world.drop("partners", lines(ALL, ADA));
  expect(
    short(await world.drop("partners", lines(`${REQUIRED},partner_key`, "Ada,Lovelace,ada@agency.example,countess"))),
  ).toEqual(["updated"]);
  const [ada] = world.stored(partnership);
  expect(ada?.partner_key).toBe("countess");
  for (const key of ["countess", "ada"]) expect((await partner(world, key))?.key).toBe(ada?.key);
  // A file of before keeps working and changes nothing back.
  expect(short(await world.drop("partners", lines(ALL, ADA)))).toEqual(["unchanged"]);
  expect((await partner(world, "ada"))?.partner_key).toBe("countess");
  const customers = await world.drop(
    "customers",
    lines("customer_key,email,partner_key", "u1,u1@x.io,ada", "u2,u2@x.io,countess"),
  );
  expect(short(customers)).toEqual(["created", "created"]);
});

test("a former key is free for nobody else", async () => {
  const world = await createImportWorld();
  await world.drop(
    "partners",
    lines(`${REQUIRED},partner_key`, "Ada,Lovelace,ada@x.io,ada", "Ada,Lovelace,ada@x.io,countess"),
  );
  const dropped = await world.drop(
    "partners",
    lines(`${REQUIRED},partner_key`, "Bo,Ng,bo@x.io,bo", "Bo,Ng,bo@x.io,ada"),
  );
  expect(short(dropped)).toEqual(["created", "failed key_taken"]);
});

test("a changed address is found, and the former one is free", async () => {
  const world = await createImportWorld();
  await world.drop("partners", lines(ALL, ADA));
  const dropped = await world.drop(
    "partners",
    lines(
      `${REQUIRED},partner_key`,
      "Ada,King,ada@king.example,ada",
      "Eve,Imposter,ada@agency.example,",
      "Ada,King,ada@king.example,",
    ),
  );
  expect(short(dropped)).toEqual(["updated", "created", "unchanged"]);
  expect((await world.find("partnership", "email", "ada@king.example"))?.last_name).toBe("King");
  expect((await world.find("partnership", "email", "ada@agency.example"))?.last_name).toBe("Imposter");
});

test("two partners exchange their addresses within a file, by way of a third", async () => {
  const world = await createImportWorld();
  await world.drop("partners", lines(`${REQUIRED},partner_key`, "Ada,L,a@x.io,a", "Bo,N,b@x.io,b"));
  const swap = lines(`${REQUIRED},partner_key`, "Ada,L,tmp@x.io,a", "Bo,N,a@x.io,b", "Ada,L,b@x.io,a");
  expect(short(await world.drop("partners", swap))).toEqual(["updated", "updated", "updated"]);
  expect([(await partner(world, "a"))?.email, (await partner(world, "b"))?.email]).toEqual(["b@x.io", "a@x.io"]);
});

test("a row that names one partner's address and another's key fails, and costs no other row", async () => {
  const world = await createImportWorld();
  const dropped = await world.drop(
    "partners",
    lines(`${REQUIRED},partner_key`, "Ada,L,a@x.io,a", "Bo,N,b@x.io,b", "Ada,L,a@x.io,b", "Cy,O,c@x.io,c"),
  );
  expect(short(dropped)).toEqual(["created", "created", "failed key_taken", "created"]);
  expect(dropped.outcomes[2]).toMatchObject({
    row: 3,
    line: 4,
    column: "partner_key",
    message: `"b" is another partner's key`,
  });
});

test("a later row for the same partner wins, and each row is told as it was", async () => {
  const world = await createImportWorld({ partRows: 2, waveRows: 2 });
  const dropped = await world.drop(
    "partners",
    lines(
      ALL,
      "Ada,1,a@x.io,a,gold,,,x",
      "Ada,2,a@x.io,,,,,",
      "Ada,2,A@x.io,a,,,,",
      "Ada,3,a@x.io,,,,Max,",
      "Bo,1,b@x.io,b,,,,",
    ),
  );
  expect(short(dropped)).toEqual(["created", "updated", "unchanged", "updated", "created"]);
  expect(await partner(world, "a")).toMatchObject({
    last_name: "3",
    manager: "Max",
    tags: ["x"],
    group_key: groupKey(world, "Gold Resellers"),
  });
});

test("text that was guarded against formulas on its way out comes in as it was", async () => {
  const world = await createImportWorld();
  await world.drop("partners", lines(`${REQUIRED},partner_tags`, "'=Ada,'+1,a@x.io,'@x|y", "'Ada,O'Neil,b@x.io,''=x"));
  expect(world.stored(partnership).toSorted((a, b) => (a.email < b.email ? -1 : 1))).toMatchObject([
    { first_name: "=Ada", last_name: "+1", tags: ["@x", "y"] },
    { first_name: "'Ada", last_name: "O'Neil", tags: ["'=x"] },
  ]);
});

describe("managers and tags", () => {
  const NAMED = `${REQUIRED},partner_manager,partner_tags`;
  const managers = (world: ImportWorld) =>
    world
      .stored(manager)
      .map(({ email, name }) => email ?? name ?? "")
      .toSorted();
  const tags = (world: ImportWorld) =>
    world
      .stored(tag)
      .map(({ name }) => name)
      .toSorted();

  test("are made with the partners that name them", async () => {
    const world = await createImportWorld();
    const { job } = await world.drop("partners", lines(NAMED, "Ada,L,ada@x.io,grace@acme.example,emea|VIP"));
    const dates = { created_at: job.created_at, updated_at: job.created_at };
    expect(world.stored(manager)).toEqual([
      {
        program: "acme",
        key: expect.stringMatching(/^mgr_\w{26}$/),
        email: "grace@acme.example",
        name: null,
        ...dates,
      },
    ]);
    expect(world.stored(tag)).toHaveLength(2);
    expect(world.stored(tag)).toContainEqual({
      program: "acme",
      key: expect.stringMatching(/^tag_\w{26}$/),
      name: "VIP",
      ...dates,
    });
  });

  test.each([400, 3, 1])("are one each, whoever names them in what letters, %i rows at a time", async (waveRows) => {
    const world = await createImportWorld({ waveRows, partRows: 10 });
    const rows = Array.from(
      { length: 40 },
      (_, at) => `P,${at},p${at}@x.io,${at % 2 ? "Max Moe" : "MAX MOE"},${at % 3 ? "gold|emea" : "Gold"}|t${at % 4}`,
    );
    const dropped = await world.drop("partners", lines(NAMED, ...rows));
    expect(short(dropped)).toEqual(rows.map(() => "created"));
    expect(managers(world)).toEqual(["MAX MOE"]);
    expect(tags(world)).toEqual(["Gold", "emea", "t0", "t1", "t2", "t3"]);
  });

  test("cost a wave no further round", async () => {
    let reads = 0;
    const world = await createImportWorld({
      around: (ports) => ({
        ...ports,
        table: {
          ...ports.table,
          get: (places) => {
            reads += places.length;
            return ports.table.get(places);
          },
        },
      }),
    });
    const file = (people: number, cells: (at: number) => string) =>
      lines(NAMED, ...Array.from({ length: people }, (_, at) => `P,${at},${cells(at)}`));
    await world.drop(
      "partners",
      file(400, (at) => `a${at}@x.io,,`),
    );
    const plain = reads;
    reads = 0;
    await world.drop(
      "partners",
      file(400, (at) => `b${at}@x.io,Manager ${at % 20},t${at % 30}|all`),
    );
    expect([managers(world).length, tags(world).length]).toEqual([20, 31]);
    expect(reads).toBeLessThan(plain + 100);
  });

  test("are made for a partner that is there, too, and stay when it gives them up", async () => {
    const world = await createImportWorld();
    await world.drop("partners", lines(REQUIRED, "Ada,L,ada@x.io"));
    await world.drop("partners", lines(NAMED, "Ada,L,ada@x.io,Max,gold"));
    await world.drop("partners", lines(NAMED, "Ada,L,ada@x.io,Mia,silver|SILVER"));
    expect([managers(world), tags(world)]).toEqual([
      ["Max", "Mia"],
      ["gold", "silver"],
    ]);
  });

  test("of a row that fails are not made", async () => {
    const world = await createImportWorld();
    const dropped = await world.drop(
      "partners",
      lines(`${NAMED},partner_group`, "Ada,L,ada@x.io,Max,gold,nobody's", "Bo,N,bo@x.io,Mia,,"),
    );
    expect(short(dropped)).toEqual(["failed unknown_group", "created"]);
    expect([managers(world), tags(world)]).toEqual([["Mia"], []]);
  });

  test("of the longest names, and as many as a row may have, fit", async () => {
    const world = await createImportWorld();
    const many = Array.from({ length: 50 }, (_, at) => `${String(at).padStart(2, "0")}${"語".repeat(98)}`).join("|");
    const dropped = await world.drop("partners", lines(NAMED, `Ada,L,ada@x.io,${"ü".repeat(254)},${many}`));
    expect(short(dropped)).toEqual(["created"]);
    expect(tags(world)).toHaveLength(50);
  });

  test("of rows that all bring many of their own are all made", async () => {
    const world = await createImportWorld();
    const own = (at: number) => Array.from({ length: 50 }, (_, tagAt) => `t${at}.${tagAt}`).join("|");
    const rows = Array.from({ length: 5 }, (_, at) => `P,${at},p${at}@x.io,m${at},${own(at)}`);
    expect(short(await world.drop("partners", lines(NAMED, ...rows)))).toEqual(rows.map(() => "created"));
    expect([managers(world).length, tags(world).length]).toEqual([5, 250]);
  });

  test("that differ only far behind are two", async () => {
    const world = await createImportWorld();
    const long = "m".repeat(253);
    await world.drop("partners", lines(NAMED, `A,L,a@x.io,${long}1,`, `B,L,b@x.io,${long}2,`));
    expect(managers(world)).toEqual([`${long}1`, `${long}2`]);
  });
});

describe("fields of the program's own", () => {
  const PROGRAM: Partial<ProgramInput> = {
    partner_fields: [
      { api_name: "website" },
      { api_name: "staff", label: "Number of people", type: "number" },
      { api_name: "certified_on", type: "date" },
      { api_name: "nda", type: "flag" },
      { api_name: "region", type: "choice", options: ["EMEA", "Latin America"] },
      { api_name: "billing", type: "email" },
    ],
  };
  const OWN = `${REQUIRED},website,Number of people,certified_on,nda,region,billing`;

  test("are read by their types, and headed by api_name or label", async () => {
    const world = await createImportWorld({ program: PROGRAM });
    const dropped = await world.drop(
      "partners",
      lines(OWN, "Ada,L,ada@x.io,ada.example,12,2026-01-31 10:00,no,latin_america,bills@x.io"),
    );
    expect([short(dropped), dropped.job.warnings]).toEqual([["created"], []]);
    expect(world.stored(partnership)[0]?.fields).toEqual({
      website: "ada.example",
      staff: 12,
      certified_on: "2026-01-31",
      nda: false,
      region: "Latin America",
      billing: "bills@x.io",
    });
  });

  test("keep what cells leave empty", async () => {
    const world = await createImportWorld({ program: PROGRAM });
    await world.drop("partners", lines(OWN, "Ada,L,ada@x.io,ada.example,12,,,,"));
    expect(short(await world.drop("partners", lines(OWN, "Ada,L,ada@x.io,,12,,,,")))).toEqual(["unchanged"]);
    expect(short(await world.drop("partners", lines(OWN, "Ada,L,ada@x.io,,0,,yes,,")))).toEqual(["updated"]);
    expect(world.stored(partnership)[0]?.fields).toEqual({ website: "ada.example", staff: 0, nda: true });
  });

  test.each([
    [`${"x".repeat(2001)},,,,,`, "too_long", "website"],
    [",few,,,,", "bad_number", "Number of people"],
    [",,2026-02-30,,,", "bad_date", "certified_on"],
    [",,,perhaps,,", "bad_flag", "nda"],
    [",,,,Mars,", "bad_choice", "region"],
    [",,,,,nobody", "bad_email", "billing"],
  ])("refuse %s", async (cells, code, column) => {
    const world = await createImportWorld({ program: PROGRAM });
    const { outcomes } = await world.drop("partners", lines(OWN, `Ada,L,ada@x.io,${cells}`, "Bo,N,bo@x.io,,,,,,"));
    expect(outcomes).toMatchObject([
      { line: 2, outcome: "failed", code, column },
      { line: 3, outcome: "created" },
    ]);
  });

  test("that are required are demanded of header and row", async () => {
    const world = await createImportWorld({ program: { partner_fields: [{ api_name: "vat", required: true }] } });
    const { job } = await world.drop("partners", lines(REQUIRED, "Ada,L,ada@x.io"));
    expect(job).toMatchObject({ reason_code: "missing_header", reason: expect.stringContaining('"vat"') });
    const { outcomes } = await world.drop("partners", lines(`${REQUIRED},VAT`, "Ada,L,ada@x.io,", "Bo,N,bo@x.io,GB1"));
    expect(outcomes).toMatchObject([{ code: "required", column: "VAT" }, { outcome: "created" }]);
  });
});

describe("a group of partners", () => {
  const MOVE = `${REQUIRED},partner_group`;
  const people = Array.from({ length: 60 }, (_, at) => `P,${at},p${at}@x.io`);

  test("is moved by one file, and a row without a group stays where it is", async () => {
    const world = await createImportWorld({ partRows: 25, waveRows: 10 });
    await world.drop("partners", lines(MOVE, ...people.map((one) => `${one},affiliates`)));
    const text = lines(MOVE, ...people.map((one, at) => `${one},${at % 3 ? "gold" : ""}`));
    const dropped = await world.drop("partners", text);
    expect(short(dropped)).toEqual(people.map((_, at) => (at % 3 ? "updated" : "unchanged")));
    const gold = groupKey(world, "Gold Resellers");
    const moved = world.stored(partnership).filter((one) => one.group_key === gold);
    expect(moved).toHaveLength(40);
    for (const one of moved) expect(one.group_joined_at).toBe(dropped.job.created_at);
    expect(short(await world.drop("partners", text))).toEqual(people.map(() => "unchanged"));
  });

  test.each([
    ["nobody's", "unknown_group", "partner_group"],
    ["x".repeat(101), "too_long", "partner_group"],
  ])("named %s fails as %s", async (name, code, column) => {
    const world = await createImportWorld();
    const { outcomes } = await world.drop("partners", lines(MOVE, `${people[0]},${name}`, `${people[1]},gold`));
    expect(outcomes).toMatchObject([{ line: 2, code, column }, { outcome: "created" }]);
  });
});

const STANDING = `${REQUIRED},partner_status,partner_archived,partner_joined_date,partner_group_joined_date,partner_created_date`;

test("takes over where a partner stands, and since when; empty cells keep it", async () => {
  const world = await createImportWorld();
  const header = `${STANDING},partner_group`;
  await world.drop(
    "partners",
    lines(header, "Ada,L,ada@x.io,Pending,yes,2025-03-01,2025-04-01T09:30:00.123Z,2025-02-01,gold"),
  );
  const ada = {
    status: "pending",
    archived: true,
    joined_at: Date.parse("2025-03-01"),
    group_joined_at: Date.parse("2025-04-01T09:30:00.123Z"),
    created_at: Date.parse("2025-02-01"),
  };
  expect(world.stored(partnership)).toMatchObject([ada]);
  // To the second it is the stored instant, as files of a bundle have it.
  const seconds = await world.drop("partners", lines(header, "Ada,L,ada@x.io,,,,2025-04-01 09:30:00,,"));
  expect(short(seconds)).toEqual(["unchanged"]);
  const moved = await world.drop(
    "partners",
    lines(header, "Ada,L,ada@x.io,approved,no,,2025-05-01,,affiliates", "Bo,N,bo@x.io,,,2025-03-01,,,"),
  );
  expect(short(moved)).toEqual(["updated", "created"]);
  const joined = Date.parse("2025-03-01");
  expect(world.stored(partnership)).toMatchObject([
    { ...ada, status: "approved", archived: false, group_joined_at: Date.parse("2025-05-01") },
    { status: "approved", archived: false, joined_at: joined, group_joined_at: joined, created_at: joined },
  ]);
});

test.each([
  ["Ada,L,ada@x.io,gone,,,,", "bad_status", "partner_status"],
  ["Ada,L,ada@x.io,,perhaps,,,", "bad_flag", "partner_archived"],
  ["Ada,L,ada@x.io,,,,soon,", "bad_date", "partner_group_joined_date"],
])("refuses a standing that there is not: %s", async (row, code, column) => {
  const world = await createImportWorld();
  const { outcomes } = await world.drop("partners", lines(STANDING, row));
  expect(outcomes).toMatchObject([{ outcome: "failed", code, column }]);
});

test("a row that tells all of its record may leave empty what is demanded of others", async () => {
  const world = await createImportWorld();
  const dropped = await world.drop(
    "partners",
    lines(`${REQUIRED},whole_record`, "Ada,,ada@x.io,true", ",,bo@x.io,yes", "Cy,,cy@x.io,false", "Di,,di@x.io,"),
  );
  expect(short(dropped)).toEqual(["created", "created", "failed required", "failed required"]);
  expect(world.stored(partnership).map(({ first_name, last_name }) => [first_name, last_name])).toEqual(
    expect.arrayContaining([
      ["Ada", ""],
      ["", ""],
    ]),
  );
});

test("a slug means its group, also where another group has it for a name", async () => {
  const groups = [
    { name: "gold", slug: "silver", default: true },
    { name: "Gold", slug: "gold" },
  ];
  const world = await createImportWorld({ program: { groups } });
  await world.drop("partners", lines(`${REQUIRED},partner_group`, "Ada,L,ada@x.io,gold", "Bo,N,bo@x.io,silver"));
  const slugs = new Map(world.stored(group).map(({ key, slug }) => [key, slug]));
  const found = world.stored(partnership).map((one) => [one.first_name, slugs.get(one.group_key)]);
  expect(Object.fromEntries(found)).toEqual({ Ada: "gold", Bo: "silver" });
});
