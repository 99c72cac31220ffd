import { beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { formTemplateShape } from "../../../shared/api/forms/form-template.ts";
import { salesCycleStageShape } from "../../../shared/api/forms/list-stages.ts";
import { partnership } from "../../../shared/records/partnership.ts";
import { createWorld, type Reply } from "../api-world.ts";
import { aPartner } from "../ledger-records.ts";

const GROUPS = [
  { name: "Affiliates", slug: "affiliates", default: true },
  {
    name: "Resellers",
    slug: "resellers",
    lead_form: [{ api_name: "seats", label: "Seats needed", type: "number" as const, required: true }],
    lead_statuses: [{ name: "New" }, { name: "Demo held", api_name: "demo" }],
  },
];

let world: ReturnType<typeof createWorld>;
let authorization: string;

beforeEach(async () => {
  world = createWorld();
  ({ basic: authorization } = await world.start({
    groups: GROUPS,
    partner_fields: [{ api_name: "region", required: true }],
    customer_fields: [{ api_name: "plan" }],
  }));
});

const get = (path: string, query: Record<string, string> = {}): Promise<Reply> =>
  world.call("GET", `/api/v2${path}`, { authorization, query });

interface Shown {
  readonly key: string;
  readonly name: string;
  readonly api_name: string;
  readonly position: number;
  readonly object_type: string;
  readonly target_type: string;
  readonly group: { readonly key: string; readonly slug: string };
  readonly fields: readonly { readonly api_name: string }[];
}

const items = ({ json }: Reply) => (json as { data: { items: Shown[] } }).data.items;

const named = (reply: Reply) => items(reply).map(({ target_type, group }) => `${target_type} of ${group.slug}`);

test("there is a form of each kind for each group, walked to the end", async () => {
  const all: Shown[] = [];
  for (;;) {
    const last = all.at(-1)?.key;
    const page = await get("/form-templates", {
      limit: "3",
      ...(last !== undefined && { starting_after: last }),
    });
    expect(page.status).toBe(200);
    all.push(...items(page));
    if (page.keys.length === 0) break;
  }
  for (const one of all) {
    expect(z.strictObject(formTemplateShape.shape).safeParse(one).error).toBeUndefined();
    expect(one.key).toMatch(/^mold_/);
  }
  expect(new Set(all.map(({ key }) => key)).size).toBe(10);
  const own = all.find(({ target_type, group }) => target_type === "lead" && group.slug === "resellers");
  expect(own?.fields).toContainEqual(
    expect.objectContaining({ api_name: "seats", name: "Seats needed", type: "number", required: true, options: [] }),
  );
  const fieldsOf = (target: string) =>
    all.find(({ target_type }) => target_type === target)?.fields.map((one) => one.api_name);
  expect(fieldsOf("application")).toEqual(["first_name", "last_name", "email", "region"]);
  expect(fieldsOf("customer")).toEqual(["email", "name", "company_name", "plan"]);
  expect(fieldsOf("partnership")).toEqual(["region"]);
  expect(fieldsOf("deal")).toEqual(["amount", "close_date", "stage"]);
});

test("forms are narrowed by group, kind, keys and dates", async () => {
  expect(named(await get("/form-templates", { group: "Resellers", target_type: "lead" }))).toEqual([
    "lead of resellers",
  ]);
  expect(new Set(named(await get("/leads/form-templates")))).toEqual(
    new Set(["lead of affiliates", "lead of resellers"]),
  );
  expect(named(await get("/deals/form-templates", { group_key: "affiliates" }))).toEqual(["deal of affiliates"]);
  const [first, second] = (await get("/form-templates")).keys;
  const some = await get("/form-templates", { mold_keys: `${String(first)},${String(second)},nothing` });
  expect(some.keys).toEqual([first, second]);
  const now = Date.parse("2026-04-01T12:00:00Z");
  expect((await get("/form-templates", { min_created: String(now + 1) })).keys).toEqual([]);
  expect((await get("/form-templates", { max_updated: String(now) })).keys).toHaveLength(10);
  for (const [query, field] of [
    [{ target_type: "nothing" }, "target_type"],
    [{ group: "nothing" }, "group"],
    [{ order_by: "name" }, "order_by"],
    [{ limit: "251" }, "limit"],
    [{ starting_after: "nothing" }, "starting_after"],
    [{ min_created: "x" }, "min_created"],
  ] as const) {
    expect(await get("/form-templates", query)).toMatchObject({ status: 400, json: { field } });
  }
});

test("a lead's mold_key leads to the form it was made with", async () => {
  const groups = items(await get("/leads/form-templates"));
  const form = groups.find(({ group }) => group.slug === "resellers");
  const group_key = form?.group.key ?? "";
  await world.put(partnership, aPartner({ key: "part_2", partner_key: "bob", group_key }));
  const body = { external_key: "1", meta: { seats: 2 }, partner_key: "bob", status: "demo" };
  const made = await world.call("POST", "/api/v2/leads", { authorization, body });
  expect(made).toMatchObject({ status: 200, json: { data: { mold_key: form?.key, status: "Demo held" } } });
});

test("stages are told in their order, of one group or of all", async () => {
  const all = await get("/sales-cycles/lead/stages");
  for (const one of items(all)) {
    expect(z.strictObject(salesCycleStageShape.shape).safeParse(one).error).toBeUndefined();
  }
  expect(all.keys).toHaveLength(7);
  const own = items(await get("/sales-cycles/lead/stages", { group_key: "resellers" }));
  expect(own.map(({ name, api_name, position, object_type }) => [name, api_name, position, object_type])).toEqual([
    ["New", "new", 0, "lead"],
    ["Demo held", "demo", 1, "lead"],
  ]);
  expect(items(await get("/sales-cycles/deal/stages", { group: "affiliates" })).map(({ name }) => name)).toEqual([
    "Closed won",
    "Working",
    "Negotiating",
  ]);
  const [first] = all.keys;
  expect((await get("/sales-cycles/lead/stages", { starting_after: String(first) })).keys).toEqual(all.keys.slice(1));
  expect(await get("/sales-cycles/customer/stages")).toMatchObject({ status: 400, json: { field: "object_type" } });
  expect(await get("/sales-cycles/lead/stages", { group_key: "nothing" })).toMatchObject({
    status: 400,
    json: { field: "group_key" },
  });
});

test("forms and stages are for who may read groups, leads or deals", async () => {
  await world.hire("acme", { email: "bo@acme.example", permissions: ["records:read:leads"] });
  const bearer = await world.bearerOf({ program: "acme", kind: "teammate", email: "bo@acme.example" });
  const status = async (path: string) => (await world.call("GET", `/api/v2${path}`, { authorization: bearer })).status;
  expect(await status("/leads/form-templates")).toBe(200);
  for (const path of ["/deals/form-templates", "/form-templates", "/sales-cycles/lead/stages"]) {
    expect(await status(path)).toBe(403);
  }
});
