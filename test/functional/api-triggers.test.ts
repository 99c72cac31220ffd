import { describe, expect, it, test } from "vitest";
import * as z from "zod";
import { auditEntry } from "../../shared/records/audit-entry.ts";
import { group, groupsPk } from "../../shared/records/group.ts";
import { trigger, triggersPk } from "../../shared/records/trigger.ts";
import { activeTriggers } from "../../shared/triggers/active-triggers.ts";
import { createWorld } from "./api-world.ts";

const TRIGGERS = "/api/v2/triggers";
const GROUPS = [
  { name: "Affiliates", slug: "affiliates", default: true },
  { name: "Gold Resellers", slug: "gold" },
];
const BONUS = { type: "reward", amount: 500, description: "A bonus" };
const SOLD = {
  name: "Sold",
  event: "transaction_created",
  effects: [{ type: "reward", percent: "10", description: "Share" }],
};

async function started() {
  const world = createWorld();
  const { basic: authorization, bearer } = await world.start({ groups: GROUPS });
  const gold = [];
  for await (const { record } of world.ledger.collection(group, groupsPk("acme")))
    if (record.slug === "gold") gold.push(record.key);
  const call = (method: string, path: string, body?: unknown, who = authorization) =>
    world.call(method, path, { authorization: who, ...(body !== undefined && { body }) });
  return {
    ...world,
    call,
    bearer,
    gold: gold[0] ?? "",
    make: async (body: object) => keyed.parse((await call("POST", TRIGGERS, body)).json).data.key,
    async member(permissions: readonly ("triggers:read" | "triggers:write")[]) {
      const email = `m${permissions.length}@acme.example`;
      await world.hire("acme", { email, permissions: [...permissions], role: "member" });
      return world.bearerOf({ program: "acme", kind: "teammate", email });
    },
  };
}

const keyed = z.object({ data: z.object({ key: z.string() }) });

test("a trigger is made with what was left out, listed, read, changed and archived", async () => {
  const { call, make, ledger, gold } = await started();
  const { status, json } = await call("POST", TRIGGERS, SOLD);
  expect([status, json]).toEqual([
    200,
    {
      data: {
        key: expect.stringMatching(/^trig_/),
        created_at: expect.any(Number),
        updated_at: expect.any(Number),
        name: "Sold",
        event: "transaction_created",
        position: 0,
        active: true,
        conditions: { match: "all", rules: [] },
        effects: [
          {
            type: "reward",
            amount: null,
            percent: "10",
            currency: null,
            products: [],
            first_transactions: null,
            cap: null,
            hold_days: 0,
            description: "Share",
          },
        ],
        archived: false,
      },
      message: "Trigger created",
      status: 200,
    },
  ]);
  const first = keyed.parse(json).data.key;
  const second = await make({
    name: "Up",
    event: "customer_created",
    position: 7,
    conditions: { match: "any", rules: [{ field: "partnership.group_key", op: "not_in", value: ["Gold Resellers"] }] },
    effects: [{ type: "move_group", group_key: "gold" }, BONUS],
  });
  expect((await call("GET", `${TRIGGERS}/${second}`)).json).toMatchObject({
    data: {
      conditions: { rules: [{ field: "partnership.group_key", op: "not_in", value: [gold] }] },
      effects: [{ type: "move_group", group_key: gold }, { amount: 500 }],
    },
  });
  expect(new Set((await call("GET", TRIGGERS)).keys)).toEqual(new Set([first, second]));
  const changed = await call("PATCH", `${TRIGGERS}/${second}`, { position: -0, active: false });
  expect(changed).toMatchObject({ status: 200, json: { data: { name: "Up", position: 0, active: false } } });
  expect((await activeTriggers(ledger, "acme")).map(({ key }) => key)).toEqual([first]);
  expect(await call("DELETE", `${TRIGGERS}/${first}`)).toMatchObject({
    status: 200,
    json: { data: { archived: true } },
  });
  expect(await activeTriggers(ledger, "acme")).toEqual([]);
  expect(await call("PATCH", `${TRIGGERS}/${first}`, { active: true })).toMatchObject({ status: 409 });
});

