import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { bulkShape } from "../../../shared/api/bulk.ts";
import { partnershipShape, partnersPartnershipShape } from "../../../shared/api/partnerships/partnership-shape.ts";
import { teamShape } from "../../../shared/api/partnerships/team-shape.ts";
import { manager } from "../../../shared/records/manager.ts";
import { outgoingMail } from "../../../shared/records/outgoing-mail.ts";
import { partnership } from "../../../shared/records/partnership.ts";
import { reward } from "../../../shared/records/reward.ts";
import { tag } from "../../../shared/records/tag.ts";
import { createWorld, type Reply } from "../api-world.ts";
import { aCustomer, aPartner } from "../ledger-records.ts";
import { customer } from "../../../shared/records/customer.ts";
import { callWithTestKey } from "./call-as.ts";

const AT = Date.parse("2026-04-01T12:00:00Z");
const PATH = "/api/v2/partnerships";

let world: ReturnType<typeof createWorld>;
let authorization: string;

const start = async (input: Parameters<typeof world.start>[0] = {}) => {
  world = createWorld();
  ({ basic: authorization } = await world.start({
    groups: [
      { name: "Affiliates", default: true },
      { name: "Gold", slug: "gold" },
      { name: "Old", slug: "old", archived: true },
    ],
    partner_fields: [{ api_name: "region", label: "Region", type: "choice", options: ["EMEA", "APAC"] }],
    link_base: "https://acme.example/hello?from=partner",
    ...input,
  }));
};

beforeEach(() => start());

const call = (method: string, path: string, body?: unknown, as = authorization): Promise<Reply> =>
  world.call(method, path, { authorization: as, ...(body !== undefined && { body }) });

const list = (query: Readonly<Record<string, string>>, as = authorization): Promise<Reply> =>
  world.call("GET", PATH, { authorization: as, query });

const create = (body: object = {}): Promise<Reply> => call("POST", PATH, { email: "ada@p.example", ...body });

const data = ({ json }: Pick<Reply, "json">) => (json as { data: Record<string, unknown> }).data;

const namesOf = async (): Promise<string[]> => {
  const names: string[] = [];
  for await (const { record } of world.ledger.collection(manager, "acme/managers"))
    names.push(`${record.email} ${record.name}`);
  for await (const { record } of world.ledger.collection(tag, "acme/tags")) names.push(record.name);
  return names;
};

const logged = async (): Promise<string[]> => {
  const { json } = await call("GET", "/api/v2/audit-log");
  const { items } = (json as { data: { items: { action: string }[] } }).data;
  return items.map(({ action }) => action);
};

