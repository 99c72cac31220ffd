import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ExportMessage } from "../../../shared/exports/export-bundle.ts";
import { bundleFileNames, bundleFiles } from "../../../shared/exports/bundle-files.ts";
import { auditEntry } from "../../../shared/records/audit-entry.ts";
import { EVERYTHING, type ExportJob, exportJob } from "../../../shared/records/export-job.ts";
import { createKillSwitch } from "../../fakes/kill-switch.ts";
import { createMemoryQueue } from "../../fakes/memory-queue.ts";
import { type Call, createWorld, type Reply } from "../api-world.ts";

const PATH = "/api/v2/vendor_report_export";
const HOUR = 60 * 60 * 1000;
const known = { member_email: "ada@acme.example" };
const KEYS = bundleFileNames.map((name) => `vrc_${name}`);

const data = ({ json }: Pick<Reply, "json">) => (json as { data: Record<string, unknown> }).data;

async function worldOf(options: Parameters<typeof createWorld>[0] = {}) {
  const world = createWorld(options);
  const { basic: authorization } = await world.start();
  await world.hire("acme", { email: "bo@acme.example" });
  await world.hire("acme", { email: "cy@acme.example", permissions: ["exports:create:partners"] });
  const jobs = async () => (await world.ledger.newest(exportJob, "acme", 100)).map(({ record }) => record);
  return {
    ...world,
    authorization,
    jobs,
    get: (path: string, call: Call = {}) => world.call("GET", `${PATH}${path}`, { authorization, ...call }),
    ask: (report: string, body: unknown = known, call: Call = {}) =>
      world.call("POST", `${PATH}/${report}`, { authorization, body, ...call }),
    async end(key: unknown, set: Partial<Pick<ExportJob, "status" | "finished_at" | "revoked_at">>) {
      const job = (await jobs()).find((one) => one.key.slice(4) === String(key).slice(5));
      if (job === undefined) throw new Error("there is no such export");
      await world.ledger.advance(exportJob, job, { set: { finished_at: world.clock(), ...set } });
    },
  };
}

test("there is a report of each file, listed and read one by one", async () => {
  const { get } = await worldOf();
  const all = await get("", { query: { limit: "250" } });
  expect(all.keys).toEqual(KEYS);
  const seen: unknown[] = [];
  for (let after = ""; ;) {
    const page = await get("", { query: { limit: "2", ...(after && { starting_after: after }) } });
    if (page.keys.length === 0) break;
    seen.push(...page.keys);
    after = String(page.keys.at(-1));
  }
  expect(seen).toEqual(KEYS);
  const partners = data(await get("/vrc_partners"));
  expect(partners).toMatchObject({ key: "vrc_partners", name: "partners", file: "partners.csv" });
  expect(partners["columns"]).toEqual(Object.keys(bundleFiles.partners.columns));
  expect(await get("/vrc_coupons")).toMatchObject({ status: 404, json: { message: "Not found" } });
  expect(await get("", { query: { limit: "0" } })).toMatchObject({ status: 400, json: { field: "limit" } });
  const query = { starting_after: "vrc_coupons" };
  expect(await get("", { query })).toMatchObject({ status: 400, json: { field: "starting_after" } });
});

test.each(KEYS)("%s is an export of its file alone, polled until there is a link", async (report) => {
  const { ask, get, jobs, end, clock, exportQueue, ledger } = await worldOf();
  const reply = await ask(report, { ...known, show_unexpanded: true, webhook_target_url: null });
  expect(reply).toMatchObject({ status: 200, json: { message: "Export requested" } });
  const [job] = await jobs();
  const file = report.slice("vrc_".length);
  expect(job).toMatchObject({
    filters: { ...EVERYTHING, files: [file] },
    report_key: report,
    as_of: clock(),
    ...known,
  });
  expect(exportQueue.messages).toEqual([{ program: "acme", key: job?.key }]);
  const key = `vrex_${job?.key.slice("exp_".length)}`;
  const none = { file_url: null, file_name: null, expires_at: null };
  expect(data(reply)).toMatchObject({ key, report_key: report, status: "queued", ...none });
  const path = `/export/${key}`;
  expect(data(await get(path))).toEqual(data(reply));
  const audit = (await ledger.newest(auditEntry, "acme", 1)).map(({ record }) => record);
  expect(audit).toMatchObject([{ action: "export.created", subject_key: job?.key }]);

  await end(key, { status: "completed" });
  const file_name = `acme-${file}-2026-04-01.zip`;
  const told = data(await get(path));
  expect(told).toMatchObject({ key, status: "completed", file_name, expires_at: clock() + 5 * 60_000 });
  const url = new URL(String(told["file_url"]));
  expect(url.pathname).toBe(`/exports/acme/${job?.key}/bundle.zip`);
  expect(Object.fromEntries(url.searchParams)).toEqual({ minutes: "5", filename: file_name });

  clock.advance(24 * HOUR - 60_000);
  expect(data(await get(path))["expires_at"]).toBe(clock() + 60_000);
  clock.advance(60_000);
  expect(data(await get(path))).toMatchObject({ status: "completed", ...none });
});

