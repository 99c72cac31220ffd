import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { leadShape } from "../../../shared/api/leads/lead-shape.ts";
import { group } from "../../../shared/records/group.ts";
import { lead } from "../../../shared/records/lead.ts";
import { partnership } from "../../../shared/records/partnership.ts";
import { reward } from "../../../shared/records/reward.ts";
import { createWorld, type Reply } from "../api-world.ts";
import { aCustomer, aPartner } from "../ledger-records.ts";
import { customer } from "../../../shared/records/customer.ts";

const AT = Date.parse("2026-04-01T12:00:00Z");
const PATH = "/api/v2/leads";

const GROUPS = [
  { name: "Affiliates", slug: "affiliates", default: true },
  {
    name: "Resellers",
    slug: "resellers",
    lead_form: [
      { api_name: "company", required: true },
      { api_name: "seats", label: "Seats needed", type: "number" as const, required: true },
      { api_name: "industry", type: "choice" as const, options: ["Retail Trade", "Health"] },
      { api_name: "start", type: "date" as const },
    ],
    lead_statuses: [{ name: "New" }, { name: "Demo held", api_name: "demo" }],
  },
  { name: "Closed Circle", slug: "closed", features: { leads_enabled: false } },
];

let world: ReturnType<typeof createWorld>;
let authorization: string;

async function begin(program: Parameters<typeof world.start>[0] = {}) {
  world = createWorld();
  ({ basic: authorization } = await world.start({ groups: GROUPS, ...program }));
  const keyOf = await groupKeys();
  await world.put(
    partnership,
    aPartner({ key: "part_1", partner_key: "ada", email: "ada@p.example", group_key: keyOf("affiliates") }),
    aPartner({ key: "part_2", partner_key: "bob", email: "bob@p.example", group_key: keyOf("resellers") }),
    aPartner({ key: "part_3", partner_key: "cy", email: "cy@p.example", group_key: keyOf("closed") }),
    aPartner({
      key: "part_t",
      partner_key: "gstest",
      email: "t@p.example",
      group_key: keyOf("affiliates"),
      test: true,
    }),
  );
}

async function groupKeys() {
  const known = new Map<string, string>();
  for await (const { record } of world.ledger.collection(group, "acme/groups")) known.set(record.slug, record.key);
  return (slug: string) => known.get(slug) ?? "";
}

beforeEach(() => begin());

const call = (method: string, path: string, body?: unknown, query: Record<string, string> = {}): Promise<Reply> =>
  world.call(method, path, { authorization, query, ...(body !== undefined && { body }) });

const BODY = {
  external_key: "crm_1",
  meta: { first_name: "Grace", last_name: "Hopper", email: "grace@c.example", company: "Cobol, Inc." },
  partner_key: "ada",
  status: "open",
};

const RESELLERS = { external_key: "crm_2", meta: { company: "C", seats: 5 }, partner_key: "bob", status: "new" };

const create = (body: object = {}): Promise<Reply> => call("POST", PATH, { ...BODY, ...body });

const data = ({ json }: Reply) => (json as { data: Record<string, unknown> }).data;
const fieldOf = ({ json }: Reply) => (json as { field?: string }).field;

const fits = (shown: unknown) => expect(z.strictObject(leadShape.shape).safeParse(shown).error).toBeUndefined();

