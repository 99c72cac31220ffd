import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { createdDealFileShape, dealFileShape, linkedDealFileShape } from "../../../shared/api/deals/deal-file-shape.ts";
import { dealShape } from "../../../shared/api/deals/deal-shape.ts";
import { customer } from "../../../shared/records/customer.ts";
import { group } from "../../../shared/records/group.ts";
import { partnership } from "../../../shared/records/partnership.ts";
import { reward } from "../../../shared/records/reward.ts";
import { createWorld, type Reply } from "../api-world.ts";
import { aCustomer, aPartner } from "../ledger-records.ts";

const AT = Date.parse("2026-04-01T12:00:00Z");
const PATH = "/api/v2/deals";

const GROUPS = [
  { name: "Affiliates", slug: "affiliates", default: true },
  {
    name: "Resellers",
    slug: "resellers",
    deal_form: [
      { api_name: "account_name", required: true },
      { api_name: "region", type: "choice" as const, options: ["EMEA", "APAC"], required: true },
    ],
    deal_stages: [{ name: "Pitch" }, { name: "Closed won" }],
  },
  { name: "Closed Circle", slug: "closed", features: { deals_enabled: false } },
];

let world: ReturnType<typeof createWorld>;
let authorization: string;
let groupKey: (slug: string) => string;

beforeEach(async () => {
  world = createWorld();
  ({ basic: authorization } = await world.start({ groups: GROUPS }));
  const known = new Map<string, string>();
  for await (const { record } of world.ledger.collection(group, "acme/groups")) known.set(record.slug, record.key);
  groupKey = (slug) => known.get(slug) ?? "";
  await world.put(
    partnership,
    aPartner({ key: "part_1", partner_key: "ada", email: "ada@p.example", group_key: groupKey("affiliates") }),
    aPartner({ key: "part_2", partner_key: "bob", email: "bob@p.example", group_key: groupKey("resellers") }),
    aPartner({ key: "part_3", partner_key: "cy", email: "cy@p.example", group_key: groupKey("closed") }),
    aPartner({
      key: "part_t",
      partner_key: "gstest",
      email: "t@p.example",
      group_key: groupKey("affiliates"),
      test: true,
    }),
  );
});

const call = (method: string, path: string, body?: unknown, query: Record<string, string> = {}): Promise<Reply> =>
  world.call(method, path, { authorization, query, ...(body !== undefined && { body }) });

const BODY = {
  external_key: "crm_1",
  partner_key: "ada",
  account_name: "Cobol, Inc.",
  amount: 500_000,
  close_date: "2026-06-30",
  stage: "Working",
  contact_first_name: "Grace",
  contact_last_name: "Hopper",
};

const VENDORS = { ...BODY, external_key: "crm_v", partner_key: undefined, source: "vendor", group_key: "affiliates" };

const create = (body: object = {}): Promise<Reply> => call("POST", PATH, { ...BODY, ...body });

const data = ({ json }: Reply) => (json as { data: Record<string, unknown> }).data;
const fieldOf = ({ json }: Reply) => (json as { field?: string }).field;
const fits = (shape: z.ZodObject, shown: unknown) =>
  expect(z.strictObject(shape.shape).safeParse(shown).error).toBeUndefined();