test.each<Partial<ExportJob>>([{ status: "failed" }, { status: "running" }, { status: "completed", revoked_at: 5 }])(
  "there is no link to one that is %j",
  async (set) => {
    const { ask, get, end } = await worldOf();
    const key = String(data(await ask("vrc_deals"))["key"]);
    await end(key, set);
    expect(data(await get(`/export/${key}`))).toMatchObject({ file_url: null, file_name: null, expires_at: null });
  },
);

test.each<[unknown, string | undefined, string | RegExp]>([
  [undefined, "member_email", "'member_email' is a required property"],
  [{}, "member_email", "'member_email' is a required property"],
  [{ member_email: 1 }, "member_email", "1 is not of type 'string'"],
  [{ member_email: "" }, "member_email", /too short/],
  [{ ...known, show_unexpanded: "yes" }, "show_unexpanded", "'yes' is not of type 'boolean'"],
  [{ ...known, webhook_target_url: 1 }, "webhook_target_url", "1 is not of type 'string'"],
  [{ ...known, webhook_target_url: "nonsense" }, "webhook_target_url", /is not a valid URL/],
  [{ ...known, webhook_target_url: "http://hooks.example.com" }, "webhook_target_url", /is not a URL of https/],
  [{ ...known, webhook_target_url: "https://169.254.169.254/" }, "webhook_target_url", /is no public address/],
  [
    { ...known, webhook_target_url: "https://hooks.example.com/in" },
    "webhook_target_url",
    /not the target of an active/,
  ],
  [{ ...known, format: "csv" }, undefined, /'format' unexpected/],
  [[], undefined, "[] is not of type 'object'"],
])("refuses %j", async (body, field, message) => {
  const { call, authorization, jobs, exportQueue } = await worldOf();
  const reply = await call("POST", `${PATH}/vrc_partners`, { authorization, body });
  expect([reply.status, (reply.json as { field?: string }).field]).toEqual([400, field]);
  expect((reply.json as { message: string }).message).toMatch(message);
  expect([await jobs(), exportQueue.messages]).toEqual([[], []]);
});

test("a target is taken that a webhook tells of exports that are done", async () => {
  const { ask, call, authorization } = await worldOf();
  const webhook_target_url = "https://hooks.example.com/in";
  const add = async (events: string[]) =>
    data(await call("POST", "/api/v2/webhooks", { authorization, body: { target: webhook_target_url, events } }));
  await add(["export.failed", "customer.*"]);
  expect(await ask("vrc_deals", { ...known, webhook_target_url })).toMatchObject({ status: 400 });
  const { key } = await add(["export.*"]);
  expect(await ask("vrc_deals", { ...known, webhook_target_url })).toMatchObject({ status: 200 });
  await call("PATCH", `/api/v2/webhooks/${String(key)}`, { authorization, body: { active: false } });
  expect(await ask("vrc_leads", { ...known, webhook_target_url })).toMatchObject({ status: 400 });
});

test("a report is exported once in two hours, for whomever", async () => {
  const { ask, clock, end, jobs, hire } = await worldOf();
  await hire("acme", { email: "di@acme.example", role: "admin" });
  await end(data(await ask("vrc_deals"))["key"], { status: "completed" });
  clock.advance(HOUR / 2);
  const late = await ask("vrc_deals", { member_email: "di@acme.example" });
  const message = "the report vrc_deals has been exported within two hours: ask again in 5400 seconds";
  expect(late).toMatchObject({ status: 429, json: { message, status: 429 }, headers: { "retry-after": "5400" } });
  expect(await ask("vrc_leads")).toMatchObject({ status: 200 });
  clock.advance(1.5 * HOUR - 1);
  expect(await ask("vrc_deals")).toMatchObject({ status: 429, headers: { "retry-after": "1" } });
  clock.advance(1);
  expect(await ask("vrc_deals")).toMatchObject({ status: 200 });
  expect(await jobs()).toHaveLength(3);
});

