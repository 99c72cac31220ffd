import { describe, expect, test } from "vitest";
import * as z from "zod";
import { PERMISSIONS, type Permission } from "../../shared/access/permissions.ts";
import { ROLES } from "../../shared/access/principal.ts";
import { importTypes } from "../../shared/imports/import-types.ts";
import { DEFAULT_OPTIONS, type ImportJob, importJob, importPlace } from "../../shared/records/import-job.ts";
import { createWorld } from "./api-world.ts";

const IMPORTS = "/api/v2/imports";
const GIB = 1024 ** 3;
const TYPES = Object.keys(importTypes);

async function started() {
  const world = createWorld();
  const { basic: authorization, bearer } = await world.start();
  const post = (path: string, body?: unknown, who = authorization) =>
    world.call("POST", path, { authorization: who, ...(body !== undefined && { body }) });
  return {
    ...world,
    authorization,
    bearer,
    post,
    get: (path: string, query = {}) => world.call("GET", path, { authorization, query }),
    jobOf: async (key: string) => (await world.ledger.read(importJob, [importPlace("acme", key)]))[0]?.record,
    async teammate(email: string, permissions: readonly Permission[], role: (typeof ROLES)[number] = "member") {
      await world.hire("acme", { email, permissions: [...permissions], role });
      return world.bearerOf({ program: "acme", kind: "teammate", email });
    },
  };
}

const created = z.object({
  data: z.object({ key: z.string(), source: z.string(), options: z.unknown(), upload: z.unknown() }),
});

describe("asking for an import", () => {
  test("gives a job that waits, and a form bound to its key, its size and a quarter of an hour", async () => {
    const { get, post, clock, bearer, jobOf } = await started();
    const body = { type: "partners", filename: "march.csv", bytes: 120, options: { dry_run: true } };
    const { status, json } = await post(IMPORTS, body, bearer);
    const { data } = created.parse(json);
    const source = `imports/acme/partners/${data.key}/march.csv`;
    expect([status, json]).toMatchObject([
      200,
      {
        data: {
          status: "awaiting_upload",
          type: "partners",
          source,
          filename: "march.csv",
          requested_by: "ada@acme.example",
          options: { ...DEFAULT_OPTIONS, dry_run: true },
          percent: 0,
          rows_per_second: null,
          eta_ms: null,
        },
      },
    ]);
    expect(data.upload).toEqual({
      method: "POST",
      url: "https://bucket.test",
      fields: { key: source, policy: "1..120 bytes, 15 minutes" },
      max_bytes: 120,
      expires_at: clock() + 15 * 60_000,
    });
    expect(await jobOf(data.key)).toMatchObject({ status: "awaiting_upload", source });
    clock.advance(60_000);
    expect((await get(`${IMPORTS}/${data.key}`)).json).toMatchObject({
      data: { upload_expires_at: clock() + 14 * 60_000 },
    });
  });

  test("lets a file of unknown size have a gibibyte", async () => {
    const { post } = await started();
    const { json } = await post(IMPORTS, { type: "rewards", filename: "a.csv" });
    expect(json).toMatchObject({
      data: { upload: { max_bytes: GIB, fields: { policy: `1..${GIB} bytes, 15 minutes` } } },
    });
  });

  test("lets no name lead out of its folder", async () => {
    const { post } = await started();
    const { json } = await post(IMPORTS, { type: "rewards", filename: "../../../globex/a${filename}\n.csv" });
    const { data } = created.parse(json);
    expect(data.source).toBe(`imports/acme/rewards/${data.key}/.._.._.._globex_a_{filename}_.csv`);
  });

  const good = { type: "partners", filename: "a.csv" };
  test.each([
    ["no body", undefined, "type"],
    ["no type", { filename: "a.csv" }, "type"],
    ["a type of no meaning", { ...good, type: "invoices" }, "type"],
    ["no name", { type: "partners" }, "filename"],
    ["an empty file", { ...good, bytes: 0 }, "bytes"],
    ["a file too large", { ...good, bytes: GIB + 1 }, "bytes"],
    ["a part of a byte", { ...good, bytes: 1.5 }, "bytes"],
    ["a flag that is none", { ...good, options: { dry_run: "yes" } }, "options.dry_run"],
    ["a misspelled option", { ...good, options: { dryrun: true } }, "options"],
    ["a policy of no meaning", { ...good, options: { error_policy: "hope" } }, "options.error_policy"],
    ["a limit without its policy", { ...good, options: { stop_above_percent: 5 } }, "options.stop_above_percent"],
    [
      "a limit with another policy",
      { ...good, options: { stop_above_percent: 0, error_policy: "all_or_nothing" } },
      "options.stop_above_percent",
    ],
    ["a policy without its limit", { ...good, options: { error_policy: "stop_above" } }, "options.stop_above_percent"],
    [
      "a limit beyond all",
      { ...good, options: { stop_above_percent: 101, error_policy: "stop_above" } },
      "options.stop_above_percent",
    ],
    ["an address that is none", { ...good, options: { notify: "ada" } }, "options.notify"],
  ])("refuses %s, and makes no job", async (_, body, field) => {
    const { post, get } = await started();
    expect(await post(IMPORTS, body)).toMatchObject({ status: 400, json: { field } });
    expect(await get(IMPORTS)).toMatchObject({ keys: [] });
  });

  test("notifies teammates of the program, and nobody else", async () => {
    const { post, hire, start } = await started();
    await start({ key: "globex", admin_email: "gus@globex.example" });
    await hire("acme", { email: "bo@acme.example" });
    const ask = (notify: string) => post(IMPORTS, { ...good, options: { notify } });
    expect(await ask("BO@acme.example")).toMatchObject({
      status: 200,
      json: { data: { options: { notify: "bo@acme.example" } } },
    });
    for (const stranger of ["gus@globex.example", "nobody@acme.example"]) {
      const { status, json } = await ask(stranger);
      expect([status, json]).toEqual([403, { message: "Forbidden", status: 403 }]);
    }
  });
});

