import { beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { linkShape } from "../../../shared/api/links/link-shape.ts";
import { partnership } from "../../../shared/records/partnership.ts";
import { createWorld, type Reply } from "../api-world.ts";
import { aPartner } from "../ledger-records.ts";
import { callWithTestKey } from "./call-as.ts";

const AT = Date.parse("2026-04-01T12:00:00Z");
const PATH = "/api/v2/links";

let world: ReturnType<typeof createWorld>;
let authorization: string;

const start = async (link_base: string | null) => {
  world = createWorld();
  ({ basic: authorization } = await world.start({ link_base }));
  await world.put(
    partnership,
    aPartner({ key: "part_1", partner_key: "ada&co", email: "ada@p.example" }),
    aPartner({ key: "part_2", partner_key: "bob", email: "bob@p.example" }),
  );
};

beforeEach(() => start("https://acme.example/?from=partner"));

const call = (method: string, path: string, body?: unknown, as = authorization): Promise<Reply> =>
  world.call(method, path, { authorization: as, ...(body !== undefined && { body }) });

const create = (body: object = {}): Promise<Reply> =>
  call("POST", PATH, { partner_key: "ada&co", dest: "https://acme.example/pricing#top", name: "Prices", ...body });

const data = ({ json }: Pick<Reply, "json">) => (json as { data: Record<string, unknown> }).data;

const linksOf = (partner: string, query: Readonly<Record<string, string>> = {}, as = authorization) =>
  world.call("GET", `${PATH}/partnership/${encodeURIComponent(partner)}`, { authorization: as, query });

test("every partner has a default link, and those that are made for it", async () => {
  const usual = {
    key: "link_1",
    partnership_key: "part_1",
    partner_key: "ada&co",
    name: "Default",
    dest: "https://acme.example/?from=partner",
    url: "https://acme.example/?from=partner&partner_key=ada%26co",
    default: true,
    archived: false,
  };
  expect(data(await linksOf("ada@p.example"))).toMatchObject({ items: [usual], has_more: false });
  const made = data(await create());
  expect(z.strictObject(linkShape.shape).safeParse(made).error).toBeUndefined();
  expect(made).toEqual({
    key: expect.stringMatching(/^link_/),
    partnership_key: "part_1",
    partner_key: "ada&co",
    name: "Prices",
    dest: "https://acme.example/pricing#top",
    url: `https://acme.example/pricing?partner_key=ada%26co&link_key=${String(made["key"])}#top`,
    default: false,
    archived: false,
    created_at: AT,
    updated_at: AT,
  });
  for (const name of ["ada@p.example", "ada&co", "part_1"]) {
    expect(data(await linksOf(name))).toMatchObject({ items: [made, usual] });
  }
  expect((await linksOf("bob")).keys).toEqual(["link_2"]);
  expect((await linksOf("part_1", { limit: "1" })).hasMore).toBe(true);
  expect((await linksOf("part_1", { limit: "1", starting_after: String(made["key"]) })).keys).toEqual(["link_1"]);
  for (let time = 0; time < 2; time++) {
    expect((await call("DELETE", `${PATH}/${String(made["key"])}`)).json).toEqual({
      message: "Link archived",
      status: 200,
    });
  }
  expect((await linksOf("part_1")).keys).toEqual(["link_1"]);
  expect((await linksOf("part_1", { starting_after: String(made["key"]) })).keys).toEqual(["link_1"]);
  expect(await call("DELETE", `${PATH}/link_1`)).toMatchObject({ status: 404 });
  expect(await linksOf("nobody")).toMatchObject({ status: 404 });
});

test("without a place to lead to, there are none", async () => {
  await start(null);
  expect(await linksOf("part_1")).toMatchObject({ status: 200, keys: [], hasMore: false });
  expect(await create()).toMatchObject({ status: 409 });
});

test.each([
  [{ partner_key: undefined }, "partner_key", "'partner_key' is a required property"],
  [{ partner_key: "nobody" }, "partner_key", /no partner/],
  [{ name: undefined }, "name", "'name' is a required property"],
  [{ name: "x".repeat(101) }, "name", /too long/],
  [{ dest: undefined }, "dest", "'dest' is a required property"],
  [{ dest: "acme.example" }, "dest", /./],
  [{ dest: "javascript:alert(1)" }, "dest", /./],
  [{ dest: "https://user:secret@acme.example/" }, "dest", /user name/],
  [{ dest: "https://localhost/" }, "dest", /./],
  [{ dest: `https://acme.example/${"x".repeat(1000)}` }, "dest", /too long/],
  [{ wrong: 1 }, undefined, /'wrong' unexpected/],
])("refuses %j", async (body, field, message) => {
  const { status, json } = await create(body);
  expect([status, (json as { field?: string }).field]).toEqual([400, field]);
  expect((json as { message: string }).message).toMatch(message);
});

test("a partner has fifty, and an archived one makes room", async () => {
  const keys: unknown[] = [];
  for (let at = 0; at < 50; at++) keys.push(data(await create({ name: `Link ${at}` }))["key"]);
  expect(await create()).toMatchObject({ status: 409 });
  await call("DELETE", `${PATH}/${String(keys[7])}`);
  expect(await create()).toMatchObject({ status: 200 });
});

test("is made once under an Idempotency-Key", async () => {
  const body = { partner_key: "bob", dest: "https://acme.example/", name: "Home" };
  const request = { authorization, body, headers: { "idempotency-key": "k" } };
  const [first, second] = [await world.call("POST", PATH, request), await world.call("POST", PATH, request)];
  expect([first.status, second.text]).toEqual([200, first.text]);
  expect((await linksOf("bob")).keys).toHaveLength(2);
});

test("a partner's token sees its own; another program and test keys get at nothing", async () => {
  const { key } = data(await create());
  const bearer = await world.bearerOf({
    program: "acme",
    kind: "partner",
    email: "a@p.example",
    partnership: "part_1",
  });
  expect((await linksOf("part_1", {}, bearer)).keys).toEqual([key, "link_1"]);
  for (const name of ["part_2", "bob", "bob@p.example"]) {
    expect(await linksOf(name, {}, bearer)).toMatchObject({ status: 404 });
  }
  expect(await call("POST", PATH, {}, bearer)).toMatchObject({ status: 403 });
  expect(await call("DELETE", `${PATH}/${String(key)}`, undefined, bearer)).toMatchObject({ status: 403 });
  const { basic } = await world.start({ key: "other", name: "Other", admin_email: "o@other.example" });
  expect(await linksOf("part_1", {}, basic)).toMatchObject({ status: 404 });
  expect(await call("DELETE", `${PATH}/${String(key)}`, undefined, basic)).toMatchObject({ status: 404 });
  const asTest = callWithTestKey(world, "acme");
  expect(await asTest("DELETE", `${PATH}/${String(key)}`)).toMatchObject({ status: 400 });
  const body = { partner_key: "gstest", dest: "https://acme.example/", name: "Test" };
  expect(await asTest("POST", PATH, { ...body, partner_key: "bob" })).toMatchObject({ status: 400 });
  expect(await asTest("POST", PATH, body)).toMatchObject({ status: 200 });
});