describe("making a lead", () => {
  test("answers with it as it is kept, with its form", async () => {
    const reply = await create({ amount: 12_300, notes: "Met at the fair" });
    expect(reply).toMatchObject({ status: 200, json: { message: "Lead created", status: 200 } });
    const made = data(reply);
    fits(made);
    expect(made).toMatchObject({
      key: expect.stringMatching(/^lead_/),
      external_key: "crm_1",
      partner_key: "ada",
      partnership_key: "part_1",
      group_key: (await groupKeys())("affiliates"),
      mold_key: expect.stringMatching(/^mold_/),
      first_name: "Grace",
      last_name: "Hopper",
      email: "grace@c.example",
      company: "Cobol, Inc.",
      status: "open",
      amount: 12_300,
      currency: "USD",
      notes: "Met at the fair",
      approved: true,
      decline_reason: null,
      customer_key: null,
      archived: false,
      test: false,
      team: null,
      team_member: null,
      created_at: AT,
      updated_at: AT,
    });
    expect(made["field_data"]).toEqual({
      first_name: "Grace",
      last_name: "Hopper",
      email: "grace@c.example",
      company: "Cobol, Inc.",
      notes: "Met at the fair",
    });
    expect(made["fields"]).toContainEqual(
      expect.objectContaining({
        api_name: "last_name",
        name: "Last name",
        type: "text",
        required: true,
        value: "Hopper",
      }),
    );
    for (const key of [made["key"], "crm_1"]) expect(data(await call("GET", `${PATH}/${String(key)}`))).toEqual(made);
  });

  test("takes the fields of the form in any of the ways, the nearest one first", async () => {
    const made = data(
      await call("POST", PATH, {
        ...RESELLERS,
        meta: { company: "from meta", seats: "5", industry: "retail trade", other: "kept" },
        fields: [{ api_name: "start", value: "2026-05-01" }],
        company: "from the top",
        status: "DEMO",
      }),
    );
    fits(made);
    expect(made).toMatchObject({
      company: "from the top",
      status: "Demo held",
      mdata: { company: "from the top", seats: 5, industry: "Retail Trade", start: "2026-05-01", other: "kept" },
    });
    expect((made["fields"] as { api_name: string }[]).map(({ api_name }) => api_name)).toEqual([
      "company",
      "seats",
      "industry",
      "start",
      "other",
    ]);
  });

  test.each([
    [{ external_key: undefined }, "external_key", "'external_key' is a required property"],
    [{ external_key: "" }, "external_key", /too short/],
    [{ external_key: 7 }, "external_key", /not of type 'string'/],
    [{ meta: undefined }, "meta", "'meta' is a required property"],
    [{ meta: [] }, "meta", /not of type 'object'/],
    [{ meta: { ...BODY.meta, last_name: undefined } }, "last_name", "'last_name' is a required property"],
    [{ meta: { ...BODY.meta, last_name: null } }, "last_name", "'last_name' is a required property"],
    [{ meta: { ...BODY.meta, company: 7 } }, "company", "7 is not of type 'string'"],
    [{ meta: { ...BODY.meta, email: "nobody" } }, "email", /email/],
    [{ first_name: "x".repeat(101) }, "first_name", /too long/],
    [{ partner_key: undefined }, "partner_key", "'partner_key' is a required property"],
    [{ partner_key: "nobody" }, "partner_key", /no partner/],
    [{ status: undefined }, "status", "'status' is a required property"],
    [{ status: "won" }, "status", "'won' is not one of ['open', 'closed', 'dead', 'closed won', 'closed lost']"],
    [{ amount: 1.5 }, "amount", /integer/],
    [{ amount: 10 ** 12 }, "amount", /greater than the maximum/],
    [{ currency: "XXQ" }, "currency", /./],
    [{ approved: "yes" }, "approved", /boolean/],
    [{ group_key: "nothing" }, "group_key", "there is no group 'nothing'"],
    [{ customer_key: "nobody" }, "customer_key", "there is no customer 'nobody'"],
    [{ wrong: 1 }, undefined, /Additional properties are not allowed \('wrong' unexpected\)/],
  ])("refuses %j", async (body, field, message) => {
    const reply = await create(body);
    expect([reply.status, fieldOf(reply)]).toEqual([400, field]);
    expect((reply.json as { message: string }).message).toMatch(message);
    expect((await call("GET", PATH)).keys).toEqual([]);
  });

  test.each([
    [{ company: "C" }, "fields.seats", "'seats' is a required property"],
    [{ seats: 1 }, "company", "'company' is a required property"],
    [{ company: "C", seats: "many" }, "fields.seats", /no value of 'seats'/],
    [{ company: "C", seats: 1, industry: "Mining" }, "fields.industry", /Retail Trade, Health/],
    [{ company: "C", seats: 1, start: "31.02.2026" }, "fields.start", /no value of 'start'/],
  ])("refuses what the group's form does not take: %j", async (meta, field, message) => {
    const reply = await call("POST", PATH, { ...RESELLERS, meta });
    expect([reply.status, fieldOf(reply)]).toEqual([400, field]);
    expect((reply.json as { message: string }).message).toMatch(message);
  });

  test("is refused where leads are not taken in, and says who does not", async () => {
    expect(await create({ partner_key: "cy" })).toMatchObject({
      status: 409,
      json: { message: "the group 'Closed Circle' does not take in leads", field: "group_key" },
    });
    await begin({ features: { leads_enabled: false } });
    expect(await create()).toMatchObject({
      status: 409,
      json: { message: "the program 'Acme' does not take in leads" },
    });
  });

  test("may not take another lead's key, nor an address among the partner's own", async () => {
    await create();
    const other = { ...BODY.meta, email: "other@c.example" };
    expect(await create({ meta: other })).toMatchObject({ status: 409, json: { field: "external_key" } });
    const again = { ...BODY.meta, email: "GRACE@c.example" };
    expect(await create({ external_key: "crm_9", meta: again })).toMatchObject({
      status: 409,
      json: { field: "email" },
    });
    expect(
      await call("POST", PATH, { ...RESELLERS, meta: { ...RESELLERS.meta, email: "grace@c.example" } }),
    ).toMatchObject({ status: 200 });
  });

  test("is one thing when two try at once", async () => {
    const replies = await Promise.all([create(), create()]);
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  });

  test("happens once under an Idempotency-Key, though the first attempt never heard of its success", async () => {
    const request = { authorization, body: BODY, headers: { "idempotency-key": "k-1" } };
    const commit = world.ledger.commit.bind(world.ledger);
    world.ledger.commit = async (entry) => {
      await commit(entry);
      throw new Error("the answer was lost");
    };
    expect(await world.call("POST", PATH, request)).toMatchObject({ status: 500 });
    world.ledger.commit = commit;
    const second = await world.call("POST", PATH, request);
    expect([second.status, (await world.call("POST", PATH, request)).text]).toEqual([200, second.text]);
    expect((await call("GET", PATH)).keys).toEqual([data(second)["key"]]);
  });

  test("counts by its status, is in the audit log, and fires triggers", async () => {
    await call("POST", "/api/v2/triggers", {
      name: "Qualified",
      event: "lead_status",
      conditions: { match: "all", rules: [{ field: "lead.status", op: "is", value: "closed won" }] },
      effects: [{ type: "reward", amount: 500, description: "A lead" }],
    });
    await create();
    const rewards = async () => (await world.ledger.newest(reward, "acme", 10)).map(({ record }) => record.amount);
    expect(await rewards()).toEqual([]);
    await call("PATCH", `${PATH}/crm_1`, { status: "closed_won" });
    expect(await rewards()).toEqual([500]);
    expect(Object.fromEntries(await world.ledger.totals("acme", "part_1"))).toMatchObject({
      "2026-04-01/leads/closed won": 1,
      "2026-04-01/leads/open": 0,
    });
    const log = await call("GET", "/api/v2/audit-log");
    expect(log.text).toContain("lead.created");
    expect(log.text).toContain("lead.updated");
  });
});