describe("what could never work is refused, with its field:", () => {
  const reward = (effect: object) => ({ ...SOLD, effects: [{ type: "reward", description: "x", ...effect }] });
  const rule = (one: object) => ({ ...SOLD, conditions: { match: "all", rules: [one] } });
  const cases: readonly (readonly [what: string, body: object, field: string])[] = [
    ["no name", { event: SOLD.event, effects: SOLD.effects }, "name"],
    ["an unknown event", { ...SOLD, event: "clicked" }, "event"],
    ["no effects", { ...SOLD, effects: [] }, "effects"],
    ["an unknown effect", { ...SOLD, effects: [{ type: "dance" }] }, "effects.0.type"],
    ["a field that is none", { ...SOLD, colour: "red" }, ""],
    ["a misspelled limit", reward({ percent: "5", first_transaction: 12 }), "effects.0"],
    [
      "a misspelled part of a cap",
      reward({ percent: "5", cap: { amount: 5, per: "reward", max: 1 } }),
      "effects.0.cap",
    ],
    [
      "a misspelled part of a condition",
      rule({ field: "transaction.amount", op: "at_least", value: 1, not: true }),
      "conditions.rules.0",
    ],
    ["no operator", rule({ field: "transaction.amount", value: 1 }), "conditions.rules.0.op"],
    ["a reward of nothing", reward({}), "effects.0.amount"],
    ["amount and percentage", reward({ amount: 1, percent: "1" }), "effects.0.percent"],
    ["a percentage that is no decimal", reward({ percent: 12.5 }), "effects.0.percent"],
    ["a percentage out of nothing", { ...reward({ percent: "5" }), event: "partner_joined" }, "effects.0.percent"],
    ["a negative amount", reward({ amount: -1 }), "effects.0.amount"],
    ["an unknown currency", reward({ amount: 1, currency: "XXQ" }), "effects.0.currency"],
    [
      "products of a customer",
      { ...reward({ products: [{ product_key: "a", amount: 1 }] }), event: "customer_created" },
      "effects.0.products",
    ],
    ["a product without worth", reward({ products: [{ product_key: "a" }] }), "effects.0.products"],
    [
      "counting what is no transaction",
      { ...reward({ amount: 1, first_transactions: 1 }), event: "lead_status" },
      "effects.0.first_transactions",
    ],
    [
      "a cap per customer of a partner",
      { ...reward({ amount: 1, cap: { amount: 5, per: "customer" } }), event: "partner_moved" },
      "effects.0.cap.per",
    ],
    [
      "a group that is none",
      { ...SOLD, effects: [{ type: "move_group", group_key: "silver" }] },
      "effects.0.group_key",
    ],
    ["a text that names nothing", reward({ amount: 1, description: "Hi {lead.email}" }), "effects.0.description"],
    [
      "a mail to anybody",
      { ...SOLD, effects: [{ type: "send_mail", to: "a@b.example", subject: "s", text: "t" }] },
      "effects.0.to",
    ],
    ["a noun of another event", rule({ field: "lead.status", op: "is", value: "open" }), "conditions.rules.0.field"],
    [
      "a field that no noun has",
      rule({ field: "transaction.colour", op: "is", value: "x" }),
      "conditions.rules.0.field",
    ],
    ["a list for one value", rule({ field: "transaction.amount", op: "is", value: [1] }), "conditions.rules.0.value"],
    ["one value for a list", rule({ field: "transaction.amount", op: "in", value: 1 }), "conditions.rules.0.value"],
    [
      "a text where a number is needed",
      rule({ field: "transaction.amount", op: "at_least", value: "1" }),
      "conditions.rules.0.value",
    ],
    [
      "a group that is none in a condition",
      rule({ field: "partnership.group_key", op: "is", value: "silver" }),
      "conditions.rules.0.value",
    ],
    [
      "a field of nothing within any",
      rule({ match: "any", rules: [{ field: "x.y", op: "is", value: 1 }] }),
      "conditions.rules.0.rules.0.field",
    ],
  ];
  it.each(cases)("%s", async (_, body, field) => {
    const { call, table } = await started();
    const before = table.items();
    const { status, json } = await call("POST", TRIGGERS, body);
    expect([status, json]).toMatchObject([400, field === "" ? { status: 400 } : { field }]);
    expect(table.items()).toEqual(before);
  });

  it("a change that makes it so", async () => {
    const { call, make } = await started();
    const key = await make(SOLD);
    expect(await call("PATCH", `${TRIGGERS}/${key}`, { event: "customer_created" })).toMatchObject({
      status: 400,
      json: { field: "effects.0.percent" },
    });
  });
});

test("only who may write triggers writes them, and another program's are not there", async () => {
  const { call, make, member, start } = await started();
  const key = await make(SOLD);
  const [nobody, reader, writer] = [
    await member([]),
    await member(["triggers:read"]),
    await member(["triggers:read", "triggers:write"]),
  ];
  const status = async (method: string, path: string, who: string, body?: object) =>
    (await call(method, path, body, who)).status;
  expect(await status("GET", TRIGGERS, nobody)).toBe(403);
  expect(await status("GET", TRIGGERS, reader)).toBe(200);
  expect(await status("POST", TRIGGERS, reader, SOLD)).toBe(403);
  expect(await status("PATCH", `${TRIGGERS}/${key}`, reader, { active: false })).toBe(403);
  expect(await status("DELETE", `${TRIGGERS}/${key}`, reader)).toBe(403);
  expect(await status("PATCH", `${TRIGGERS}/${key}`, writer, { active: false })).toBe(200);
  const { basic } = await start({ key: "globex", name: "Globex", admin_email: "g@globex.example" });
  expect(await status("GET", `${TRIGGERS}/${key}`, basic)).toBe(404);
  expect(await status("DELETE", `${TRIGGERS}/${key}`, basic)).toBe(404);
  expect((await call("GET", TRIGGERS, undefined, basic)).keys).toEqual([]);
});

test("who made, changed and archived it is in the audit log", async () => {
  const { call, make, ledger, bearer } = await started();
  const key = await make(SOLD);
  await call("PATCH", `${TRIGGERS}/${key}`, { name: "Sold!" }, bearer);
  await call("DELETE", `${TRIGGERS}/${key}`, undefined, bearer);
  const log = (await ledger.newest(auditEntry, "acme", 10)).map(({ record }) => [
    record.action,
    record.actor.kind,
    record.subject_key,
  ]);
  expect(new Set(log.map((one) => one.join(" ")))).toEqual(
    new Set([`trigger.archived teammate ${key}`, `trigger.created key ${key}`, `trigger.updated teammate ${key}`]),
  );
  const [stored] = await ledger.read(trigger, [{ pk: triggersPk("acme"), sk: key }]);
  expect(stored?.rev).toBe(3);
});