describe("permission to import", () => {
  const sets: readonly (readonly Permission[])[] = [[], ...PERMISSIONS.map((one) => [one])];
  const cases = ROLES.flatMap((role) => sets.map((permissions) => ({ role, permissions })));

  test.each(cases)("of a $role with $permissions is the same for asking and for canceling", async (who) => {
    const { teammate, post, addImport } = await started();
    const bearer = await teammate("bo@acme.example", who.permissions, who.role);
    for (const type of TYPES) {
      const isAllowed =
        who.role !== "member" ||
        who.permissions.some((one) => one === "imports:create" || one === `imports:create:${type}`);
      await addImport({ key: `imp_${type}`, type, status: "queued", finished_at: null });
      for (const reply of [
        await post(IMPORTS, { type, filename: "a.csv" }, bearer),
        await post(`${IMPORTS}/imp_${type}/cancel`, undefined, bearer),
      ]) {
        expect(reply.status, type).toBe(isAllowed ? 200 : 403);
        if (!isAllowed) expect(reply.json).toEqual({ message: "Forbidden", status: 403 });
      }
    }
  });

  test("of one type does not reach archives, which may hold every type", async () => {
    const { teammate, post } = await started();
    const body = { type: "archive", filename: "all.zip" };
    const some = await teammate("bo@acme.example", ["imports:create:partners"]);
    expect(await post(IMPORTS, body, some)).toMatchObject({ status: 403 });
    const all = await teammate("cy@acme.example", ["imports:create"]);
    expect(await post(IMPORTS, body, all)).toMatchObject({ status: 200, json: { data: { type: "archive" } } });
  });

  test("of one type does not reach files of no type", async () => {
    const { teammate, post, addImport } = await started();
    await addImport({ type: null, status: "queued", finished_at: null });
    const some = await teammate("bo@acme.example", ["imports:create:partners"]);
    expect(await post(`${IMPORTS}/imp_1/cancel`, undefined, some)).toMatchObject({ status: 403 });
    const all = await teammate("cy@acme.example", ["imports:create"]);
    expect(await post(`${IMPORTS}/imp_1/cancel`, undefined, all)).toMatchObject({ status: 200 });
  });
});

