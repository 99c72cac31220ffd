import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { partnerSchemas } from "../../../shared/api/partners/shapes.ts";
import { partnerTables } from "../../../shared/partners/partner-tables.ts";
import { customer } from "../../../shared/records/customer.ts";
import { deal } from "../../../shared/records/deal.ts";
import { lead } from "../../../shared/records/lead.ts";
import { partnership } from "../../../shared/records/partnership.ts";
import { reward } from "../../../shared/records/reward.ts";
import { transaction } from "../../../shared/records/transaction.ts";
import { createWorld, type Reply } from "../api-world.ts";
import { aCustomer, aDeal, aLead, aPartner, aReward, aTransaction } from "../ledger-records.ts";

const DAY = Date.parse("2026-01-31");
const PATH = "/api/v2/partners";

let world: ReturnType<typeof createWorld>;
let authorization: string;

beforeEach(async () => {
  world = createWorld();
  ({ basic: authorization } = await world.start());
});

const get = (path = "", query: Record<string, string> = {}): Promise<Reply> =>
  world.call("GET", PATH + path, { authorization, query });

const data = ({ json }: Reply) => (json as { data: Record<string, unknown> }).data;
const items = (reply: Reply) => data(reply)["items"] as Record<string, unknown>[];

const byName = ["Ada Lovelace", "Bo Diddley", "Cleo", "Dan Adams", "Eve"];

/** Five partners, whose names come in the order of their keys. */
const addPartners = () =>
  world.put(
    partnership,
    ...byName.map((name, index) => {
      const [first_name = "", last_name = ""] = name.split(" ");
      const key = `part_${index}`;
      const at = DAY + index * 1000;
      return aPartner({
        key,
        first_name,
        last_name,
        partner_key: first_name.toLowerCase(),
        email: `${first_name}@p.example`,
        created_at: at,
        updated_at: at,
        joined_at: at,
        ...(index === 1 && { manager: "Max@acme.example", tags: ["VIP"], archived: true }),
        ...(index === 2 && { status: "pending" as const, group_key: "grup_x" }),
      });
    }),
  );