describe("changing a lead", () => {
  test("changes what is said, and leaves the rest", async () => {
    const { key } = data(await create());
    world.clock.advance(1000);
    const changed = data(await call("PATCH", `${PATH}/crm_1`, { meta: { company: "Other" }, amount: 5 }));
    fits(changed);
    expect(changed).toMatchObject({ key, company: "Other", amount: 5, first_name: "Grace", status: "open" });
    expect([changed["created_at"], changed["updated_at"]]).toEqual([AT, AT + 1000]);
  });

  test.each([
    [{ company: null }, "company", "'company' is a required property"],
    [{ status: "new" }, "status", /not one of/],
    [{ partner_key: "bob" }, "status", /not one of \['New', 'Demo held'\]/],
    [{ partner_key: "bob", status: "new" }, "fields.seats", "'seats' is a required property"],
    [{ archived: "no" }, "archived", /boolean/],
    [{ wrong: 1 }, undefined, /Additional properties/],
  ])("refuses %j", async (body, field, message) => {
    await create();
    const reply = await call("PATCH", `${PATH}/crm_1`, body);
    expect([reply.status, fieldOf(reply)]).toEqual([400, field]);
    expect((reply.json as { message: string }).message).toMatch(message);
  });

  test("gives it to another partner, under the form of their group, with the totals", async () => {
    await create();
    const moved = data(await call("PATCH", `${PATH}/crm_1`, { partner_key: "bob", status: "new", meta: { seats: 3 } }));
    expect(moved).toMatchObject({ partner_key: "bob", status: "New", group_key: (await groupKeys())("resellers") });
    const listed = await Promise.all(
      ["ada", "bob"].map((partner_key) => call("GET", PATH, undefined, { partner_key })),
    );
    expect(listed.map(({ keys }) => keys.length)).toEqual([0, 1]);
    expect(Object.fromEntries(await world.ledger.totals("acme", "part_2"))).toEqual({ "2026-04-01/leads/New": 1 });
    expect(await call("PATCH", `${PATH}/crm_1`, { partner_key: "cy" })).toMatchObject({ status: 409 });
  });

  test("is refused more fields than a record has room for, however they add up", async () => {
    await create();
    const replies = [];
    for (let at = 0; at < 4; at++) {
      const names = Array.from({ length: 50 }, (_, index) => [`own_${at}_${index}`, "x".repeat(2000)]);
      replies.push(await call("PATCH", `${PATH}/crm_1`, { meta: Object.fromEntries(names) }));
    }
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 400, 400]);
    expect(replies[2]).toMatchObject({ json: { field: "fields" } });
  });

  test("approves and declines it, and the audit log says which", async () => {
    await create({ approved: false });
    await call("PATCH", `${PATH}/crm_1`, { approved: true });
    await call("PATCH", `${PATH}/crm_1`, { approved: false, decline_reason: "A customer already" });
    const log = await call("GET", "/api/v2/audit-log");
    expect(log.text.match(/lead\.(approved|declined)/g)).toEqual(["lead.declined", "lead.approved"]);
  });

  test("archives it, and says so from then on", async () => {
    await create();
    for (let time = 0; time < 2; time++) {
      expect((await call("DELETE", `${PATH}/crm_1`)).json).toEqual({ message: "Lead archived", status: 200 });
    }
    expect(data(await call("GET", `${PATH}/crm_1`))).toMatchObject({ archived: true });
    expect((await call("GET", "/api/v2/audit-log")).text.match(/lead\.archived/g)).toHaveLength(1);
  });
});