test("of many that ask at once for a report, one gets it", async () => {
  const { ask, jobs, exportQueue } = await worldOf();
  const replies = await Promise.all(Array.from({ length: 12 }, () => ask("vrc_deals")));
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(replies.filter(({ status }) => status === 429)).toHaveLength(11);
  expect([(await jobs()).length, exportQueue.messages.length]).toEqual([1, 1]);
});

test("one that nobody takes up within an hour does not stand in the way of the next", async () => {
  const { ask, clock } = await worldOf();
  expect(await ask("vrc_deals")).toMatchObject({ status: 200 });
  clock.advance(HOUR);
  expect(await ask("vrc_deals")).toMatchObject({ status: 429 });
  clock.advance(1);
  expect(await ask("vrc_deals")).toMatchObject({ status: 200 });
});

test("one that failed can be asked for again at once, one that was taken back cannot", async () => {
  const { ask, end } = await worldOf();
  await end(data(await ask("vrc_deals"))["key"], { status: "failed" });
  const again = await ask("vrc_deals");
  expect(again).toMatchObject({ status: 200 });
  await end(data(again)["key"], { status: "failed", revoked_at: 5 });
  expect(await ask("vrc_deals")).toMatchObject({ status: 429 });
});

test("a teammate gets twenty within two hours, those that failed among them", async () => {
  const { ask, end, clock, jobs, hire } = await worldOf();
  await hire("acme", { email: "di@acme.example", role: "admin" });
  const failed = async () => {
    const reply = await ask("vrc_deals");
    if (reply.status === 200) await end(data(reply)["key"], { status: "failed" });
    return reply.status;
  };
  for (let count = 0; count < 20; count++) {
    expect(await failed()).toBe(200);
    clock.advance(60_000);
  }
  expect(await ask("vrc_leads")).toMatchObject({ status: 429, headers: { "retry-after": String(100 * 60) } });
  expect(await ask("vrc_leads", { member_email: "DI@acme.example" })).toMatchObject({ status: 200 });
  clock.advance(100 * 60_000);
  expect([await failed(), await failed()]).toEqual([200, 429]);
  expect(await jobs()).toHaveLength(22);
});

