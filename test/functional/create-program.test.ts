import { expect, test } from "vitest";
import { authenticate } from "../../shared/access/credentials.ts";
import { createProgram, type ProgramInput } from "../../shared/access/create-program.ts";
import { group } from "../../shared/records/group.ts";
import { program } from "../../shared/records/program.ts";
import { basic, createWorld } from "./api-world.ts";

const input: ProgramInput = { key: "acme", name: "Acme", admin_email: "ada@acme.example" };

const groupsOf = async ({ ledger }: ReturnType<typeof createWorld>) => {
  const groups = [];
  for await (const { record } of ledger.collection(group, "acme/groups")) groups.push(record);
  return groups;
};

test("makes the program, its default group, a key pair, and an admin with a token", async () => {
  const world = createWorld();
  const made = await createProgram(world.access, input);
  const [stored] = await world.ledger.read(program, [{ pk: "acme/program", sk: "#" }]);
  expect(stored?.record).toEqual(made.program);
  expect(made.program).toMatchObject({ key: "acme", program: "acme", currency: "USD", rates: { USD: "1" } });
  expect(await groupsOf(world)).toMatchObject([{ name: "Default", slug: "default", default: true, archived: false }]);
  const { publicKey, secretKey, teammates } = made;
  expect(await authenticate(world, basic(publicKey, secretKey))).toMatchObject({ program: "acme", kind: "key" });
  expect(teammates).toMatchObject([{ email: "ada@acme.example", role: "admin" }]);
  expect(await authenticate(world, `Bearer ${teammates[0]?.token}`)).toMatchObject({ program: "acme", role: "admin" });
});

test("takes groups and rates as given, and makes exactly one group the default", async () => {
  const world = createWorld();
  const rates = { EUR: "1.0842" };
  const groups = [{ name: "Affiliates" }, { name: "Referral Partners", slug: "referralpartners" }];
  const made = await createProgram(world.access, { ...input, currency: "EUR", rates, groups });
  expect(made.program).toMatchObject({ currency: "EUR", rates: { USD: "1", EUR: "1.0842" } });
  expect((await groupsOf(world)).map(({ slug, default: isDefault }) => [slug, isDefault])).toEqual([
    ["affiliates", true],
    ["referralpartners", false],
  ]);
  const [found] = await world.ledger.find(group, "acme", "slug", ["referralpartners"]);
  expect(found?.record.name).toBe("Referral Partners");
});

test("refuses a program that exists, and changes nothing", async () => {
  const world = createWorld();
  await createProgram(world.access, input);
  const before = world.table.items();
  for (const again of [input, { ...input, name: "Other" }]) {
    await expect(createProgram(world.access, again)).rejects.toMatchObject({ refusal: "conflict", field: "key" });
  }
  expect(world.table.items()).toEqual(before);
});

test("killed at any write and repeated, it comes out the same", async () => {
  const undisturbed = createWorld();
  await createProgram(undisturbed.access, input);
  for (let write = 1; write <= 2; write++) {
    const world = createWorld();
    world.table.failAt(write);
    await expect(createProgram(world.access, input)).rejects.toThrow("killed");
    world.table.failAt(Infinity);
    const { publicKey, secretKey } = await createProgram(world.access, input);
    expect(await authenticate(world, basic(publicKey, secretKey))).toMatchObject({ program: "acme" });
    expect(world.table.items()).toHaveLength(undisturbed.table.items().length);
  }
});

test("what was left unfinished is finished only by who says the same", async () => {
  const world = createWorld();
  world.table.failAt(2);
  await expect(createProgram(world.access, input)).rejects.toThrow("killed");
  world.table.failAt(Infinity);
  const left = world.table.items();
  const other = { ...input, admin_email: "eve@evil.example" };
  await expect(createProgram(world.access, other)).rejects.toMatchObject({ refusal: "conflict" });
  expect(world.table.items()).toEqual(left);
});

test("no second pair of keys comes of repeating, not even when the admin has left", async () => {
  const world = createWorld();
  await createProgram(world.access, input);
  await world.table.write({ remove: { pk: "acme/teammates", sk: "ada@acme.example" } });
  await expect(createProgram(world.access, input)).rejects.toMatchObject({ refusal: "conflict" });
});

test("two at once make one program", async () => {
  const world = createWorld();
  const results = await Promise.allSettled([createProgram(world.access, input), createProgram(world.access, input)]);
  expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(await groupsOf(world)).toHaveLength(1);
});

test.each<[string, Partial<Record<keyof ProgramInput, unknown>>, string]>([
  ["a key with capitals", { key: "Acme" }, "key"],
  ["a key with a slash", { key: "acme/x" }, "key"],
  ["a key that begins with a hyphen", { key: "-acme" }, "key"],
  ["a key of the house", { key: "token" }, "key"],
  ["no name", { name: " " }, "name"],
  ["an admin without an address", { admin_email: "ada" }, "admin_email"],
  ["an unknown currency", { currency: "XXX" }, "currency"],
  ["a rate as a number", { rates: { EUR: 1.1 } }, "rates.EUR"],
  ["a rate of nothing", { rates: { EUR: "0.0" } }, "rates.EUR"],
  ["a dollar of another worth", { rates: { USD: "2" } }, "rates"],
  ["a rate of an unknown currency", { rates: { XXX: "1" } }, "rates.XXX"],
  [
    "two default groups",
    {
      groups: [
        { name: "A", default: true },
        { name: "B", default: true },
      ],
    },
    "groups",
  ],
  ["two groups of one slug", { groups: [{ name: "A B" }, { name: "a-b" }] }, "groups"],
  ["a group that no slug can be made for", { groups: [{ name: "提携" }] }, "groups"],
])("refuses %s", async (_, wrong, field) => {
  const world = createWorld();
  const given: ProgramInput = Object.assign({}, input, wrong);
  await expect(createProgram(world.access, given)).rejects.toMatchObject({ refusal: "invalid", field });
  expect(world.table.items()).toEqual([]);
});
