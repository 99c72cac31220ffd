import { beforeEach, expect, test } from "vitest";
import { createWorld, type Reply } from "../api-world.ts";
import { callWithTestKey } from "./call-as.ts";

const AT = Date.parse("2026-04-01T12:00:00Z");
const PATH = "/api/v2/products";
const BOOK = "/api/v2/product-book";
const pro = { product_key: "pro-annual", name: "Pro, a year" };

let world: ReturnType<typeof createWorld>;
let authorization: string;

beforeEach(async () => {
  world = createWorld();
  ({ basic: authorization } = await world.start());
});

const call = (
  method: string,
  path: string,
  body?: unknown,
  more: Parameters<typeof world.call>[2] = {},
): Promise<Reply> => world.call(method, path, { authorization, ...(body !== undefined && { body }), ...more });

const data = ({ json }: Pick<Reply, "json">) => (json as { data: Record<string, unknown> }).data;

const items = async (path: string, query: Record<string, string> = {}) =>
  data(await call("GET", path, undefined, { query }))["items"] as Record<string, unknown>[];

test("a product is added, found by either key, changed and archived", async () => {
  const reply = await call("POST", PATH, { ...pro, category_key: "plans" });
  expect(reply).toMatchObject({ status: 200, json: { message: "Product created" } });
  const made = data(reply);
  expect(made).toEqual({
    key: expect.stringMatching(/^prod_/),
    ...pro,
    category_key: "plans",
    description: null,
    archived: false,
    created_at: AT,
    updated_at: AT,
  });
  for (const key of [String(made["key"]), pro.product_key]) {
    expect(data(await call("GET", `${PATH}/${key}`))).toEqual(made);
  }
  world.clock.advance(1000);
  const changed = { ...made, name: "Pro", category_key: null, description: "All of it", updated_at: AT + 1000 };
  const change = { name: "Pro", category_key: null, description: "All of it" };
  expect(data(await call("PATCH", `${PATH}/pro-annual`, change))).toEqual(changed);
  for (let time = 0; time < 2; time++) {
    expect((await call("DELETE", `${PATH}/pro-annual`)).json).toEqual({ message: "Product archived", status: 200 });
  }
  expect(data(await call("GET", `${PATH}/pro-annual`))).toEqual({ ...changed, archived: true });
  expect(await items(BOOK)).toEqual([]);
  expect(await call("POST", PATH, pro)).toMatchObject({ status: 409, json: { field: "product_key" } });
  expect(data(await call("PATCH", `${PATH}/pro-annual`, { archived: false }))).toEqual(changed);
  expect(await items(BOOK)).toHaveLength(1);
  const audit = (await items("/api/v2/audit-log")).map(({ action }) => action);
  expect(audit.filter((action) => String(action).startsWith("product."))).toHaveLength(4);
});

test.each([
  [{ name: "A" }, 400, "product_key", "'product_key' is a required property"],
  [{ product_key: "a" }, 400, "name", "'name' is a required property"],
  [{ ...pro, product_key: "" }, 400, "product_key", /too short/],
  [{ ...pro, product_key: "x".repeat(256) }, 400, "product_key", /too long/],
  [{ ...pro, product_key: 7 }, 400, "product_key", /not of type 'string'/],
  [{ ...pro, name: "" }, 400, "name", /too short/],
  [{ ...pro, name: "x".repeat(256) }, 400, "name", /too long/],
  [{ ...pro, category_key: "x".repeat(256) }, 400, "category_key", /too long/],
  [{ ...pro, description: "x".repeat(2001) }, 400, "description", /too long/],
  [{ ...pro, price: 1 }, 400, undefined, /'price' unexpected/],
  [[], 400, undefined, /not of type 'object'/],
])("refuses to add %j", async (body, status, field, message) => {
  const reply = await call("POST", PATH, body);
  expect([reply.status, (reply.json as { field?: string }).field]).toEqual([status, field]);
  expect((reply.json as { message: string }).message).toMatch(message);
  expect(await items(PATH)).toEqual([]);
});