test("whatever is asked for when and by whom, no two hours hold more than they may", async () => {
  const step = fc.record({
    report: fc.constantFrom(...KEYS.slice(0, 3)),
    email: fc.constantFrom("ada@acme.example", "di@acme.example"),
    at_once: fc.integer({ min: 1, max: 3 }),
    fails: fc.boolean(),
    minutes: fc.integer({ min: 0, max: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
      const { ask, end, clock, hire } = await worldOf();
      await hire("acme", { email: "di@acme.example", role: "admin" });
      const had: { at: number; report: string; email: string; fails: boolean }[] = [];
      for (const { report, email, at_once, fails, minutes } of steps) {
        const at = clock();
        const recent = had.filter((one) => one.at > at - 2 * HOUR);
        const isFree =
          !recent.some((one) => one.report === report && !one.fails) &&
          recent.filter((one) => one.email === email).length < 20;
        const replies = await Promise.all(Array.from({ length: at_once }, () => ask(report, { member_email: email })));
        const given = replies.filter(({ status }) => status === 200);
        expect(given).toHaveLength(isFree ? 1 : 0);
        for (const reply of given) {
          had.push({ at, report, email, fails });
          await end(data(reply)["key"], { status: fails ? "failed" : "completed" });
        }
        clock.advance(minutes * 60_000);
      }
    }),
    { numRuns: 25 },
  );
});

test("a request that is repeated by its name finds its own export", async () => {
  let isBroken = true;
  const queue = createMemoryQueue<ExportMessage>();
  const exportQueue = {
    ...queue,
    send: async (messages: readonly ExportMessage[]) => {
      if (isBroken) throw new Error("the queue is gone");
      await queue.send(messages);
    },
  };
  const { ask, jobs, clock } = await worldOf({ exportQueue });
  const named = { headers: { "idempotency-key": "k-1" } };
  expect(await ask("vrc_deals", known, named)).toMatchObject({ status: 500 });
  isBroken = false;
  clock.advance(1000);
  expect(data(await ask("vrc_deals", known, named))).toMatchObject({ status: "failed" });
  const other = { headers: { "idempotency-key": "k-2" } };
  const first = await ask("vrc_deals", known, other);
  expect(first).toMatchObject({ status: 200 });
  expect(await ask("vrc_deals", known, other)).toMatchObject({ status: 200, text: first.text });
  expect(await ask("vrc_leads", known, other)).toMatchObject({ status: 409 });
  expect([(await jobs()).length, queue.messages.length]).toEqual([2, 1]);
});

test("a request that broke off between the export and its message is worked on to its end when repeated", async () => {
  for (let step = 1; step <= 4; step++) {
    const { ask, jobs, killSwitch, exportQueue, clock } = await worldOf();
    const named = { headers: { "idempotency-key": "k-1" } };
    killSwitch.killAt(step);
    await ask("vrc_deals", known, named);
    killSwitch.revive();
    clock.advance(60_000);
    expect(await ask("vrc_deals", known, named), String(step)).toMatchObject({ status: 200 });
    const made = await jobs();
    expect(made).toHaveLength(1);
    expect(exportQueue.messages).toContainEqual({ program: "acme", key: made[0]?.key });
  }
});

test("an export whose message was never sent is queued when its request is repeated", async () => {
  const killSwitch = createKillSwitch();
  const queue = createMemoryQueue<ExportMessage>();
  let isFirst = true;
  const send = async (messages: readonly ExportMessage[]) => {
    if (!isFirst) return queue.send(messages);
    isFirst = false;
    // Whoever asks dies here, and cannot note that either.
    killSwitch.killAt(1);
    throw new Error("the queue is gone");
  };
  const { ask, jobs, clock } = await worldOf({ killSwitch, exportQueue: { ...queue, send } });
  const named = { headers: { "idempotency-key": "k-1" } };
  expect(await ask("vrc_deals", known, named)).toMatchObject({ status: 500 });
  killSwitch.revive();
  expect(await jobs()).toMatchObject([{ status: "queued" }]);
  clock.advance(60_000);
  expect(data(await ask("vrc_deals", known, named))).toMatchObject({ status: "queued" });
  expect(queue.messages).toEqual([{ program: "acme", key: (await jobs())[0]?.key }]);
  expect(await jobs()).toHaveLength(1);
});

test("only who may have the file is answered, and only of reports", async () => {
  const { ask, get, bearerOf, addExport, jobs, start, call } = await worldOf();
  const key = String(data(await ask("vrc_partners"))["key"]);
  const deals = String(data(await ask("vrc_deals"))["key"]);
  // A teammate without the permission, nobody, and another program's.
  const other = await start({ key: "globex", admin_email: "eve@globex.example" });
  for (const member_email of ["bo@acme.example", "nobody@acme.example", "eve@globex.example"]) {
    const body = { member_email, webhook_target_url: "https://127.0.0.1/" };
    expect(await ask("vrc_leads", body)).toMatchObject({ status: 403, json: { message: "Forbidden", status: 403 } });
  }
  expect(await ask("vrc_leads", { member_email: "cy@acme.example" })).toMatchObject({ status: 403 });
  expect(await jobs()).toHaveLength(2);

  const authorization = await bearerOf({ program: "acme", kind: "teammate", email: "cy@acme.example" });
  expect((await get("", { authorization })).keys).toEqual(["vrc_partners"]);
  expect(await get("/vrc_partners", { authorization })).toMatchObject({ status: 200 });
  expect(await get(`/export/${key}`, { authorization })).toMatchObject({ status: 200 });
  for (const path of ["/vrc_deals", `/export/${deals}`]) {
    expect(await get(path, { authorization })).toMatchObject({ status: 403 });
  }
  expect(await ask("vrc_deals", known, { authorization })).toMatchObject({ status: 403 });

  // A bundle is no report, whatever it holds; nor is its own key the key of a report's export.
  await addExport({ key: "exp_bundle", filters: { ...EVERYTHING, files: ["partners"] } });
  for (const name of ["vrex_bundle", "exp_bundle", key.replace("vrex_", "exp_"), "vrex_", "x".repeat(3000)]) {
    expect(await get(`/export/${name}`)).toMatchObject({ status: 404 });
  }
  expect(await get(`/export/${key}`, { authorization: other.basic })).toMatchObject({ status: 404 });
  const partner = { program: "acme", kind: "partner", email: "a@p.example", partnership: "part_1" } as const;
  const bearer = await bearerOf(partner);
  for (const path of ["", "/vrc_partners", `/export/${key}`]) {
    expect(await get(path, { authorization: bearer })).toMatchObject({ status: 403 });
  }
  expect(await call("POST", `${PATH}/vrc_partners`, { body: known })).toMatchObject({ status: 401 });
});