describe("adding a partner", () => {
  test("answers with it as it is kept, nulls and all, and finds it by all of its keys", async () => {
    const reply = await create({
      first_name: "Ada",
      last_name: "Lovelace",
      partner_key: "ada",
      group_key: "gold",
      manager_email: "grace@acme.example",
      manager_name: "Grace Hopper",
      tags: ["VIP", "vip", "emea"],
      fields: [{ api_name: "region", value: "emea" }],
      phone_number: "+1 555 010-0199",
      address: { country: "GB", city: "London" },
    });
    expect(reply).toMatchObject({ status: 200, json: { message: "Partnership created", status: 200 } });
    const made = data(reply);
    expect(z.strictObject(partnershipShape.shape).safeParse(made).error).toBeUndefined();
    expect(made).toMatchObject({
      key: expect.stringMatching(/^part_/),
      email: "ada@p.example",
      first_name: "Ada",
      last_name: "Lovelace",
      partner_key: "ada",
      group: {
        name: "Gold",
        slug: "gold",
        default: false,
        archived: false,
        features: { application_enabled: true, deals_enabled: true, leads_enabled: true, disable_link_create: false },
      },
      manager: { email: "grace@acme.example", name: "Grace Hopper" },
      tags: ["VIP", "emea"],
      fields: [{ api_name: "region", name: "Region", value: "EMEA" }],
      mdata: { region: "EMEA" },
      m_data: { region: "EMEA" },
      meta: {},
      team: { key: expect.stringMatching(/^stck_/), name: "Ada Lovelace" },
      tier: null,
      address: { country: "GB" },
      phone_number: "+1 555 010-0199",
      approved_status: "approved",
      claimed: false,
      archived: false,
      test: false,
      stats: { CUSTOMER_COUNT: 0, TRANSACTION_COUNT: 0 },
      joined_at: AT,
      created_at: AT,
      updated_at: AT,
    });
    for (const key of [made["key"], "ada", "ADA@p.example"]) {
      expect(data(await call("GET", `${PATH}/${encodeURIComponent(String(key))}`))).toEqual(made);
    }
    expect(await namesOf()).toEqual(["grace@acme.example Grace Hopper", "emea", "VIP"]);
  });

  test("needs no more than an address", async () => {
    const made = data(await create());
    expect(made).toMatchObject({
      first_name: "",
      group: { name: "Affiliates" },
      manager: null,
      address: null,
      tier: null,
      tier_key: null,
      phone_number: null,
      decline_reason: null,
    });
    expect(made["partner_key"]).toBe(String(made["key"]).slice(-12));
  });

  test.each([
    [{ email: undefined }, "email", "'email' is a required property"],
    [{ email: "x" }, "email", "'x' is too short"],
    [{ email: "no address" }, "email", /email/],
    [{ first_name: "x".repeat(51) }, "first_name", /too long/],
    [{ last_name: "x".repeat(51) }, "last_name", /too long/],
    [{ partner_key: "" }, "partner_key", /too short/],
    [{ partner_key: "x".repeat(256) }, "partner_key", /too long/],
    [{ group_key: "nowhere" }, "group_key", "there is no group 'nowhere'"],
    [{ group_key: "old" }, "group_key", /archived/],
    [{ tier_key: "none" }, "tier_key", /no tier/],
    [{ manager_email: "grace" }, "manager_email", /email/],
    [{ tags: "vip" }, "tags", "'vip' is not of type 'array'"],
    [{ tags: [""] }, "tags.0", /too short/],
    [{ fields: [{ api_name: "region", value: "Mars" }] }, "fields.region", /Mars/],
    [{ joined_at: "today" }, "joined_at", /'today' is not of type/],
    [{ joined_at: 1e20 }, "joined_at", /./],
    [{ send_invite: "yes" }, "send_invite", "'yes' is not of type 'boolean'"],
    [{ wrong: 1 }, undefined, /Additional properties are not allowed \('wrong' unexpected\)/],
  ])("refuses %j", async (body, field, message) => {
    const { status, json } = await create(body);
    expect([status, (json as { field?: string }).field]).toEqual([400, field]);
    expect((json as { message: string }).message).toMatch(message);
    expect((await list({})).keys).toEqual([]);
  });

  test("refuses what is another partner's already, also if it was before, and says what", async () => {
    await create({ partner_key: "ada" });
    await call("PATCH", `${PATH}/ada`, { partner_key: "ada2" });
    for (const [body, field] of [
      [{}, "email"],
      [{ email: "ADA@p.example" }, "email"],
      [{ email: "b@p.example", partner_key: "ada" }, "partner_key"],
      [{ email: "b@p.example", partner_key: "ada2" }, "partner_key"],
      [{ email: "b@p.example", partner_key: "gstest" }, "partner_key"],
    ] as const) {
      expect(await create(body)).toMatchObject({ status: 409, json: { field } });
    }
    expect((await list({})).keys).toHaveLength(1);
  });

  test("nobody can be taken for another one", async () => {
    const { key } = data(await create({ partner_key: "ADA@p.example" }));
    for (const [body, status, field] of [
      [{ partner_key: "ada@p.example" }, 400, "partner_key"],
      [{ partner_key: "somebody@p.example" }, 400, "partner_key"],
      [{ partner_key: key }, 400, "partner_key"],
      [{ partner_key: "part_7" }, 400, "partner_key"],
    ] as const) {
      expect(await create({ email: "bob@p.example", ...body })).toMatchObject({ status, json: { field } });
    }
    await call("PATCH", `${PATH}/${String(key)}`, { email: "new@p.example" });
    expect(await create({ email: "ADA@p.example" })).toMatchObject({ status: 409, json: { field: "email" } });
    await create({ email: "bob@p.example", partner_key: "bob" });
    for (const [body, status, field] of [
      [{ partner_key: "new@p.example" }, 400, "partner_key"],
      [{ email: "ADA@p.example" }, 409, "email"],
    ] as const) {
      expect(await call("PATCH", `${PATH}/bob`, body)).toMatchObject({ status, json: { field } });
    }
    expect(await call("PATCH", `${PATH}/bob`, { partner_key: "bob@p.example" })).toMatchObject({ status: 200 });
  });

  test("is one thing when two try at once, also where both bring the same new tag", async () => {
    const same = await Promise.all([create(), create()]);
    expect(same.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const others = await Promise.all(
      ["b", "c", "d"].map((name) => create({ email: `${name}@p.example`, tags: ["new"], manager_name: "Grace" })),
    );
    expect(others.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await namesOf()).toEqual(["null Grace", "new"]);
  });

  test("happens once under an Idempotency-Key, though the first attempt never heard of its success", async () => {
    const request = {
      authorization,
      body: { email: "ada@p.example", send_invite: true },
      headers: { "idempotency-key": "k-1" },
    };
    const commit = world.ledger.commit.bind(world.ledger);
    world.ledger.commit = async (entry) => {
      await commit(entry);
      throw new Error("the answer was lost");
    };
    expect(await world.call("POST", PATH, request)).toMatchObject({ status: 500 });
    world.ledger.commit = commit;
    const second = await world.call("POST", PATH, request);
    expect(second.status).toBe(200);
    expect((await list({})).keys).toEqual([data(second)["key"]]);
    const mails = world.table.items().filter(({ pk }) => pk.includes("/outbox/"));
    expect(mails).toHaveLength(1);
  });

  test("mails an invitation where one is asked for, and else none", async () => {
    await create();
    expect(world.mailQueue.messages).toEqual([]);
    const { key } = data(await create({ email: "bob@p.example", first_name: "Bob", send_invite: true }));
    const [message] = world.mailQueue.messages;
    expect(world.mailQueue.messages).toMatchObject([{ mail: "outgoing", program: "acme" }]);
    const mailKey = message !== undefined && "key" in message ? message.key : "";
    const [mail] = await world.ledger.find(outgoingMail, "acme", "key", [mailKey]);
    expect(mail?.record).toMatchObject({ to: "bob@p.example", reason: "invitation", partnership_key: key });
    expect(mail?.record.text).toContain("Hello Bob,");
  });

  test("fires triggers, and is in the audit log", async () => {
    await call("POST", "/api/v2/triggers", {
      name: "Welcome",
      event: "partner_joined",
      effects: [{ type: "reward", amount: 500, description: "Welcome" }],
    });
    await create();
    expect(await world.ledger.newest(reward, "acme", 10)).toMatchObject([{ record: { amount: 500 } }]);
    expect(await logged()).toContain("partnership.created");
  });
});

describe("changing a partner", () => {
  test("changes what is said, and leaves the rest", async () => {
    const made = data(
      await create({ partner_key: "ada", first_name: "Ada", tags: ["a", "b"], manager_email: "g@acme.example" }),
    );
    world.clock.advance(1000);
    const changed = data(
      await call("PATCH", `${PATH}/ada`, { first_name: "Adele", fields: [{ api_name: "x", value: 7 }] }),
    );
    expect(changed).toEqual({
      ...made,
      first_name: "Adele",
      team: { ...(made["team"] as object), name: "Adele" },
      mdata: { x: 7 },
      m_data: { x: 7 },
      field_data: { x: 7 },
      fields: [{ api_name: "x", name: "x", value: 7 }],
      updated_at: AT + 1000,
    });
  });

  test("a partner keeps being found by keys that it had before", async () => {
    const { key } = data(await create({ partner_key: "ada" }));
    expect(await call("PATCH", `${PATH}/ada`, { partner_key: "lovelace", email: "new@p.example" })).toMatchObject({
      status: 200,
      json: { data: { partner_key: "lovelace", email: "new@p.example" } },
    });
    for (const name of ["ada", "lovelace", "new@p.example"]) {
      expect(data(await call("GET", `${PATH}/${name}`))).toMatchObject({ key });
    }
    expect(await call("GET", `${PATH}/ada@p.example`)).toMatchObject({ status: 404 });
  });

  test("a move is an event of its own, at the instant of the move", async () => {
    await call("POST", "/api/v2/triggers", {
      name: "Up",
      event: "partner_moved",
      effects: [{ type: "reward", amount: 700, description: "Up" }],
    });
    await create({ partner_key: "ada" });
    world.clock.advance(1000);
    const moved = data(await call("PATCH", `${PATH}/ada`, { group_key: "Gold" }));
    expect(moved).toMatchObject({ group: { slug: "gold" }, group_joined_at: AT + 1000, joined_at: AT });
    expect(await world.ledger.newest(reward, "acme", 10)).toHaveLength(1);
    await call("PATCH", `${PATH}/ada`, { group_key: "gold" });
    expect(await world.ledger.newest(reward, "acme", 10)).toHaveLength(1);
  });

  test("managers and tiers come and go", async () => {
    const { key: tier_key } = data(await call("POST", "/api/v2/tiers", { name: "Silver" }));
    await create({ partner_key: "ada" });
    const patched = async (body: object) => data(await call("PATCH", `${PATH}/ada`, body));
    expect(await patched({ manager_name: "Grace", tier_key: "silver" })).toMatchObject({
      manager: { email: null, name: "Grace" },
      tier: { key: tier_key, name: "Silver" },
    });
    expect(await patched({ manager_email: "g@acme.example" })).toMatchObject({
      manager: { email: "g@acme.example", name: null },
    });
    expect(await patched({ manager_name: "Grace" })).toMatchObject({
      manager: { email: "g@acme.example", name: "Grace" },
    });
    expect(await patched({ manager_email: null, tier_key: null })).toMatchObject({ manager: null, tier: null });
  });

  test("archives it, says so from then on, and restores it", async () => {
    await create({ partner_key: "ada" });
    for (let time = 0; time < 2; time++) {
      expect((await call("DELETE", `${PATH}/ada`)).json).toEqual({ message: "Partnership archived", status: 200 });
    }
    expect((await logged()).filter((action) => action === "partnership.archived")).toHaveLength(1);
    expect(data(await call("GET", `${PATH}/ada`))).toMatchObject({ archived: true });
    expect((await list({})).keys).toEqual([]);
    await call("PATCH", `${PATH}/ada`, { archived: false });
    expect((await list({})).keys).toHaveLength(1);
  });

  test("tags are set as a whole, or one by one", async () => {
    await create({ partner_key: "ada", tags: ["a", "b"] });
    const tags = async (body: object) => data(await call("PATCH", `${PATH}/ada/tags`, body))["tags"];
    expect(await tags({ add: ["C", "A"], remove: ["B"] })).toEqual(["a", "C"]);
    expect(await tags({ tags: ["x"] })).toEqual(["x"]);
    expect(await tags({ tags: [] })).toEqual([]);
    expect(await namesOf()).toEqual(["a", "b", "C", "x"]);
    for (const [body, field] of [
      [{}, "tags"],
      [{ tags: ["a"], add: ["b"] }, "tags"],
      [{ add: [7] }, "add.0"],
    ] as const) {
      expect(await call("PATCH", `${PATH}/ada/tags`, body)).toMatchObject({ status: 400, json: { field } });
    }
  });

  test("two changes at once are both made", async () => {
    await create({ partner_key: "ada" });
    const replies = await Promise.all(
      ["a", "b", "c"].map((name) => call("PATCH", `${PATH}/ada/tags`, { add: [name] })),
    );
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    const { tags } = data(await call("GET", `${PATH}/ada`));
    expect(new Set(tags as string[])).toEqual(new Set(["a", "b", "c"]));
  });

  test.each([
    [{ approved_status: "new" }, "approved_status", "'new' is not one of ['approved', 'pending', 'declined']"],
    [{ archived: "no" }, "archived", "'no' is not of type 'boolean'"],
    [{ joined_at: 1 }, undefined, /'joined_at' unexpected/],
    [{ email: null }, "email", "null is not of type 'string'"],
  ])("refuses %j", async (body, field, message) => {
    await create({ partner_key: "ada" });
    const { status, json } = await call("PATCH", `${PATH}/ada`, body);
    expect([status, (json as { field?: string }).field]).toEqual([400, field]);
    expect((json as { message: string }).message).toMatch(message);
  });

  test("who is not there is not found", async () => {
    for (const [method, path] of [
      ["GET", `${PATH}/nobody`],
      ["PATCH", `${PATH}/nobody`],
      ["DELETE", `${PATH}/nobody`],
      ["GET", "/api/v2/partner-team/stck_nobody"],
    ] as const) {
      expect(await call(method, path, method === "PATCH" ? {} : undefined)).toMatchObject({ status: 404 });
    }
  });
});

describe("moving many", () => {
  test("answers for each by itself", async () => {
    const keys = [];
    for (const name of ["ada", "bob", "cleo"]) {
      keys.push(data(await create({ email: `${name}@p.example`, partner_key: name }))["key"]);
    }
    await call("PATCH", `${PATH}/bob`, { group_key: "gold" });
    const reply = await call("PATCH", PATH, {
      group_key: "gold",
      partner_keys: ["ada", "bob", "nobody", "ada", keys[2]],
    });
    expect(z.strictObject(bulkShape.shape).safeParse(data(reply)).error).toBeUndefined();
    expect(data(reply)).toEqual({
      items: [
        { key: "ada", status: 200, message: "Moved", field: null },
        { key: "bob", status: 200, message: "There already", field: null },
        { key: "nobody", status: 404, message: "Not found", field: null },
        { key: keys[2], status: 200, message: "Moved", field: null },
      ],
      succeeded: 3,
      failed: 1,
    });
    expect((await list({ group_key: "gold" })).keys).toHaveLength(3);
    expect((await logged()).filter((action) => action === "partnership.moved")).toHaveLength(2);
  });

  test.each([
    [{ partner_keys: ["a"] }, "group_key"],
    [{ group_key: "gold" }, "partnership_keys"],
    [{ group_key: "gold", partner_keys: ["a"], partnership_keys: ["b"] }, "partner_keys"],
    [{ group_key: "gold", partner_keys: [] }, "partner_keys"],
    [{ group_key: "gold", partner_keys: Array.from({ length: 251 }, String) }, "partner_keys"],
    [{ group_key: "old", partner_keys: ["a"] }, "group_key"],
    [{ group_key: "none", partner_keys: ["a"] }, "group_key"],
  ])("refuses %j", async (body, field) => {
    expect(await call("PATCH", PATH, body)).toMatchObject({ status: 400, json: { field } });
  });
});

describe("a team", () => {
  test("has the partner itself, and whoever is added", async () => {
    const { key, team } = data(await create({ partner_key: "ada", first_name: "Ada" }));
    const added = await call("POST", `${PATH}/ada/member`, { email: "eve@p.example", first_name: "Eve" });
    expect(z.strictObject(teamShape.shape).safeParse(data(added)).error).toBeUndefined();
    expect(data(added)).toMatchObject({
      ...(team as object),
      partnership_key: key,
      members: [
        { email: "ada@p.example", owner: true },
        { email: "eve@p.example", first_name: "Eve", last_name: "", owner: false },
      ],
    });
    const teamKey = (team as { key: string }).key;
    for (const name of [teamKey, key, "ada"]) {
      expect(data(await call("GET", `/api/v2/partner-team/${String(name)}`))).toEqual(data(added));
    }
    expect(data(await call("GET", `${PATH}/ada`))).not.toHaveProperty("members");
  });

  test.each([
    [{ email: "ADA@p.example", first_name: "A" }, 409, "email"],
    [{ first_name: "A" }, 400, "email"],
    [{ email: "eve@p.example" }, 400, "first_name"],
  ])("refuses %j", async (body, status, field) => {
    await create({ partner_key: "ada" });
    expect(await call("POST", `${PATH}/ada/member`, body)).toMatchObject({ status, json: { field } });
  });

  test("takes a member once under an Idempotency-Key", async () => {
    await create({ partner_key: "ada" });
    const request = {
      authorization,
      body: { email: "eve@p.example", first_name: "Eve" },
      headers: { "idempotency-key": "k" },
    };
    for (let time = 0; time < 2; time++) {
      const reply = await world.call("POST", `${PATH}/ada/member`, request);
      expect(data(reply)["members"]).toHaveLength(2);
    }
  });
});

describe("lists", () => {
  const PEOPLE = ["Ada Lovelace", "Bob Ross", "Cleo Nile", "Dan Brown", "Eve Ross"];

  beforeEach(async () => {
    for (const [at, name] of PEOPLE.entries()) {
      const [first_name = "", last_name = ""] = name.split(" ");
      const partner_key = first_name.toLowerCase();
      await create({
        email: `${partner_key}@p.example`,
        partner_key,
        first_name,
        last_name,
        tags: at % 2 === 0 ? ["Even"] : [],
        ...(at === 1 && { group_key: "gold", manager_name: "Grace" }),
      });
      world.clock.advance(1000);
    }
    await call("DELETE", `${PATH}/dan`);
    world.clock.advance(1000);
    await call("PATCH", `${PATH}/cleo`, { approved_status: "pending" });
  });

  const partners = async (query: Readonly<Record<string, string>>): Promise<unknown[]> => {
    const { json } = await list(query);
    return (json as { data: { items: { partner_key: string }[] } }).data.items.map(({ partner_key }) => partner_key);
  };

  test.each<[Readonly<Record<string, string>>, string[]]>([
    [{}, ["eve", "cleo", "bob", "ada"]],
    [{ order_by: "created_at" }, ["ada", "bob", "cleo", "eve"]],
    [{ order_by: "-updated_at" }, ["cleo", "eve", "bob", "ada"]],
    [{ include_archived: "true" }, ["eve", "dan", "cleo", "bob", "ada"]],
    [{ archived: "true" }, ["dan"]],
    [{ approved_status: "approved" }, ["eve", "bob", "ada"]],
    [{ approved_status: "pending" }, ["cleo"]],
    [{ email: "BOB@p.example" }, ["bob"]],
    [{ email: "dan@p.example" }, []],
    [{ email: "nobody@p.example" }, []],
    [{ tag: "even" }, ["eve", "cleo", "ada"]],
    [{ manager: "grace" }, ["bob"]],
    [{ group: "Gold" }, ["bob"]],
    [{ group_key: "affiliates", approved_status: "approved" }, ["eve", "ada"]],
    [{ min_created: String(AT + 1000), max_created: String(AT + 2000) }, ["cleo", "bob"]],
    [{ min_updated: String(AT + 5000) }, ["cleo"]],
    [{ search: "ross" }, ["bob", "eve"]],
    [{ search: "ROSS", group: "gold" }, ["bob"]],
    [{ search: "@p.EXAMPLE" }, ["ada", "bob", "cleo", "eve"]],
    [{ search: "@p.example", archived: "true" }, ["dan"]],
    [{ search: "e lo" }, []],
    [{ search: "a lo" }, ["ada"]],
  ])("with %j", async (query, expected) => {
    expect(await partners(query)).toEqual(expected);
  });

  test.each([
    [{ approved_status: "new" }, "approved_status"],
    [{ group: "nowhere" }, "group"],
    [{ tier_key: "none" }, "tier_key"],
    [{ archived: "maybe" }, "archived"],
    [{ search: " " }, "search"],
    [{ search: "x".repeat(101) }, "search"],
    [{ search: "x", order_by: "created_at" }, "order_by"],
    [{ search: "x", starting_after: "nobody" }, "starting_after"],
    [{ starting_after: "nobody" }, "starting_after"],
    [{ limit: "251" }, "limit"],
    [{ order_by: "amount" }, "order_by"],
  ])("refuses %j", async (query, field) => {
    expect(await list(query)).toMatchObject({ status: 400, json: { field } });
  });

  test.each<Readonly<Record<string, string>>>([{}, { search: "@p.example" }, { order_by: "created_at" }])(
    "every partner is told once, forwards and backwards, with %j",
    async (query) => {
      const all = (await list({ ...query, limit: "250" })).keys.map(String);
      expect(all).toHaveLength(4);
      const forwards: string[] = [];
      for (let page = await list({ ...query, limit: "1" }); page.keys.length > 0;) {
        forwards.push(...page.keys.map(String));
        page = await list({ ...query, limit: "1", starting_after: String(forwards.at(-1)) });
      }
      expect(forwards).toEqual(all);
      const backwards: string[] = [];
      for (let page = await list({ ...query, limit: "2", ending_before: String(all.at(-1)) }); page.keys.length > 0;) {
        backwards.unshift(...page.keys.map(String));
        page = await list({ ...query, limit: "2", ending_before: String(backwards[0]) });
      }
      expect(backwards).toEqual(all.slice(0, -1));
    },
  );

  test("a cursor is good though its partner was archived since", async () => {
    const [first, second] = (await list({ limit: "2" })).keys.map(String);
    await call("DELETE", `${PATH}/${first}`);
    expect((await list({ limit: "1", starting_after: String(first) })).keys).toEqual([second]);
    expect((await list({ search: "@p.example", starting_after: String(first) })).keys).toEqual([]);
  });

  test("what is found is what holds the text, in the order of names, page by page", async () => {
    await start();
    const partner = fc.record({
      first_name: fc.constantFrom("Ada", "ada", "Änne", "Bob", "東京", "😀", ""),
      last_name: fc.constantFrom("Ross", "ross", "O'Neil", "Straße", ""),
    });
    const drawn = fc
      .sample(partner, { numRuns: 40, seed: 7 })
      .map((names, at) =>
        aPartner({ ...names, key: `part_${at}`, partner_key: `key-${at}`, email: `x${at}@p.example` }),
      );
    await world.put(partnership, ...drawn);
    for (const search of ["a", "ROSS", "東", "😀", "STRASSE", "straße", "key-1", "@p.example", "o'", "zzz"]) {
      const text = search.toLowerCase();
      const sought = ({ first_name, last_name, email, partner_key }: (typeof drawn)[number]) =>
        [`${first_name} ${last_name}`, email, partner_key].some((one) =>
          one.normalize("NFKC").toLowerCase().includes(text),
        );
      const expected = drawn
        .filter(sought)
        .map(({ first_name, last_name, key }) => `${first_name} ${last_name}#${key}`.normalize("NFKC").toLowerCase())
        .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        .map((one) => one.slice(one.lastIndexOf("#") + 1));
      const found: string[] = [];
      for (let page = await list({ search, limit: "7" }); ;) {
        found.push(...page.keys.map(String));
        if (page.hasMore !== true) break;
        page = await list({ search, limit: "7", starting_after: String(found.at(-1)) });
      }
      expect(found, search).toEqual(expected);
    }
  });

  test("a partner has what it brought about", async () => {
    const { key } = data(await call("GET", `${PATH}/ada`));
    await world.put(customer, aCustomer({ partnership_key: String(key) }));
    await call("POST", "/api/v2/customers", { email: "x@c.example", partner_key: "ada" });
    const { items } = data(await list({ email: "ada@p.example" })) as { items: { stats: object }[] };
    expect(items[0]?.stats).toEqual({
      CUSTOMER_COUNT: 2,
      TRANSACTION_COUNT: 0,
      TRANSACTION_AMOUNT_USD: 0,
      REWARD_COUNT: 0,
      REWARD_AMOUNT_USD: 0,
      LEAD_COUNT: 0,
      DEAL_COUNT: 0,
    });
  });
});

describe("a partner's token", () => {
  const bearerOf = (partner: string) =>
    world.bearerOf({ program: "acme", kind: "partner", email: "ada@p.example", partnership: partner });

  test("sees itself and no other, and what it can earn", async () => {
    await call("PATCH", "/api/v2/groups/affiliates", { offers: "A tenth of every sale" });
    const rule = (name: string, effect: object, conditions?: object) =>
      call("POST", "/api/v2/triggers", {
        name,
        event: "transaction_created",
        effects: [{ type: "reward", description: name, ...effect }],
        ...(conditions && { conditions }),
      });
    const inGroup = (slug: string) => ({
      match: "all",
      rules: [
        {
          field: "partnership.tags",
          op: slug === "gold" ? "contains" : "is_set",
          value: slug === "gold" ? "gold" : false,
        },
        { field: "transaction.amount", op: "at_least", value: 5 },
      ],
    });
    const made = [
      await rule("Ten percent", { percent: "10" }, inGroup("affiliates")),
      await rule("For gold", { percent: "20" }, inGroup("gold")),
      await rule("Flat", { amount: 500, currency: "EUR" }),
    ];
    expect(made.map(({ status }) => status)).toEqual([200, 200, 200]);
    const { key } = data(await create({ partner_key: "ada", first_name: "Ada", last_name: "Lovelace" }));
    const other = data(await create({ email: "bob@p.example", partner_key: "bob" }));
    const bearer = await bearerOf(String(key));
    const reply = await list({ include_archived: "true" }, bearer);
    expect(reply.keys).toEqual([key]);
    const [own] = (data(reply) as { items: unknown[] }).items;
    expect(z.strictObject(partnersPartnershipShape.shape).safeParse(own).error).toBeUndefined();
    expect(own).toMatchObject({
      claimed: false,
      company: { key: "acme", name: "Acme" },
      has_sub_id: false,
      is_archived: false,
      status: "approved",
      link: "https://acme.example/hello?from=partner&partner_key=ada",
      team: { name: "Ada Lovelace" },
      offers: [
        { base_rate: 10, currency: null, description: "Ten percent", type: "percent" },
        { base_rate: 500, currency: "EUR", description: "Flat", type: "flat" },
        { base_rate: null, currency: null, description: "A tenth of every sale", type: "text" },
      ],
    });
    expect(data(await call("GET", `${PATH}/ada`, undefined, bearer))).toEqual(own);
    for (const name of [String(other["key"]), "bob", "bob@p.example"]) {
      expect(await call("GET", `${PATH}/${name}`, undefined, bearer)).toMatchObject({ status: 404 });
    }
    for (const [method, path] of [
      ["POST", PATH],
      ["PATCH", PATH],
      ["PATCH", `${PATH}/ada`],
      ["DELETE", `${PATH}/ada`],
      ["PATCH", `${PATH}/ada/tags`],
      ["POST", `${PATH}/ada/member`],
    ] as const) {
      expect(await call(method, path, {}, bearer)).toMatchObject({ status: 403 });
    }
    expect(await call("GET", "/api/v2/partner-team/ada", undefined, bearer)).toMatchObject({ status: 403 });
  });
});

describe("another program", () => {
  test("has nothing of it", async () => {
    await create({ partner_key: "ada", tags: ["vip"] });
    const { basic } = await world.start({ key: "other", name: "Other", admin_email: "o@other.example" });
    expect((await list({}, basic)).keys).toEqual([]);
    expect((await list({ search: "ada" }, basic)).keys).toEqual([]);
    expect((await list({ email: "ada@p.example" }, basic)).keys).toEqual([]);
    for (const method of ["GET", "PATCH", "DELETE"]) {
      expect(await call(method, `${PATH}/ada`, method === "PATCH" ? {} : undefined, basic)).toMatchObject({
        status: 404,
      });
    }
    expect(data(await call("PATCH", PATH, { group_key: "default", partner_keys: ["ada"] }, basic))).toMatchObject({
      failed: 1,
    });
  });
});

describe("a test key", () => {
  test("has a partner of its own from the first time that it names it", async () => {
    const asTest = callWithTestKey(world, "acme");
    expect(await call("GET", `${PATH}/gstest`)).toMatchObject({ status: 404 });
    const both = await Promise.all([1, 2].map(() => asTest("GET", `${PATH}/gstest`)));
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(data(both[0] ?? (await create()))).toMatchObject({ partner_key: "gstest", test: true });
    const body = { email: "x@c.example", partner_key: "gstest" };
    expect(data(await asTest("POST", "/api/v2/customers", body))).toMatchObject({ test: true });
    expect((await list({})).keys).toHaveLength(1);
  });

  test("is made by what names it in a body, too", async () => {
    const asTest = callWithTestKey(world, "acme");
    const body = { email: "x@c.example", partner_key: "gstest" };
    expect(data(await asTest("POST", "/api/v2/customers", body))).toMatchObject({ test: true });
  });

  test("makes test partners, who set off nothing, and touches no other", async () => {
    const asTest = callWithTestKey(world, "acme");
    await call("POST", "/api/v2/triggers", {
      name: "Welcome",
      event: "partner_joined",
      effects: [{ type: "reward", amount: 500, description: "Welcome" }],
    });
    const made = await asTest("POST", PATH, { email: "t@p.example", partner_key: "tess", send_invite: true });
    expect(data(made)).toMatchObject({ test: true });
    expect(await world.ledger.newest(reward, "acme", 10)).toEqual([]);
    expect(world.mailQueue.messages).toEqual([]);
    expect(await asTest("PATCH", `${PATH}/tess`, { first_name: "T" })).toMatchObject({ status: 200 });
    await create({ partner_key: "ada" });
    for (const [method, path, body] of [
      ["PATCH", `${PATH}/ada`, { first_name: "T" }],
      ["DELETE", `${PATH}/ada`, undefined],
      ["PATCH", `${PATH}/ada/tags`, { tags: [] }],
      ["POST", `${PATH}/ada/member`, { email: "m@p.example", first_name: "M" }],
    ] as const) {
      expect(await asTest(method, path, body)).toMatchObject({ status: 400, json: { field: "key" } });
    }
    expect(data(await asTest("PATCH", PATH, { group_key: "gold", partner_keys: ["ada", "tess"] }))).toMatchObject({
      items: [{ status: 400 }, { status: 200 }],
    });
  });
});