describe("the table of all partners", () => {
  test("tells who they are and what they have brought", async () => {
    await world.put(
      partnership,
      aPartner({ key: "part_a", partner_key: "ada", email: "ada@p.example", manager: "max" }),
      aPartner({ key: "part_b", partner_key: "bo", email: "bo@p.example" }),
    );
    await world.put(
      customer,
      aCustomer({ key: "cus_1", customer_key: "u1", email: "u1@c.example" }),
      aCustomer({ key: "cus_2", customer_key: "u2", email: "u2@c.example" }),
      // What it has paid stayed with its former partner.
      aCustomer({ key: "cus_3", customer_key: "u3", email: "u3@c.example", former_partnership_keys: ["part_b"] }),
    );
    await world.put(
      transaction,
      aTransaction({ key: "t1", created_at: DAY + 3 * 86_400_000 + 5000 }),
      aTransaction({ key: "t2", amount_usd: null, currency: "JPY" }),
      aTransaction({ key: "t3", customer_key: "cus_3", partnership_key: "part_b", amount_usd: 50 }),
    );
    const reply = await get("", { order_by: "created_at" });
    expect(reply).toMatchObject({ status: 200, keys: ["part_a", "part_b"], hasMore: false });
    expect(items(reply)).toEqual([
      {
        key: "part_a",
        partnership_key: "part_a",
        partner_key: "ada",
        partner: "Ada Lee",
        email: "ada@p.example",
        manager: "max",
        group: null,
        sign_ups: 3,
        paid_customers: 2,
        paid_customers_counted_at: world.clock(),
        revenue_usd: 108,
        unconverted: [{ currency: "JPY", transactions: 1 }],
        last_active: DAY + 3 * 86_400_000,
        joined_at: DAY,
        status: "approved",
        archived: false,
        test: false,
        as_of: world.clock(),
      },
      expect.objectContaining({ key: "part_b", sign_ups: 0, paid_customers: 0, revenue_usd: 50, unconverted: [] }),
    ]);
    expect(data(reply)["definitions"]).toMatchObject({
      last_active: expect.stringMatching(/last UTC day/),
      paid_customers: expect.stringMatching(/with a transaction/),
    });
  });

  test.each([
    [{ search: "ada" }, ["part_0", "part_3"]],
    [{ search: "LOVE" }, ["part_0"]],
    [{ search: "@P.example" }, ["part_0", "part_1", "part_2", "part_3", "part_4"]],
    [{ search: "@p.example", order_by: "-name" }, ["part_4", "part_3", "part_2", "part_1", "part_0"]],
    [{ search: "nobody" }, []],
    [{ search: "e", archived: "false" }, ["part_0", "part_2", "part_3", "part_4"]],
    [{ order_by: "name" }, ["part_0", "part_1", "part_2", "part_3", "part_4"]],
    [{}, ["part_4", "part_3", "part_2", "part_1", "part_0"]],
    [{ archived: "true" }, ["part_1"]],
    [{ manager: "max@ACME.example" }, ["part_1"]],
    [{ tag: "vip" }, ["part_1"]],
    [{ status: "pending" }, ["part_2"]],
    [{ min_joined: String(DAY + 3000) }, ["part_4", "part_3"]],
    [{ max_joined: String(DAY), order_by: "name" }, ["part_0"]],
  ] as const)("with %j, has %j", async (query, keys) => {
    await addPartners();
    expect(await get("", { ...query })).toMatchObject({ status: 200, keys: [...keys] });
  });

  test("is asked for by group", async () => {
    const { json } = await get("", { group: "nowhere" });
    expect(json).toMatchObject({ status: 400, field: "group" });
  });

  test.each([
    [{ order_by: "joined_at" }, "order_by"],
    [{ search: "a", order_by: "created_at" }, "order_by"],
    [{ archived: "maybe" }, "archived"],
    [{ status: "gone" }, "status"],
    [{ format: "pdf" }, "format"],
    [{ min_joined: "soon" }, "min_joined"],
    [{ limit: "0" }, "limit"],
    [{ order_by: "name", starting_after: "part_unknown" }, "starting_after"],
    [{ search: "a", ending_before: "x".repeat(300) }, "ending_before"],
  ])("refuses %j", async (query, field) => {
    await addPartners();
    expect(await get("", query)).toMatchObject({ status: 400, json: { field } });
  });

  test.each([{ order_by: "name" }, { search: "p.example" }, { order_by: "-name" }, { order_by: "created_at" }])(
    "with %j, is read to its end and back in pages of two",
    async (query: Record<string, string>) => {
      await addPartners();
      const all = (await get("", query)).keys.map(String);
      const there: string[] = [];
      for (;;) {
        const after = there.at(-1);
        const page = await get("", { ...query, limit: "2", ...(after !== undefined && { starting_after: after }) });
        there.push(...page.keys.map(String));
        expect(page.hasMore).toBe(there.length < all.length);
        if (page.keys.length === 0) break;
      }
      expect(there).toEqual(all);
      const back = await get("", { ...query, limit: "2", ending_before: all[4] ?? "" });
      expect(back).toMatchObject({ keys: all.slice(2, 4), hasMore: true });
    },
  );

  test("a cursor stands where its partner stood, though it was archived", async () => {
    await addPartners();
    const [first] = await world.ledger.find(partnership, "acme", "key", ["part_1"]);
    if (first === undefined) throw new Error("part_1 is not there");
    const after = { ...first.record, archived: true };
    await world.ledger.commit({ mark: "archive", changes: [{ declaration: partnership, before: first, after }] });
    expect(await get("", { order_by: "name", starting_after: "part_1" })).toMatchObject({
      keys: ["part_2", "part_3", "part_4"],
    });
  });

  test("is a file, too, with cells that are no formulas", async () => {
    await world.put(partnership, aPartner({ first_name: "=1+1", last_name: "" }));
    const reply = await get("", { format: "csv", limit: "1" });
    expect(reply.headers["content-type"]).toBe("text/csv; charset=utf-8");
    const [header, line] = reply.text.split("\r\n");
    expect(header).toContain("key,partnership_key,partner_key,partner,email,manager,group,sign_ups,paid_customers,");
    expect(line).toContain("part_a,part_a,ada,'=1+1,Ada@x.io,,,0,0,");
  });
});