test.each([
  [{ product_key: "other" }, undefined, /'product_key' unexpected/],
  [{ name: "" }, "name", /too short/],
  [{ name: null }, "name", /not of type 'string'/],
  [{ archived: "yes" }, "archived", /not of type 'boolean'/],
])("refuses to change %j", async (body, field, message) => {
  const before = data(await call("POST", PATH, pro));
  const reply = await call("PATCH", `${PATH}/pro-annual`, body);
  expect([reply.status, (reply.json as { field?: string }).field]).toEqual([400, field]);
  expect((reply.json as { message: string }).message).toMatch(message);
  expect(data(await call("GET", `${PATH}/pro-annual`))).toEqual(before);
});

test("of two at once that take one key, one is told so, and a request named twice adds one", async () => {
  const replies = await Promise.all([1, 2].map(() => call("POST", PATH, pro)));
  expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  const named = { headers: { "idempotency-key": "k-1" } };
  const [first, second] = [
    await call("POST", PATH, { ...pro, product_key: "b" }, named),
    await call("POST", PATH, { ...pro, product_key: "b" }, named),
  ];
  expect([second.status, second.text]).toEqual([200, first.text]);
  expect(await call("POST", PATH, { ...pro, product_key: "c" }, named)).toMatchObject({ status: 409 });
  expect(await items(PATH)).toHaveLength(2);
});

test.each([PATH, BOOK])("%s is paged to its end, and takes what lists take", async (path) => {
  for (let at = 0; at < 23; at++) {
    world.clock.advance(1000);
    await call("POST", PATH, { product_key: `p-${at}`, name: "P", category_key: at % 2 === 0 ? "even" : null });
  }
  const expected = Array.from({ length: 23 }, (_, at) => `p-${22 - at}`);
  const found: unknown[] = [];
  for (let after: string | undefined; ;) {
    const query = { limit: "5", ...(after !== undefined && { starting_after: after }) };
    const page = await items(path, query);
    if (page.length === 0) break;
    found.push(...page.map(({ product_key }) => product_key));
    after = String(page.at(-1)?.["key"]);
  }
  expect(found).toEqual(expected);
  expect(await items(path, { category_key: "even", limit: "250" })).toHaveLength(12);
  expect(await items(path, { min_created: String(AT + 22_000) })).toHaveLength(2);
  expect((await items(path, { order_by: "created_at", limit: "1" }))[0]).toMatchObject({ product_key: "p-0" });
  for (const [query, field] of [
    [{ limit: "251" }, "limit"],
    [{ starting_after: "prod_x" }, "starting_after"],
    [{ order_by: "name" }, "order_by"],
    [{ min_created: "x" }, "min_created"],
  ] as const) {
    expect(await call("GET", path, undefined, { query })).toMatchObject({ status: 400, json: { field } });
  }
});

test("the list tells archived ones apart", async () => {
  for (const product_key of ["a", "b"]) await call("POST", PATH, { product_key, name: "P" });
  await call("DELETE", `${PATH}/a`);
  expect(await items(PATH)).toHaveLength(2);
  expect(await items(PATH, { archived: "true" })).toMatchObject([{ product_key: "a" }]);
  expect(await items(PATH, { archived: "false" })).toMatchObject([{ product_key: "b" }]);
  const query = { archived: "perhaps" };
  expect(await call("GET", PATH, undefined, { query })).toMatchObject({ status: 400, json: { field: "archived" } });
});

const addTrigger = async (over: object, reward: object) =>
  data(
    await call("POST", "/api/v2/triggers", {
      name: "A",
      event: "transaction_created",
      effects: [{ type: "reward", description: "A share", ...reward }],
      ...over,
    }),
  )["key"];

const only = (value: string) => ({
  conditions: { match: "all", rules: [{ field: "transaction.product_key", op: "is", value }] },
});

