import { beforeEach, describe, expect, test } from "vitest";
import { customer } from "../../../shared/records/customer.ts";
import { partnership } from "../../../shared/records/partnership.ts";
import { reward } from "../../../shared/records/reward.ts";
import { basic, createWorld, type Reply } from "../api-world.ts";
import { aCustomer, aPartner } from "../ledger-records.ts";

const AT = Date.parse("2026-04-01T12:00:00Z");
const PATH = "/api/v2/customers";

let world: ReturnType<typeof createWorld>;
let authorization: string;

beforeEach(async () => {
  world = createWorld();
  ({ basic: authorization } = await world.start());
  await world.put(
    partnership,
    aPartner({ key: "part_1", partner_key: "ada", email: "ada@p.example" }),
    aPartner({ key: "part_2", partner_key: "bob", email: "bob@p.example" }),
  );
});

const call = (method: string, path: string, body?: unknown): Promise<Reply> =>
  world.call(method, path, { authorization, ...(body !== undefined && { body }) });

const create = (body: object = {}): Promise<Reply> =>
  call("POST", PATH, { email: "cleo@c.example", partner_key: "ada", ...body });

const data = ({ json }: Reply) => (json as { data: Record<string, unknown> }).data;

describe("making a customer", () => {
  test("answers with it as it is kept, nulls and all", async () => {
    const reply = await create({
      customer_key: "acct_1",
      name: "Cleo",
      provider_key: "cus_stripe",
      meta: { company_name: "Nile Ltd", plan: "gold" },
    });
    expect(reply).toMatchObject({ status: 200, json: { message: "Customer created", status: 200 } });
    const made = data(reply);
    expect(made).toEqual({
      key: expect.stringMatching(/^cus_/),
      customer_key: "acct_1",
      external_key: "acct_1",
      email: "cleo@c.example",
      anonymized: false,
      name: "Cleo",
      company_name: "Nile Ltd",
      partnership_key: "part_1",
      partner_key: "ada",
      provider_key: "cus_stripe",
      source_type: "api",
      source_key: null,
      archived: false,
      subscriptions: [],
      test: false,
      meta: {},
      mdata: { plan: "gold" },
      field_data: { plan: "gold" },
      fields: [{ api_name: "plan", name: "plan", value: "gold" }],
      created_at: AT,
      updated_at: AT,
    });
    for (const key of [made["key"], "acct_1"]) {
      expect(data(await call("GET", `${PATH}/${String(key)}`))).toEqual(made);
    }
  });

  test.each([
    [{ email: undefined }, "email", "'email' is a required property"],
    [{ email: "x" }, "email", "'x' is too short"],
    [{ email: "not an address" }, "email", /email/],
    [{ email: 7 }, "email", "7 is not of type 'string'"],
    [{ partner_key: undefined }, "partner_key", "'partner_key' is a required property"],
    [{ partner_key: "nobody" }, "partner_key", /no partner/],
    [{ name: "x".repeat(256) }, "name", /too long/],
    [{ customer_key: "" }, "customer_key", /too short/],
    [{ meta: [] }, "meta", /not of type 'object'/],
    [{ meta: { a: {} } }, "meta.a", /./],
    [{ wrong: 1 }, undefined, /Additional properties are not allowed \('wrong' unexpected\)/],
  ])("refuses %j", async (body, field, message) => {
    const { status, json } = await create(body);
    expect([status, (json as { field?: string }).field]).toEqual([400, field]);
    expect((json as { message: string }).message).toMatch(message);
  });

  test("refuses what is another customer's already, and says what", async () => {
    await create({ customer_key: "acct_1", provider_key: "cus_stripe" });
    const others = [
      [{ customer_key: "acct_2" }, "email"],
      [{ customer_key: "acct_1", email: "other@c.example" }, "customer_key"],
      [{ customer_key: "acct_3", email: "other@c.example", provider_key: "cus_stripe" }, "provider_key"],
      [{ customer_key: "acct_4", email: "CLEO@C.example" }, "email"],
    ] as const;
    for (const [body, field] of others) expect(await create(body)).toMatchObject({ status: 409, json: { field } });
    expect((await call("GET", PATH)).keys).toHaveLength(1);
  });

  test("is one thing when two try at once", async () => {
    const replies = await Promise.all([create(), create()]);
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  });

  test("happens once under an Idempotency-Key, though the first attempt never heard of its success", async () => {
    const body = { email: "cleo@c.example", partner_key: "ada" };
    const request = { authorization, body, headers: { "idempotency-key": "k-1" } };
    const commit = world.ledger.commit.bind(world.ledger);
    world.ledger.commit = async (entry) => {
      await commit(entry);
      throw new Error("the answer was lost");
    };
    expect(await world.call("POST", PATH, request)).toMatchObject({ status: 500 });
    world.ledger.commit = commit;
    const second = await world.call("POST", PATH, request);
    const third = await world.call("POST", PATH, request);
    expect([second.status, third.text]).toEqual([200, second.text]);
    expect((await call("GET", PATH)).keys).toEqual([data(second)["key"]]);
  });

  test("counts on its day, and is in the audit log with who did it from where", async () => {
    const made = data(await create());
    expect(Object.fromEntries(await world.ledger.totals("acme", "part_1"))).toEqual({ "2026-04-01/customers": 1 });
    expect(await call("GET", "/api/v2/audit-log")).toMatchObject({
      json: {
        data: {
          items: [
            { action: "customer.created", subject_key: made["key"], remote_ip: "127.0.0.1", actor: { kind: "key" } },
          ],
        },
      },
    });
  });

  test("fires triggers, whose rewards and mails come with it", async () => {
    const rules = {
      name: "Welcome",
      event: "customer_created",
      effects: [
        { type: "reward", amount: 500, description: "A sign-up" },
        { type: "send_mail", to: "partner", subject: "Hello", text: "A sign-up" },
      ],
    };
    const trigger = await call("POST", "/api/v2/triggers", rules);
    expect(trigger.text).toContain("Trigger created");
    await create();
    const rewards = await world.ledger.newest(reward, "acme", 10);
    expect(rewards.map(({ record }) => [record.partnership_key, record.amount])).toEqual([["part_1", 500]]);
    expect(world.mailQueue.messages).toMatchObject([{ mail: "outgoing", program: "acme", announced_at: AT }]);
  });
});