/** A partner with something in each table. */
async function addRecords() {
  await world.put(partnership, aPartner({ key: "part_a", partner_key: "ada", email: "ada@p.example" }));
  await world.put(partnership, aPartner({ key: "part_b", partner_key: "bo", email: "bo@p.example" }));
  const subscriptions = [
    {
      key: "sub_1",
      provider_key: null,
      plan_name: "Team",
      amount: 900,
      currency: "USD",
      quantity: 3,
      transactions: 1,
      created_at: DAY + 2000,
      paid_at: DAY + 2000,
      transaction_key: "t1",
    },
  ];
  await world.put(
    customer,
    aCustomer({ key: "cus_1", customer_key: "u1", email: "zoe@c.example", name: "Zoe", subscriptions }),
    aCustomer({ key: "cus_2", customer_key: "u2", email: "al@c.example", name: "Al", created_at: DAY + 9000 }),
    aCustomer({ key: "cus_9", customer_key: "u9", email: "no@c.example", partnership_key: "part_b" }),
  );
  await world.put(transaction, aTransaction({ key: "t1" }), aTransaction({ key: "t2", amount: -40, amount_usd: -43 }));
  await world.put(
    reward,
    aReward({ key: "rew_1", amount: 10 }),
    aReward({ key: "rew_2", amount: 25, customer_key: null, transaction_key: null, reward_status: "paid" }),
  );
  await world.put(lead, aLead({ customer_key: "cus_1" }));
  await world.put(deal, aDeal());
}

describe("a partner", () => {
  test.each(["part_a", "ada", "ADA@p.example"])("is found by %s, with figures and what came last", async (name) => {
    await addRecords();
    const reply = await get(`/${encodeURIComponent(name)}`);
    expect(reply.status).toBe(200);
    expect(data(reply)).toMatchObject({
      key: "part_a",
      partner: "Ada Lee",
      email: "ada@p.example",
      tags: [],
      test: false,
      metrics: {
        sign_ups: 2,
        paid_customers: 1,
        transactions: 2,
        revenue_usd: 65,
        rewards_usd: 22,
        rewards: [
          { status: "paid", count: 1, amounts: [{ currency: "EUR", amount: 25 }] },
          { status: "pending", count: 1, amounts: [{ currency: "EUR", amount: 10 }] },
        ],
        leads: [{ status: "open", count: 1 }],
        deals: [{ stage: "Working", count: 1 }],
        deal_amounts: [{ currency: "USD", amount: 5000 }],
      },
    });
    const activity = data(reply)["activity"] as Record<string, unknown>[];
    expect(activity[0]).toEqual({
      type: "sign_up",
      key: "cus_2",
      at: DAY + 9000,
      amount: null,
      currency: null,
      status: null,
      name: "Al",
      customer_key: "cus_2",
    });
    expect(activity.map(({ type, key, name: of }) => [type, key, of]).slice(1)).toEqual([
      ["purchase", "t2", "Zoe"],
      ["purchase", "t1", "Zoe"],
      ["reward", "rew_2", null],
      ["reward", "rew_1", "Zoe"],
      ["lead", "lead_1", "Grace Hopper"],
      ["deal", "deal_1", "Cobol, Inc."],
      ["sign_up", "cus_1", "Zoe"],
    ]);
  });

  test("shows events of the kinds only that the caller may read", async () => {
    await addRecords();
    await world.hire("acme", {
      email: "bo@acme.example",
      permissions: ["records:read:partnerships", "records:read:deals"],
    });
    const bearer = await world.bearerOf({ program: "acme", kind: "teammate", email: "bo@acme.example" });
    const reply = await world.call("GET", `${PATH}/ada`, { authorization: bearer });
    expect(data(reply)["activity"]).toMatchObject([{ type: "deal" }]);
    expect(await world.call("GET", `${PATH}/ada/customers`, { authorization: bearer })).toMatchObject({ status: 403 });
  });

  test.each(["nobody", "me", "cus_1", ""])("%j is missing", async (name) => {
    await addRecords();
    expect(await get(`/${name === "" ? "%20" : name}`)).toMatchObject({ status: 404 });
  });
});

