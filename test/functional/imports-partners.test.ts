import { expect, test } from "vitest";
import { group } from "../../shared/records/group.ts";
import { partnership } from "../../shared/records/partnership.ts";
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
