import { expect, test } from "vitest";
import { auditEntry } from "../../shared/records/audit-entry.ts";
import { DEFAULT_OPTIONS, type ImportJob } from "../../shared/records/import-job.ts";
import { planKey, undoneKey } from "../../shared/imports/drop.ts";
import { createWorld } from "./api-world.ts";

const IMPORT = "/api/v2/imports/imp_1";

async function started(job: Partial<ImportJob> = {}) {
  const world = createWorld();
  const { basic: authorization, bearer } = await world.start();
  const { key } = await world.addImport(job);
  const parts = [{ part: 0, from: 0, to: 9, line: 2, firstRow: 0, rows: 4, later: [] }];
  world.objects.drop(planKey("acme", key), JSON.stringify({ parts, rows: 4, triggers: [] }));
  const call = (method: string, path: string, who = authorization) => world.call(method, path, { authorization: who });
  return { ...world, call, bearer };
}

test("an import is undone by a message, and the job and the audit log tell who asked", async () => {
  const { call, bearer, ports, ledger, clock } = await started();
  const answer = await call("POST", `${IMPORT}/undo`, bearer);
  expect(answer).toMatchObject({
    status: 200,
    json: {
      message: "Import is being undone",
      data: { undo: { status: "running", requested_by: "ada@acme.example", requested_at: clock(), reversed: 0 } },
    },
  });
  expect(ports.importQueue.messages).toEqual([{ step: "undo", program: "acme", key: "imp_1", at: 0 }]);
  const log = await ledger.newest(auditEntry, "acme", 5);
  expect(log.map(({ record }) => [record.action, record.actor.id])).toEqual([["import.undone", "ada@acme.example"]]);
  // Asked for again while it runs, it only goes on.
  expect(await call("POST", `${IMPORT}/undo`, bearer)).toMatchObject({ status: 200 });
  expect(await ledger.newest(auditEntry, "acme", 5)).toHaveLength(1);
});

test.each<readonly [what: string, job: Partial<ImportJob>]>([
  ["runs", { status: "running" }],
  ["waits for its file", { status: "awaiting_upload" }],
  ["was a dry run", { options: { ...DEFAULT_OPTIONS, dry_run: true } }],
  [
    "changed nothing",
    { rows: { total: 4, processed: 4, created: 0, updated: 0, unchanged: 4, skipped: 0, failed: 0 } },
  ],
  [
    "has been undone",
    {
      undo: {
        status: "completed",
        requested_at: 1,
        requested_by: "ada",
        finished_at: 2,
        reversed: 3,
        kept: 0,
        not_reversible: 0,
      },
    },
  ],
])("an import that %s is not undone", async (_, job) => {
  const { call, ports } = await started(job);
  expect(await call("POST", `${IMPORT}/undo`)).toMatchObject({ status: 409 });
  expect(ports.importQueue.messages).toEqual([]);
});

test("an import whose reports are gone is not undone", async () => {
  const world = createWorld();
  const { basic: authorization } = await world.start();
  await world.addImport();
  expect(await world.call("POST", `${IMPORT}/undo`, { authorization })).toMatchObject({
    status: 409,
    json: { message: expect.stringContaining("reports are gone") },
  });
});

test("only who may import such files may undo them, and only in their own program", async () => {
  const { call, hire, bearerOf, start } = await started();
  await hire("acme", { email: "p@acme.example", permissions: ["imports:read", "imports:create:partners"] });
  await hire("acme", { email: "c@acme.example", permissions: ["imports:create:customers"] });
  const bearer = (email: string) => bearerOf({ program: "acme", kind: "teammate", email });
  const { basic: stranger } = await start({ key: "globex", name: "Globex", admin_email: "g@globex.example" });
  expect((await call("POST", `${IMPORT}/undo`, await bearer("p@acme.example"))).status).toBe(403);
  expect((await call("POST", `${IMPORT}/undo`, stranger)).status).toBe(404);
  expect((await call("GET", `${IMPORT}/undo`, stranger)).status).toBe(404);
  expect((await call("POST", `${IMPORT}/undo`, await bearer("c@acme.example"))).status).toBe(200);
});

test("what became of the rows is listed in file order", async () => {
  const { call, objects } = await started();
  await call("POST", `${IMPORT}/undo`);
  const rows = [1, 2, 4].map((row) => ({ row, result: "kept", key: `cus_${row}`, code: "used_since", message: "..." }));
  const text = rows.map((one) => `${JSON.stringify(one)}\n`).join("");
  objects.drop(undoneKey("acme", "imp_1", { phase: "import", turn: 1, part: 0 }), text);
  expect((await call("GET", `${IMPORT}/undo`)).json).toMatchObject({ data: { items: rows, has_more: false } });
});

test("who may import a type may follow its imports, and no others", async () => {
  const { call, hire, bearerOf } = await started();
  await hire("acme", { email: "p@acme.example", permissions: ["imports:create:partners"] });
  await hire("acme", { email: "c@acme.example", permissions: ["imports:create:customers"] });
  const [partners, customers] = await Promise.all(
    ["p", "c"].map((name) => bearerOf({ program: "acme", kind: "teammate", email: `${name}@acme.example` })),
  );
  for (const path of ["", "/rows", "/effects", "/undo"]) {
    expect([path, (await call("GET", `${IMPORT}${path}`, customers)).status]).toEqual([path, 200]);
    expect([path, (await call("GET", `${IMPORT}${path}`, partners)).status]).toEqual([path, 403]);
  }
  expect((await call("GET", "/api/v2/imports", customers)).keys).toEqual(["imp_1"]);
  expect((await call("GET", "/api/v2/imports", partners)).keys).toEqual([]);
  expect((await call("GET", "/api/v2/imports/headers/partners", partners)).status).toBe(200);
});