describe("the list", () => {
  test("goes to its end in each order, and back, page by page", async () => {
    const made: unknown[] = [];
    for (let at = 0; at < 7; at++) {
      world.clock.advance(1);
      const meta = { ...BODY.meta, email: `l${at}@c.example` };
      made.push(data(await create({ external_key: `crm_${at}`, meta }))["key"]);
    }
    world.clock.advance(1);
    await call("PATCH", `${PATH}/crm_0`, { status: "dead" });
    const newest = made.toReversed();
    const orders = {
      "-created_at": newest,
      created_at: made,
      "-updated_at": [made[0], ...newest.slice(0, -1)],
      updated_at: [...made.slice(1), made[0]],
    };
    for (const [order_by, expected] of Object.entries(orders)) {
      const seen: string[] = [];
      for (;;) {
        const last = seen.at(-1);
        const page = await call("GET", PATH, undefined, {
          order_by,
          limit: "3",
          ...(last !== undefined && { starting_after: last }),
        });
        seen.push(...page.keys.map(String));
        if (page.hasMore !== true) break;
      }
      expect(seen).toEqual(expected);
    }
    const back = await call("GET", PATH, undefined, { limit: "3", ending_before: String(made[0]) });
    expect(back.keys).toEqual([made[3], made[2], made[1]]);
    const since = await call("GET", PATH, undefined, { min_updated: String(AT + 8) });
    expect(since.keys).toEqual([made[0]]);
    const then = await call("GET", PATH, undefined, { min_created: String(AT + 2), max_created: String(AT + 3) });
    expect(then.keys).toEqual([made[2], made[1]]);
  });

  test("is narrowed by partner, group, status, approval and archiving", async () => {
    const one = data(await create())["key"];
    const two = data(await call("POST", PATH, { ...RESELLERS, approved: false, status: "demo" }))["key"];
    await call("DELETE", `${PATH}/crm_2`);
    const cases: [Record<string, string>, unknown[]][] = [
      [{ partner_key: "ada" }, [one]],
      [{ partnership_key: "part_2" }, [two]],
      [{ group: "resellers" }, [two]],
      [{ group: "affiliates", status: "open" }, [one]],
      [{ status: "demo" }, [two]],
      [{ status: "Demo held" }, [two]],
      [{ status: "New" }, []],
      [{ approved: "true" }, [one]],
      [{ approved: "false", archived: "true" }, [two]],
      [{ archived: "false" }, [one]],
    ];
    for (const [query, expected] of cases) expect((await call("GET", PATH, undefined, query)).keys).toEqual(expected);
    for (const [query, field] of [
      [{ status: "nothing" }, "status"],
      [{ approved: "maybe" }, "approved"],
      [{ archived: "2" }, "archived"],
      [{ group: "nothing" }, "group"],
      [{ order_by: "amount" }, "order_by"],
      [{ limit: "0" }, "limit"],
      [{ starting_after: "nothing" }, "starting_after"],
    ] as const) {
      const reply = await call("GET", PATH, undefined, query);
      expect([reply.status, fieldOf(reply)]).toEqual([400, field]);
    }
  });
});