describe("canceling an import", () => {
  const MAIL = { mail: "import-finished", program: "acme", key: "imp_1" };
  const rows = { total: 0, processed: 0, created: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0 };
  const open: Partial<ImportJob> = { started_at: null, finished_at: null, rows };

  test.each(["awaiting_upload", "queued"] as const)("ends one that is %s, and mails so", async (status) => {
    const { post, addImport, clock, mailQueue } = await started();
    await addImport({ ...open, status });
    const { status: code, json } = await post(`${IMPORTS}/imp_1/cancel`);
    expect([code, json]).toMatchObject([
      200,
      {
        data: { status: "canceled", reason_code: "canceled", finished_at: clock(), cancel_requested_at: clock() },
        message: "Import canceled",
      },
    ]);
    expect(mailQueue.messages).toEqual([MAIL]);
  });

  test("asks one that runs to stop, once", async () => {
    const { post, addImport, clock, jobOf, mailQueue, get } = await started();
    await addImport({ ...open, status: "running", started_at: 1_000 });
    const at = clock();
    expect(await post(`${IMPORTS}/imp_1/cancel`)).toMatchObject({
      status: 200,
      json: { data: { status: "running", cancel_requested_at: at }, message: "Import is being canceled" },
    });
    clock.advance(1_000);
    expect(await post(`${IMPORTS}/imp_1/cancel`)).toMatchObject({ status: 200 });
    expect(await jobOf("imp_1")).toMatchObject({ status: "running", cancel_requested_at: at, finished_at: null });
    expect(mailQueue.messages).toEqual([]);
    expect((await get("/api/v2/audit-log")).keys).toHaveLength(1);
  });

  test.each(["completed", "failed", "canceled"] as const)("refuses one that is %s", async (status) => {
    const { post, addImport } = await started();
    await addImport({ status });
    expect(await post(`${IMPORTS}/imp_1/cancel`)).toMatchObject({
      status: 409,
      json: { message: `the import is ${status} already` },
    });
  });

  test("asks for the mail again that an earlier attempt may have died before", async () => {
    const { post, addImport, mailQueue } = await started();
    await addImport({ status: "canceled" });
    await post(`${IMPORTS}/imp_1/cancel`);
    expect(mailQueue.messages).toEqual([MAIL]);
  });

  test("follows an import that moves on meanwhile", async () => {
    const { post, addImport, ledger, jobOf } = await started();
    const job = await addImport({ ...open, status: "queued" });
    const { advance } = ledger;
    ledger.advance = async (...move) => {
      ledger.advance = advance;
      await advance(importJob, job, { set: { status: "running" } });
      return advance(...move);
    };
    expect(await post(`${IMPORTS}/imp_1/cancel`)).toMatchObject({ status: 200, json: { data: { status: "running" } } });
    expect(await jobOf("imp_1")).toMatchObject({ status: "running", cancel_requested_at: expect.any(Number) });
  });

  test("of another program finds none", async () => {
    const { post, start, addImport, jobOf } = await started();
    const globex = await start({ key: "globex" });
    await addImport({ ...open, status: "queued" });
    expect(await post(`${IMPORTS}/imp_1/cancel`, undefined, globex.basic)).toMatchObject({ status: 404 });
    expect(await jobOf("imp_1")).toMatchObject({ status: "queued" });
  });
});

describe("the audit log", () => {
  test("tells newest first who did what, of the program alone", async () => {
    const { post, get, clock, bearer, start, call } = await started();
    const { data } = created.parse((await post(IMPORTS, { type: "partners", filename: "a.csv" }, bearer)).json);
    clock.advance(1_000);
    await post(`${IMPORTS}/${data.key}/cancel`);
    const { json } = await get("/api/v2/audit-log");
    const subject = { subject_key: data.key, type: "partners" };
    expect(json).toMatchObject({
      data: {
        items: [
          { ...subject, action: "import.canceled", actor: { kind: "key" }, created_at: clock() },
          { ...subject, action: "import.created", actor: { kind: "teammate", id: "ada@acme.example" } },
        ],
        has_more: false,
      },
    });
    const globex = await start({ key: "globex" });
    expect(await call("GET", "/api/v2/audit-log", { authorization: globex.basic })).toMatchObject({ keys: [] });
  });
});