describe("making a deal", () => {
  test("answers with it as it is kept, with its form", async () => {
    const reply = await create();
    expect(reply).toMatchObject({ status: 200, json: { message: "Deal created", status: 200 } });
    const made = data(reply);
    fits(dealShape, made);
    expect(made).toMatchObject({
      key: expect.stringMatching(/^deal_/),
      external_key: "crm_1",
      partner_key: "ada",
      partnership_key: "part_1",
      group_key: groupKey("affiliates"),
      mold_key: expect.stringMatching(/^mold_/),
      account_name: "Cobol, Inc.",
      amount: 500_000,
      currency: "USD",
      close_date: "2026-06-30",
      stage: "Working",
      contact_first_name: "Grace",
      contact_last_name: "Hopper",
      lost_reason: null,
      source: "partner",
      customer_key: null,
      archived: false,
      test: false,
      team: null,
      team_member: null,
      field_data: { amount: 500_000, close_date: "2026-06-30", stage: "Working" },
      created_at: AT,
    });
    for (const path of [`${PATH}/${String(made["key"])}`, `${PATH}/crm_1`, "/api/deals/crm_1", "/v2/deals/crm_1"]) {
      expect(data(await call("GET", path))).toEqual(made);
    }
  });

  test("takes the form's fields from its lists, too", async () => {
    const { amount, stage, ...rest } = BODY;
    const meta = { amount, stage: "pitch", region: "emea" };
    const made = data(await call("POST", PATH, { ...rest, partner_key: "bob", meta }));
    fits(dealShape, made);
    expect(made).toMatchObject({ amount, stage: "Pitch", mdata: { region: "EMEA", account_name: "Cobol, Inc." } });
    expect(stage).toBe("Working");
  });

  test.each([
    [{ amount: undefined }, "amount", "'amount' is a required property"],
    [{ amount: null }, "amount", "null is not of type 'number'"],
    [{ amount: "5" }, "amount", /not of type/],
    [{ amount: 10 ** 12 }, "amount", /greater than the maximum/],
    [{ close_date: undefined }, "close_date", "'close_date' is a required property"],
    [{ close_date: "30.06.2026" }, "close_date", /YYYY-MM-DD/],
    [{ close_date: "2026-02-30" }, "close_date", /YYYY-MM-DD/],
    [{ close_date: 1 }, "close_date", /not of type 'string'/],
    [{ stage: undefined }, "stage", "'stage' is a required property"],
    [{ stage: "Won" }, "stage", "'Won' is not one of ['Closed won', 'Working', 'Negotiating']"],
    [{ partner_key: undefined }, "partner_key", "'partner_key' is a required property"],
    [{ partner_key: "nobody" }, "partner_key", /no partner/],
    [{ source: "nobody" }, "source", /not one of \['partner', 'vendor'\]/],
    [{ source: "vendor", partner_key: undefined }, "group_key", "'group_key' is a required property"],
    [{ group_key: "nothing" }, "group_key", "there is no group 'nothing'"],
    [{ partner_key: "bob", stage: "Pitch" }, "fields.region", "'region' is a required property"],
    [{ partner_key: "bob", stage: "Pitch", meta: { region: "Mars" } }, "fields.region", /EMEA, APAC/],
    [{ account_name: "x".repeat(256) }, "account_name", /too long/],
    [{ email: "nobody" }, "email", /email/],
    [{ currency: "usd" }, "currency", /./],
    [{ external_key: "" }, "external_key", /too short/],
    [{ wrong: 1 }, undefined, /Additional properties/],
  ])("refuses %j", async (body, field, message) => {
    const reply = await create(body);
    expect([reply.status, fieldOf(reply)]).toEqual([400, field]);
    expect((reply.json as { message: string }).message).toMatch(message);
    expect((await call("GET", PATH)).keys).toEqual([]);
  });

  test("is refused where deals are not taken in, and where its key is another one's", async () => {
    expect(await create({ partner_key: "cy" })).toMatchObject({
      status: 409,
      json: { message: "the group 'Closed Circle' does not take in deals", field: "group_key" },
    });
    await create();
    expect(await create()).toMatchObject({ status: 409, json: { field: "external_key" } });
  });

  test("happens once under an Idempotency-Key", async () => {
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

  test("counts by its stage and fires triggers with its amount", async () => {
    await call("POST", "/api/v2/triggers", {
      name: "Won",
      event: "deal_stage",
      conditions: { match: "all", rules: [{ field: "deal.stage", op: "is", value: "Closed won" }] },
      effects: [{ type: "reward", percent: "10", description: "A deal" }],
    });
    await create();
    await call("PATCH", `${PATH}/crm_1`, { stage: "closed_won" });
    await call("PATCH", `${PATH}/crm_1`, { notes: "Signed" });
    expect((await world.ledger.newest(reward, "acme", 10)).map(({ record }) => record.amount)).toEqual([50_000]);
    expect(Object.fromEntries(await world.ledger.totals("acme", "part_1"))).toMatchObject({
      "2026-04-01/deals/Closed won": 1,
      "2026-04-01/deals/Working": 0,
      "2026-04-01/deal_amount/USD": 500_000,
    });
  });
});

describe("changing a deal", () => {
  test("changes what is said, and leaves the rest", async () => {
    const { key } = data(await create());
    world.clock.advance(1000);
    const changed = data(
      await call("PATCH", `${PATH}/crm_1`, { amount: 7, lost_reason: "Too dear", close_date: "2026-07-01" }),
    );
    fits(dealShape, changed);
    expect(changed).toMatchObject({
      key,
      amount: 7,
      lost_reason: "Too dear",
      close_date: "2026-07-01",
      stage: "Working",
      updated_at: AT + 1000,
    });
  });

  test.each([
    [{ stage: "Pitch" }, "stage"],
    [{ amount: null }, "amount"],
    [{ close_date: null }, "close_date"],
    [{ partner_key: "bob" }, "stage"],
    [{ partner_key: "bob", stage: "Pitch" }, "fields.region"],
    [{ wrong: 1 }, undefined],
  ])("refuses %j", async (body, field) => {
    await create();
    const reply = await call("PATCH", `${PATH}/crm_1`, body);
    expect([reply.status, fieldOf(reply)]).toEqual([400, field]);
  });

  test("gives it to another partner, and archives it", async () => {
    await create();
    const meta = { region: "APAC" };
    const moved = data(await call("PATCH", `${PATH}/crm_1`, { partner_key: "bob", stage: "Pitch", meta }));
    expect(moved).toMatchObject({ partnership_key: "part_2", stage: "Pitch", group_key: groupKey("resellers") });
    expect((await call("GET", PATH, undefined, { partner_key: "ada" })).keys).toEqual([]);
    for (let time = 0; time < 2; time++) {
      expect((await call("DELETE", `${PATH}/crm_1`)).json).toEqual({ message: "Deal archived", status: 200 });
    }
    expect(data(await call("GET", `${PATH}/crm_1`))).toMatchObject({ archived: true });
  });
});

describe("a vendor's deal", () => {
  test("is nobody's until it is assigned, and is listed all the same", async () => {
    const made = data(await call("POST", PATH, VENDORS));
    fits(dealShape, made);
    expect(made).toMatchObject({ source: "vendor", partner_key: null, partnership_key: null });
    const { key } = made;
    for (const query of [{}, { group: "affiliates" }, { source: "vendor" }, { stage: "working" }]) {
      expect((await call("GET", PATH, undefined, query)).keys).toEqual([key]);
    }
    expect((await call("GET", PATH, undefined, { group: "resellers" })).keys).toEqual([]);
    expect(await call("PATCH", `${PATH}/crm_v`, { source: "partner" })).toMatchObject({
      status: 400,
      json: { field: "partner_key" },
    });

    for (const [path, partner_key] of [
      [`/api/deals/crm_v/assignment/part_1/stck_1`, "ada"],
      [`${PATH}/crm_v/assignment/ada/none`, "ada"],
    ]) {
      const assigned = await call("POST", path ?? "");
      expect(assigned).toMatchObject({ status: 200, json: { message: "Deal assigned" } });
      expect(data(assigned)).toMatchObject({ key, partner_key, source: "vendor" });
    }
    expect((await call("GET", PATH, undefined, { partner_key: "ada" })).keys).toEqual([key]);
    expect((await call("GET", PATH)).keys).toEqual([key]);
    expect(Object.fromEntries(await world.ledger.totals("acme", "part_1"))).toMatchObject({
      "2026-04-01/deals/Working": 1,
    });
    expect((await call("GET", "/api/v2/audit-log")).text.match(/deal\.assigned/g)).toHaveLength(1);
  });

  test("is assigned only to who is there, takes in deals and has its stage", async () => {
    await call("POST", PATH, VENDORS);
    const assign = (deal: string, partner: string) => call("POST", `${PATH}/${deal}/assignment/${partner}/stck_1`);
    expect(await assign("crm_v", "nobody")).toMatchObject({ status: 404 });
    expect(await assign("nothing", "ada")).toMatchObject({ status: 404 });
    expect(await assign("crm_v", "cy")).toMatchObject({ status: 409 });
    expect(await assign("crm_v", "bob")).toMatchObject({ status: 400, json: { field: "stage" } });
    expect(await assign("crm_v", "gstest")).toMatchObject({ status: 400, json: { field: "partner_key" } });
    expect(data(await call("GET", `${PATH}/crm_v`))).toMatchObject({ partner_key: null });
  });

  test("becomes a customer without a partner", async () => {
    await call("POST", PATH, VENDORS);
    const buyer = await call("POST", `${PATH}/crm_v/convert`, { email: "grace@c.example" });
    expect(data(buyer)).toMatchObject({ partner_key: null, source_type: "deal", name: "Grace Hopper" });
  });
});

describe("the list", () => {
  test("goes to its end, page by page, whatever has become of the cursor", async () => {
    const made: string[] = [];
    for (let at = 0; at < 7; at++) {
      world.clock.advance(1);
      const body = at % 3 === 0 ? VENDORS : BODY;
      made.push(String(data(await call("POST", PATH, { ...body, external_key: `crm_${at}` }))["key"]));
    }
    const expected = made.toReversed();
    const seen: string[] = [];
    for (;;) {
      const last = seen.at(-1);
      const page = await call("GET", PATH, undefined, {
        limit: "2",
        ...(last !== undefined && { starting_after: last }),
      });
      if (page.keys.length === 0) break;
      seen.push(...page.keys.map(String));
      await call("DELETE", `${PATH}/${seen.at(-1)}`);
    }
    expect(seen).toEqual(expected);
    expect((await call("GET", PATH, undefined, { order_by: "created_at", limit: "2" })).keys).toEqual(made.slice(0, 2));
  });

  test("is narrowed by customers, however many, with commas in their keys", async () => {
    await world.put(
      customer,
      aCustomer({ key: "cus_1", customer_key: "a,b", email: "1@c.example", partnership_key: "part_1" }),
      aCustomer({ key: "cus_2", customer_key: "c", email: "2@c.example", partnership_key: "part_1" }),
    );
    const one = data(await create({ customer_key: "a,b" }))["key"];
    const two = data(await create({ external_key: "crm_2", customer_key: "cus_2" }))["key"];
    await create({ external_key: "crm_3" });
    const cases: [string, unknown[]][] = [
      ["a,b", [one]],
      ["c", [two]],
      ["cus_1,c", [two, one]],
    ];
    for (const [customer_key, expected] of cases) {
      const { keys } = await call("GET", PATH, undefined, { customer_key });
      expect(new Set(keys)).toEqual(new Set(expected));
    }
    for (const [query, field] of [
      [{ customer_key: "nobody" }, "customer_key"],
      [{ customer_key: "c,nobody" }, "customer_key"],
      [{ stage: "nothing" }, "stage"],
      [{ source: "nobody" }, "source"],
      [{ archived: "maybe" }, "archived"],
    ] as const) {
      const reply = await call("GET", PATH, undefined, query);
      expect([reply.status, fieldOf(reply)]).toEqual([400, field]);
    }
  });
});

describe("a deal that is converted", () => {
  test("becomes a customer of its partner, once", async () => {
    await create();
    const first = await call("POST", `/api/deals/crm_1/convert`, { email: "grace@c.example", customer_key: "acct_1" });
    expect(first).toMatchObject({ status: 200, json: { message: "Deal converted" } });
    expect(data(first)).toMatchObject({
      customer_key: "acct_1",
      company_name: "Cobol, Inc.",
      partner_key: "ada",
      source_type: "deal",
    });
    expect(data(await call("POST", `${PATH}/crm_1/convert`, { email: "x@c.example" }))).toEqual(data(first));
    expect(data(await call("GET", `${PATH}/crm_1`))["customer_key"]).toBe(data(first)["key"]);
    expect(await call("POST", `${PATH}/crm_1/convert`, {})).toMatchObject({ status: 400, json: { field: "email" } });
  });
});

describe("files of a deal", () => {
  const FILES = `${PATH}/crm_1/files`;
  const FILE = { filename: "offer.pdf", bytes: 1_000, content_type: "application/pdf" };
  beforeEach(() => create());

  test("are asked for, uploaded by a form, and told of as they are", async () => {
    const asked = await call("POST", FILES, FILE);
    expect(asked).toMatchObject({ status: 200, json: { message: "File created: upload it" } });
    const made = data(asked);
    fits(createdDealFileShape, made);
    const { key, deal_key } = made;
    const object = `deal-files/acme/${String(deal_key)}/${String(key)}`;
    expect(made).toMatchObject({
      key: expect.stringMatching(/^file_/),
      ...FILE,
      uploaded: false,
      uploaded_bytes: null,
      upload: {
        method: "POST",
        fields: { key: object, policy: "1..1000 bytes, 15 minutes" },
        max_bytes: 1_000,
        expires_at: AT + 15 * 60_000,
      },
    });
    const path = `/api/deals/crm_1/file/${String(key)}`;
    const before = data(await call("GET", path));
    fits(linkedDealFileShape, before);
    expect(before).toMatchObject({ uploaded: false, url: null, url_expires_at: null });

    world.objects.drop(object, "PDF");
    const there = data(await call("GET", path));
    fits(linkedDealFileShape, there);
    expect(there).toMatchObject({ uploaded: true, uploaded_bytes: 3, url_expires_at: AT + 5 * 60_000 });
    expect(there["url"]).toBe(`https://bucket.test/${object}?minutes=5&filename=offer.pdf`);
    expect((await call("GET", "/api/v2/audit-log")).text).toContain("deal_file.created");
  });

  test("are listed to the end, the newest first", async () => {
    const made: unknown[] = [];
    for (let at = 0; at < 5; at++) {
      world.clock.advance(1);
      made.push(data(await call("POST", FILES, { ...FILE, filename: `${at}.pdf` }))["key"]);
    }
    const seen: string[] = [];
    for (;;) {
      const last = seen.at(-1);
      const page = await call("GET", FILES, undefined, {
        limit: "2",
        ...(last !== undefined && { starting_after: last }),
      });
      if (page.keys.length === 0) break;
      for (const one of (page.json as { data: { items: unknown[] } }).data.items) fits(dealFileShape, one);
      seen.push(...page.keys.map(String));
    }
    expect(seen).toEqual(made.toReversed());
  });

  test.each([
    [{ filename: undefined }, "filename"],
    [{ filename: "" }, "filename"],
    [{ filename: "../a" }, "filename"],
    [{ filename: "a\nb" }, "filename"],
    [{ bytes: undefined }, "bytes"],
    [{ bytes: 0 }, "bytes"],
    [{ bytes: 25 * 1024 ** 2 + 1 }, "bytes"],
    [{ content_type: undefined }, "content_type"],
    [{ content_type: "pdf" }, "content_type"],
    [{ wrong: 1 }, undefined],
  ])("are refused: %j", async (body, field) => {
    const reply = await call("POST", FILES, { ...FILE, ...body });
    expect([reply.status, fieldOf(reply)]).toEqual([400, field]);
  });

  test("are made once under an Idempotency-Key", async () => {
    const request = { authorization, body: FILE, headers: { "idempotency-key": "k-1" } };
    const replies = [await world.call("POST", FILES, request), await world.call("POST", FILES, request)];
    expect(replies[0]?.text).toBe(replies[1]?.text);
    expect((await call("GET", FILES)).keys).toHaveLength(1);
  });

  test("of another deal, another partner or another program are missing", async () => {
    await create({ external_key: "crm_2", partner_key: "bob", stage: "Pitch", meta: { region: "EMEA" } });
    const own = String(data(await call("POST", FILES, FILE))["key"]);
    const other = String(data(await call("POST", `${PATH}/crm_2/files`, FILE))["key"]);
    expect(await call("GET", `${PATH}/crm_1/file/${other}`)).toMatchObject({ status: 404 });
    expect(await call("GET", `${PATH}/crm_1/file/nothing`)).toMatchObject({ status: 404 });
    expect(await call("POST", `${PATH}/nothing/files`, FILE)).toMatchObject({ status: 404 });

    const holder = { program: "acme", kind: "partner" as const, email: "ada@p.example", partnership: "part_1" };
    const bearer = await world.bearerOf(holder);
    const as = (method: string, path: string, body?: unknown) =>
      world.call(method, path, { authorization: bearer, ...(body !== undefined && { body }) });
    expect(await as("GET", FILES)).toMatchObject({ status: 200, keys: [own] });
    expect(await as("GET", `${PATH}/crm_1/file/${own}`)).toMatchObject({ status: 200 });
    expect(await as("GET", `${PATH}/crm_2/files`)).toMatchObject({ status: 404 });
    expect(await as("GET", `${PATH}/crm_2/file/${other}`)).toMatchObject({ status: 404 });
    expect(await as("GET", `${PATH}/crm_1/file/${other}`)).toMatchObject({ status: 404 });
    expect(await as("POST", FILES, FILE)).toMatchObject({ status: 403 });

    const { basic: stranger } = await world.start({ key: "globex" });
    for (const path of [FILES, `${PATH}/crm_1/file/${own}`]) {
      expect(await world.call("GET", path, { authorization: stranger })).toMatchObject({ status: 404 });
    }
  });
});

test("a partner's token sees its own deals, nobody's among none of them, and changes nothing", async () => {
  const mine = data(await create())["key"];
  await create({ external_key: "crm_2", partner_key: "bob", stage: "Pitch", meta: { region: "EMEA" } });
  await call("POST", PATH, VENDORS);
  const holder = { program: "acme", kind: "partner" as const, email: "ada@p.example", partnership: "part_1" };
  const bearer = await world.bearerOf(holder);
  const as = (method: string, path: string, body?: unknown) =>
    world.call(method, path, { authorization: bearer, ...(body !== undefined && { body }) });
  expect(await as("GET", PATH)).toMatchObject({ status: 200, keys: [mine] });
  await world.put(
    customer,
    aCustomer({ key: "cus_1", customer_key: "mine", email: "1@c.example", partnership_key: "part_1" }),
    aCustomer({ key: "cus_2", customer_key: "theirs", email: "2@c.example", partnership_key: "part_2" }),
  );
  const asked = (query: Record<string, string>) => world.call("GET", PATH, { authorization: bearer, query });
  expect(await asked({ customer_key: "mine" })).toMatchObject({ status: 200, keys: [] });
  const [theirs, unknown] = [await asked({ customer_key: "theirs" }), await asked({ customer_key: "nobody" })];
  expect([theirs.status, theirs.text.replace("theirs", "nobody")]).toEqual([400, unknown.text]);
  const refused = await asked({ stage: "Nothing" });
  expect([refused.status, refused.text.includes("Pitch")]).toEqual([400, false]);
  for (const key of ["crm_2", "crm_v"]) expect(await as("GET", `${PATH}/${key}`)).toMatchObject({ status: 404 });
  for (const [method, path] of [
    ["POST", PATH],
    ["PATCH", `${PATH}/crm_1`],
    ["DELETE", `${PATH}/crm_1`],
    ["POST", `${PATH}/crm_1/convert`],
    ["POST", `${PATH}/crm_v/assignment/part_1/stck_1`],
    ["GET", `${PATH}/form-templates`],
  ] as const) {
    expect(await as(method, path, method === "GET" ? undefined : {})).toMatchObject({ status: 403 });
  }
});

test("what is made under a test partner is a test, its files among it", async () => {
  expect(data(await create({ partner_key: "gstest" }))).toMatchObject({ test: true });
  const file = await call("POST", `${PATH}/crm_1/files`, { filename: "a", bytes: 1, content_type: "text/plain" });
  expect(data(file)).toMatchObject({ test: true });
  expect(Object.fromEntries(await world.ledger.totals("acme", "part_t"))).toEqual({});
});