test("the book has what active triggers give for each product, and what they would pay is what they pay", async () => {
  for (const product_key of ["basic", "pro"]) await call("POST", PATH, { product_key, name: product_key });
  const share = await addTrigger({}, { percent: "10", products: [{ product_key: "pro", amount: 500 }], hold_days: 30 });
  const flat = await addTrigger(only("pro"), { amount: 700, currency: "EUR", first_transactions: 1 });
  const forSome = { rules: [{ field: "partnership.archived", op: "is", value: false }], match: "all" };
  const some = await addTrigger({ conditions: forSome }, { amount: 1 });
  // None of these is an offer for a product.
  await addTrigger({ active: false }, { amount: 9 });
  await addTrigger({ event: "customer_created" }, { amount: 9 });
  await addTrigger({}, { products: [{ product_key: "unlisted", amount: 9 }] });
  const book = new Map((await items(BOOK)).map((one) => [one["product_key"], one["rewards"]]));
  const offer = { description: "A share", percent: null, cap: null, first_transactions: null, hold_days: 0 };
  const forAll = { ...offer, own: false, conditional: false };
  const ofSome = { ...forAll, trigger_key: some, amount: 1, currency: "USD", conditional: true };
  expect(book.get("basic")).toEqual([
    { ...forAll, trigger_key: share, amount: null, percent: "10", currency: null, hold_days: 30 },
    ofSome,
  ]);
  expect(book.get("pro")).toEqual([
    { ...forAll, trigger_key: share, amount: 500, currency: "USD", own: true, hold_days: 30 },
    { ...forAll, trigger_key: flat, amount: 700, currency: "EUR", first_transactions: 1 },
    ofSome,
  ]);
  const partner = data(await call("POST", "/api/v2/partnerships", { email: "a@p.example", partner_key: "ada" }));
  expect(partner).toMatchObject({ partner_key: "ada" });
  await call("POST", "/api/v2/customers", { email: "c@c.example", customer_key: "c-1", partner_key: "ada" });
  const paid = { customer_external_key: "c-1", amount: 10_000, currency: "USD", product_key: "pro" };
  expect(await call("POST", "/api/v2/transactions", paid)).toMatchObject({ status: 200 });
  const rewards = (await items("/api/v2/rewards")).filter(({ transaction }) => transaction !== null);
  expect(rewards.map(({ amount }) => amount).toSorted((a, b) => Number(a) - Number(b))).toEqual([1, 500, 700]);
});

test("a transaction may name a product that is in no list, or an archived one", async () => {
  await call("POST", PATH, pro);
  await call("DELETE", `${PATH}/pro-annual`);
  await call("POST", "/api/v2/partnerships", { email: "a@p.example", partner_key: "ada" });
  await call("POST", "/api/v2/customers", { email: "c@c.example", customer_key: "c-1", partner_key: "ada" });
  for (const product_key of ["unheard-of", "pro-annual"]) {
    const body = { customer_external_key: "c-1", amount: 100, currency: "USD", product_key };
    expect(data(await call("POST", "/api/v2/transactions", body))).toMatchObject({ product_key });
  }
});

test("neither a partner's token nor a test key nor another program gets at them", async () => {
  const made = data(await call("POST", PATH, pro));
  const partner = { program: "acme", kind: "partner", email: "a@p.example", partnership: "part_1" } as const;
  const bearer = await world.bearerOf(partner);
  const asTest = callWithTestKey(world, "acme");
  const other = await world.start({ key: "other", name: "Other", admin_email: "o@other.example" });
  for (const path of [`${PATH}/${String(made["key"])}`, `${PATH}/pro-annual`]) {
    for (const [method, body] of [["GET"], ["PATCH", { name: "X" }], ["DELETE"]] as const) {
      expect(await call(method, path, body, { authorization: bearer })).toMatchObject({ status: 403 });
      expect(await call(method, path, body, { authorization: other.basic })).toMatchObject({ status: 404 });
      if (method !== "GET") expect(await asTest(method, path, body)).toMatchObject({ status: 403 });
    }
  }
  expect(await asTest("POST", PATH, pro)).toMatchObject({ status: 403 });
  for (const path of [PATH, BOOK]) {
    expect((await call("GET", path, undefined, { authorization: other.basic })).keys).toEqual([]);
    expect(await call("GET", path, undefined, { authorization: bearer })).toMatchObject({ status: 403 });
  }
  // Each program has its own keys.
  expect(await call("POST", PATH, pro, { authorization: other.basic })).toMatchObject({ status: 200 });
  expect(data(await call("GET", `${PATH}/pro-annual`))).toEqual(made);
});