describe("the headers of a type", () => {
  test("are told with what a row needs", async () => {
    const { get } = await started();
    expect(await get(`${IMPORTS}/headers/customers`)).toMatchObject({
      status: 200,
      json: {
        data: {
          type: "customers",
          required: ["email"],
          exactly_one: [["customer_key", "ps_customer_key"]],
          at_most_one: [["partner_key", "partnership_key"]],
          columns: expect.arrayContaining([
            expect.objectContaining({ name: "company_name", aliases: ["company"], need: "optional" }),
            expect.objectContaining({ name: "customer_key", need: "exactly_one", example: "acct_1042" }),
          ]),
        },
      },
    });
  });

  test("are those of the program: its own fields, what the forms of its groups ask for, their statuses", async () => {
    const { start, call } = createWorld();
    const { basic: authorization } = await start({
      customer_fields: [{ api_name: "plan", label: "Plan", type: "choice", options: ["Pro", "Team"], required: true }],
      groups: [
        {
          name: "Gold",
          slug: "gold",
          lead_form: [
            { api_name: "email", required: true },
            { api_name: "seats", type: "number", required: true },
          ],
          lead_statuses: [{ name: "New" }, { name: "Lost" }],
        },
        { name: "Affiliates", slug: "affiliates", default: true },
        { name: "Closed", slug: "closed", features: { leads_enabled: false } },
      ],
    });
    const of = async (path: string) => call("GET", `${IMPORTS}/headers/${path}`, { authorization });
    expect(await of("customers")).toMatchObject({
      json: {
        data: {
          required: ["email", "plan"],
          groups: [],
          columns: expect.arrayContaining([
            expect.objectContaining({ name: "plan", need: "required", format: "one of Pro, Team", example: "Pro" }),
          ]),
        },
      },
    });
    expect(await of("leads")).toMatchObject({
      json: {
        data: {
          required: ["email", "status"],
          optional: expect.arrayContaining(["first_name", "company", "seats"]),
          groups: [
            {
              slug: "affiliates",
              name: "Affiliates",
              required: ["first_name", "last_name", "company"],
              statuses: ["open", "closed", "dead", "closed won", "closed lost"],
            },
            { slug: "gold", name: "Gold", required: ["seats"], statuses: ["New", "Lost"] },
          ],
          columns: expect.arrayContaining([
            expect.objectContaining({
              name: "status",
              format: "one of open, closed, dead, closed won, closed lost, New, Lost",
              example: "open",
              note: "One of the statuses of the partner's group: in Affiliates open, closed, dead, closed won, closed lost; in Gold New, Lost",
            }),
          ]),
        },
      },
    });
    expect(await of("deals")).toMatchObject({
      json: {
        data: {
          groups: [
            { slug: "affiliates", statuses: ["Closed won", "Working", "Negotiating"] },
            { slug: "gold" },
            { slug: "closed" },
          ],
          columns: expect.arrayContaining([
            expect.objectContaining({
              name: "stage",
              format: "one of Closed won, Working, Negotiating",
              note: "One of the deal stages of the partner's group",
            }),
          ]),
        },
      },
    });
    expect((await of("customers/template.csv")).text).toMatch(/^customer_key,.*,plan\r\n.*,Pro\r\n$/);
  });

  test.each(TYPES)("cover every column of %s once", async (type) => {
    const { get } = await started();
    const shape = z.object({
      data: z.object({
        required: z.array(z.string()),
        optional: z.array(z.string()),
        exactly_one: z.array(z.array(z.string())),
        at_most_one: z.array(z.array(z.string())),
        columns: z.array(z.object({ name: z.string() })),
      }),
    });
    const { data } = shape.parse((await get(`${IMPORTS}/headers/${type}`)).json);
    const grouped = [...data.required, ...data.optional, ...data.exactly_one.flat(), ...data.at_most_one.flat()];
    expect(grouped.toSorted()).toEqual(data.columns.map(({ name }) => name).toSorted());
  });

  test.each(["headers/invoices", "headers/constructor", "headers/invoices/template.csv"])(
    "of %s are not there, and the types are named",
    async (path) => {
      const { get } = await started();
      expect(await get(`${IMPORTS}/${path}`)).toMatchObject({
        status: 404,
        json: { message: expect.stringContaining("'partners'"), field: "type" },
      });
    },
  );
});