describe("changing a customer", () => {
  test("changes what is said, and leaves the rest", async () => {
    const { key } = data(await create({ customer_key: "acct_1", name: "Cleo", meta: { a: "1", b: 2 } }));
    world.clock.advance(1000);
    const changed = data(await call("PATCH", `${PATH}/acct_1`, { name: null, meta: { a: null, c: true } }));
    expect(changed).toMatchObject({ key, name: null, email: "cleo@c.example", mdata: { b: 2, c: true } });
    expect([changed["created_at"], changed["updated_at"]]).toEqual([AT, AT + 1000]);
  });

  test("gives it to another partner, with the totals", async () => {
    await create({ customer_key: "acct_1" });
    expect(data(await call("PATCH", `${PATH}/acct_1`, { partner_key: "bob" }))).toMatchObject({
      partner_key: "bob",
      partnership_key: "part_2",
    });
    const totals = async (key: string) => Object.fromEntries(await world.ledger.totals("acme", key));
    expect([await totals("part_1"), await totals("part_2")]).toEqual([
      { "2026-04-01/customers": 0 },
      { "2026-04-01/customers": 1 },
    ]);
    const listed = await Promise.all(
      ["ada", "bob"].map((partner_key) => world.call("GET", PATH, { authorization, query: { partner_key } })),
    );
    expect(listed.map(({ keys }) => keys.length)).toEqual([0, 1]);
  });

  test("archives it, and says so from then on", async () => {
    await create({ customer_key: "acct_1" });
    for (let time = 0; time < 2; time++) {
      expect((await call("DELETE", `${PATH}/acct_1`)).json).toEqual({ message: "Customer archived", status: 200 });
    }
    expect(data(await call("GET", `${PATH}/acct_1`))).toMatchObject({ archived: true });
    const log = await call("GET", "/api/v2/audit-log");
    expect(log.text.match(/customer\.archived/g)).toHaveLength(1);
  });
});

describe("a partner's token", () => {
  test("sees its own customers, without who they are", async () => {
    await world.put(
      customer,
      aCustomer({ key: "cus_1", customer_key: "a", email: "a@c.example", partnership_key: "part_1" }),
      aCustomer({ key: "cus_2", customer_key: "b", email: "b@c.example", partnership_key: "part_2" }),
    );
    const bearer = await world.bearerOf({
      program: "acme",
      kind: "partner",
      email: "ada@p.example",
      partnership: "part_1",
    });
    const reply = await world.call("GET", PATH, { authorization: bearer, query: { partner_key: "bob" } });
    expect(reply).toMatchObject({ status: 200, keys: ["cus_1"] });
    expect(reply.text).not.toContain("c.example");
    expect(await world.call("GET", `${PATH}/cus_2`, { authorization: bearer })).toMatchObject({ status: 404 });
    expect(await world.call("DELETE", `${PATH}/cus_1`, { authorization: bearer })).toMatchObject({ status: 403 });
  });
});

test("a test key changes and archives no customer of the program's own", async () => {
  await world.put(
    customer,
    aCustomer({ key: "cus_1", customer_key: "a", email: "a@c.example", partnership_key: null }),
  );
  const admin = await world.bearerOf({ program: "acme", kind: "teammate", email: "ada@acme.example" });
  const made = await world.call("POST", "/api/v2/key-pairs", {
    authorization: admin,
    body: { name: "Trying out", test: true },
  });
  const { public_key, secret_key } = data(made) as { public_key: string; secret_key: string };
  const trying = basic(public_key, secret_key);
  const request = { authorization: trying, body: { name: "Changed" } };
  expect(await world.call("PATCH", `${PATH}/cus_1`, request)).toMatchObject({ status: 400, json: { field: "key" } });
  expect(await world.call("DELETE", `${PATH}/cus_1`, { authorization: trying })).toMatchObject({ status: 400 });
  expect(data(await call("GET", `${PATH}/cus_1`))).toMatchObject({ name: null, archived: false });
});