describe("a lead that is converted", () => {
  const CONVERT = `${PATH}/crm_1/convert`;

  test("becomes a customer of its partner, once, with the triggers of a new customer", async () => {
    await call("POST", "/api/v2/triggers", {
      name: "Welcome",
      event: "customer_created",
      effects: [{ type: "reward", amount: 700, description: "A sign-up" }],
    });
    await create();
    const first = await call("POST", CONVERT, { email: "grace@c.example", customer_key: "acct_1" });
    expect(first).toMatchObject({ status: 200, json: { message: "Lead converted" } });
    expect(data(first)).toMatchObject({
      customer_key: "acct_1",
      email: "grace@c.example",
      name: "Grace Hopper",
      company_name: "Cobol, Inc.",
      partner_key: "ada",
      source_type: "lead",
    });
    const { key } = data(first);
    expect(data(await call("GET", `${PATH}/crm_1`))).toMatchObject({ customer_key: key, status: "open" });
    expect(data(await call("POST", CONVERT, { email: "other@c.example" }))["key"]).toBe(key);
    expect((await call("GET", "/api/v2/customers")).keys).toEqual([key]);
    expect((await world.ledger.newest(reward, "acme", 10)).map(({ record }) => record.amount)).toEqual([700]);
    const log = await call("GET", "/api/v2/audit-log");
    expect(log.text).toContain("lead.converted");
    expect(log.text).toContain("customer.created");
  });

  test("is one customer when two convert it at once, and when a repeated request finds its work", async () => {
    await create();
    const [one, other] = await Promise.all([
      call("POST", CONVERT, { email: "grace@c.example" }),
      call("POST", CONVERT, { email: "grace@c.example" }),
    ]);
    expect([one?.status, data(one)["key"]]).toEqual([200, data(other)["key"]]);
    expect((await call("GET", "/api/v2/customers")).keys).toHaveLength(1);

    await create({ external_key: "crm_5", meta: { ...BODY.meta, email: "five@c.example" } });
    const request = { authorization, body: { email: "five@c.example" }, headers: { "idempotency-key": "k-5" } };
    const commit = world.ledger.commit.bind(world.ledger);
    world.ledger.commit = async (entry) => {
      await commit(entry);
      throw new Error("the answer was lost");
    };
    expect(await world.call("POST", `${PATH}/crm_5/convert`, request)).toMatchObject({ status: 500 });
    world.ledger.commit = commit;
    expect(await world.call("POST", `${PATH}/crm_5/convert`, request)).toMatchObject({ status: 200 });
    expect((await call("GET", "/api/v2/customers")).keys).toHaveLength(2);
  });

  test("is linked to the partner's customer that is there already, and not to another's", async () => {
    await create();
    const own = aCustomer({ key: "cus_1", customer_key: "a", email: "A@c.example", partnership_key: "part_1" });
    const theirs = aCustomer({ key: "cus_2", customer_key: "b", email: "b@c.example", partnership_key: "part_2" });
    const nobodys = aCustomer({ key: "cus_3", customer_key: "n", email: "n@c.example", partnership_key: null });
    await world.put(customer, own, theirs, nobodys);
    for (const [body, field] of [
      [{ email: "b@c.example" }, "email"],
      [{ email: "n@c.example" }, "email"],
      [{ email: "a@c.example", customer_key: "b" }, "customer_key"],
      [{ email: "new@c.example", customer_key: "a" }, "customer_key"],
      [{ email: "a@c.example", customer_key: "z" }, "email"],
    ] as const) {
      const reply = await call("POST", CONVERT, body);
      expect([reply.status, fieldOf(reply)]).toEqual([409, field]);
    }
    expect(data(await call("POST", CONVERT, { email: "a@c.example", customer_key: "a" }))["key"]).toBe("cus_1");
    expect(data(await call("GET", `${PATH}/crm_1`))).toMatchObject({ customer_key: "cus_1" });
    expect((await call("GET", "/api/v2/customers")).keys).toHaveLength(3);
  });

  test.each([
    [{}, 400, "email"],
    [{ email: "nobody" }, 400, "email"],
    [{ email: "a@c.example", customer_key: "" }, 400, "customer_key"],
    [{ email: "a@c.example", wrong: 1 }, 400, undefined],
  ])("refuses %j", async (body, status, field) => {
    await create();
    const reply = await call("POST", CONVERT, body);
    expect([reply.status, fieldOf(reply)]).toEqual([status, field]);
  });

  test("has to be there, and in use", async () => {
    await create();
    await call("DELETE", `${PATH}/crm_1`);
    expect(await call("POST", CONVERT, { email: "a@c.example" })).toMatchObject({ status: 409 });
    expect(await call("POST", `${PATH}/nothing/convert`, { email: "a@c.example" })).toMatchObject({ status: 404 });
  });
});