describe("a partner's tables", () => {
  test.each([
    [
      "customers",
      ["customer_name", "email", "customer_key", "submitted_on"],
      [
        ["Al", "al@c.example", "u2", DAY + 9000],
        ["Zoe", "zoe@c.example", "u1", DAY],
      ],
    ],
    [
      "rewards",
      ["customer_name", "reward_amount", "status", "source", "created"],
      [
        [null, 25, "paid", "trigger", DAY],
        ["Zoe", 10, "pending", "trigger", DAY],
      ],
    ],
    [
      "transactions",
      ["customer_name", "transaction_amount", "reward_amount", "created"],
      [
        ["Zoe", -40, null, DAY],
        ["Zoe", 100, 10, DAY],
      ],
    ],
    [
      "leads",
      ["lead", "email", "status", "customer", "submitted"],
      [["Grace Hopper", "grace@l.example", "open", "Zoe", DAY]],
    ],
    [
      "deals",
      ["account", "stage", "customer", "submitted_date", "amount"],
      [["Cobol, Inc.", "Working", null, DAY, 5000]],
    ],
    [
      "subscriptions",
      ["quantity", "plan_name", "amount", "customer", "created"],
      [[3, "Team", 900, "Zoe", DAY + 2000]],
    ],
  ] as const)("%s has the columns %j", async (name, columns, rows) => {
    await addRecords();
    const reply = await get(`/ada/${name}`);
    expect(reply.status).toBe(200);
    const found = items(reply);
    expect(found.map((row) => columns.map((column) => row[column]))).toEqual(rows.map((row) => [...row]));
    expect(Object.keys(found[0] ?? {}).slice(0, columns.length)).toEqual([...columns]);
    // What is sorted and searched is the same.
    const last = columns.at(-1) ?? "";
    for (const column of columns) {
      const sorted = await get(`/ada/${name}`, { order_by: column });
      expect(new Set(sorted.keys)).toEqual(new Set(reply.keys));
      expect((await get(`/ada/${name}`, { order_by: `-${column}` })).keys).toEqual(sorted.keys.toReversed());
    }
    const csv = await get(`/ada/${name}`, { format: "csv" });
    expect(csv.text).toMatch(new RegExp(`^${columns.slice(0, -1).join(",")},${last}`));
    expect(csv.text.trim().split("\r\n")).toHaveLength(rows.length + 1);
  });

  test.each([
    ["customers", { search: "ZO" }, ["cus_1"]],
    ["customers", { search_customer_key: "u2" }, ["cus_2"]],
    ["customers", { search_email: "zo", search: "u2" }, []],
    ["customers", { search: "2026-01-31" }, ["cus_2", "cus_1"]],
    ["customers", { status: "paid" }, ["cus_1"]],
    ["customers", { status: "signed_up", source: "import" }, ["cus_2"]],
    ["customers", { source: "link" }, []],
    ["customers", { min_created: String(DAY + 1) }, ["cus_2"]],
    ["customers", { min_created: String(DAY + 1), order_by: "email" }, ["cus_2"]],
    ["rewards", { status: "paid" }, ["rew_2"]],
    ["rewards", { search_reward_amount: "0.10" }, ["rew_1"]],
    ["transactions", { search: "-0.4" }, ["t2"]],
    ["transactions", { order_by: "transaction_amount" }, ["t2", "t1"]],
    ["leads", { search: "zoe" }, ["lead_1"]],
    ["deals", { search_stage: "work" }, ["deal_1"]],
    ["subscriptions", { search: "team" }, ["sub_1"]],
  ] as const)("%s with %j has %j", async (name, query, keys) => {
    await addRecords();
    expect(await get(`/ada/${name}`, { ...query })).toMatchObject({ status: 200, keys: [...keys] });
  });

  test.each([
    ["customers", { order_by: "colour" }, "order_by"],
    ["customers", { status: "rich" }, "status"],
    ["customers", { source: "rain" }, "source"],
    ["customers", { search: "x".repeat(300) }, "search"],
    ["customers", { limit: "251" }, "limit"],
    ["customers", { starting_after: "cus_unknown" }, "starting_after"],
    ["customers", { starting_after: "cus_unknown", order_by: "email" }, "starting_after"],
    ["subscriptions", { ending_before: "sub_unknown" }, "ending_before"],
    ["deals", { format: "xml" }, "format"],
  ])("%s refuses %j", async (name, query, field) => {
    await addRecords();
    expect(await get(`/ada/${name}`, query)).toMatchObject({ status: 400, json: { field } });
  });

  test("and partners fit what the description of the API says of them", async () => {
    await addRecords();
    const rows = z.object({ data: z.object({ items: z.array(partnerSchemas.PartnerRow.strict()).min(1) }) });
    expect(rows.safeParse((await get()).json).error).toBeUndefined();
    expect(partnerSchemas.PartnerSummary.strict().safeParse(data(await get("/ada"))).error).toBeUndefined();
    for (const [name, table] of Object.entries(partnerTables)) {
      const shape = Object.entries(partnerSchemas).find(([one]) => one.toLowerCase() === `partner${name}row`)?.[1];
      expect(Object.keys(shape?.shape ?? {})).toEqual(Object.keys({ ...table.columns, ...table.beside }));
      for (const row of items(await get(`/ada/${name}`))) {
        expect(shape?.strict().safeParse(row).error, name).toBeUndefined();
      }
    }
  });

  test("belong to the partner whose token it is, and to no other", async () => {
    await addRecords();
    const bearer = await world.bearerOf({
      program: "acme",
      kind: "partner",
      email: "ada@p.example",
      partnership: "part_a",
    });
    const own = (path: string, query: Record<string, string> = {}) =>
      world.call("GET", PATH + path, { authorization: bearer, query });
    for (const name of ["me", "part_a", "ada", "ada@p.example"]) {
      expect(await own(`/${name}/customers`)).toMatchObject({ status: 200, keys: ["cus_2", "cus_1"] });
    }
    for (const name of ["part_b", "bo", "bo@p.example", "nobody"]) {
      expect(await own(`/${name}/customers`)).toMatchObject({ status: 404, json: { message: "Not found" } });
    }
    // Whether a key is another partner's, or nobody's, is not to be told from the answer.
    for (const order_by of ["-created_at", "email"]) {
      const [theirs, unknown] = await Promise.all(
        ["cus_9", "cus_8"].map((key) => own("/me/customers", { order_by, starting_after: key })),
      );
      expect([theirs?.status, theirs?.text]).toEqual([400, unknown?.text]);
    }
    expect(await own("/me/customers", { search: "no@c.example" })).toMatchObject({ keys: [] });
    expect([(await own("")).status, (await own("/me")).status]).toEqual([403, 403]);
  });

  test("are another program's business", async () => {
    await addRecords();
    const { basic } = await world.start({ key: "globex" });
    for (const path of ["", "/customers", "/deals", "/subscriptions"]) {
      expect(await world.call("GET", `${PATH}/part_a${path}`, { authorization: basic })).toMatchObject({ status: 404 });
    }
    expect(await world.call("GET", PATH, { authorization: basic })).toMatchObject({ keys: [] });
  });
});

describe("a customer's history", () => {
  const history = (key: string, query: Record<string, string> = {}, by = authorization) =>
    world.call("GET", `/api/v2/customers/${key}/history`, { authorization: by, query });

  test("has its purchases, newest first, and its sign-up, to the end and back", async () => {
    await addRecords();
    expect(await history("u1")).toMatchObject({ status: 200, keys: ["t2", "t1", "cus_1"], hasMore: false });
    expect(items(await history("cus_1"))[2]).toMatchObject({ type: "sign_up", at: DAY, source: "import" });
    const there: string[] = [];
    for (;;) {
      const after = there.at(-1);
      const page = await history("u1", { limit: "1", ...(after !== undefined && { starting_after: after }) });
      there.push(...page.keys.map(String));
      expect(page.hasMore).toBe(there.length < 3);
      if (page.keys.length === 0) break;
    }
    expect(there).toEqual(["t2", "t1", "cus_1"]);
    expect(await history("u1", { limit: "1", ending_before: "cus_1" })).toMatchObject({ keys: ["t1"], hasMore: true });
    expect(await history("u1", { ending_before: "t1" })).toMatchObject({ keys: ["t2"], hasMore: false });
    expect(await history("u1", { starting_after: "t9" })).toMatchObject({ status: 400 });
    expect(await history("u8")).toMatchObject({ status: 404 });
  });

  test("shows a partner what was paid while the customer was the partner's", async () => {
    await addRecords();
    await world.put(
      customer,
      aCustomer({ key: "cus_5", customer_key: "u5", email: "5@c.example", former_partnership_keys: ["part_b"] }),
    );
    await world.put(transaction, aTransaction({ key: "t5", customer_key: "cus_5", partnership_key: "part_b" }));
    const bearer = await world.bearerOf({ program: "acme", kind: "partner", email: "a@p.io", partnership: "part_a" });
    expect((await history("cus_5")).keys).toEqual(["t5", "cus_5"]);
    expect((await history("cus_5", {}, bearer)).keys).toEqual(["cus_5"]);
    expect(await history("cus_9", {}, bearer)).toMatchObject({ status: 404 });
    expect(await history("cus_5", { starting_after: "t1" }, bearer)).toMatchObject({ status: 400 });
  });
});