describe("walls", () => {
  test("a partner's token sees its own leads, and changes nothing", async () => {
    const mine = data(await create())["key"];
    const theirs = data(await call("POST", PATH, RESELLERS))["key"];
    const bearer = await world.bearerOf({
      program: "acme",
      kind: "partner",
      email: "ada@p.example",
      partnership: "part_1",
    });
    const as = (method: string, path: string, body?: unknown, query = {}) =>
      world.call(method, path, { authorization: bearer, query, ...(body !== undefined && { body }) });
    expect(await as("GET", PATH, undefined, { partner_key: "bob" })).toMatchObject({ status: 200, keys: [mine] });
    expect(await as("GET", `${PATH}/crm_1`)).toMatchObject({ status: 200 });
    for (const key of [theirs, "crm_2"])
      expect(await as("GET", `${PATH}/${String(key)}`)).toMatchObject({ status: 404 });
    for (const [method, path] of [
      ["POST", PATH],
      ["PATCH", `${PATH}/crm_1`],
      ["DELETE", `${PATH}/crm_1`],
      ["POST", `${PATH}/crm_1/convert`],
      ["GET", `${PATH}/form-templates`],
      ["GET", "/api/v2/form-templates"],
      ["GET", "/api/v2/sales-cycles/lead/stages"],
    ] as const) {
      expect(await as(method, path, method === "GET" ? undefined : {})).toMatchObject({ status: 403 });
    }
  });

  test("another program's leads are as missing as leads that never were", async () => {
    const { key } = data(await create());
    const { basic: stranger } = await world.start({ key: "globex" });
    for (const path of [`${PATH}/${String(key)}`, `${PATH}/crm_1`, `${PATH}/nothing`]) {
      for (const [method, body] of [
        ["GET", undefined],
        ["PATCH", { status: "open" }],
        ["DELETE", undefined],
      ] as const) {
        const reply = await world.call(method, path, { authorization: stranger, ...(body && { body }) });
        expect([reply.status, reply.text]).toEqual([404, '{"message":"Not found","status":404}']);
      }
    }
    expect((await world.call("GET", PATH, { authorization: stranger })).keys).toEqual([]);
  });

  test("what is made under a test partner is a test, and stays one", async () => {
    const made = data(await create({ partner_key: "gstest" }));
    expect(made).toMatchObject({ test: true });
    expect(Object.fromEntries(await world.ledger.totals("acme", "part_t"))).toEqual({});
    expect(await call("PATCH", `${PATH}/crm_1`, { partner_key: "ada" })).toMatchObject({
      status: 400,
      json: { field: "partner_key" },
    });
    const buyer = data(await call("POST", `${PATH}/crm_1/convert`, { email: "grace@c.example" }));
    expect(buyer).toMatchObject({ test: true });
    const [stored] = await world.ledger.find(lead, "acme", "key", [String(made["key"])]);
    expect(stored?.record.test).toBe(true);
  });
});
