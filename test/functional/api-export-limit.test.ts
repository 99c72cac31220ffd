import { expect, test } from "vitest";
import type { ExportMessage } from "../../shared/exports/export-bundle.ts";
import { auditEntry } from "../../shared/records/audit-entry.ts";
import { type ExportJob, exportJob } from "../../shared/records/export-job.ts";
import { createMemoryQueue } from "../fakes/memory-queue.ts";
import { createWorld, type Reply } from "./api-world.ts";

const MOST = 5;
const HOUR = 60 * 60 * 1000;
const known = { member_email: "ada@acme.example" };

async function worldOf(options: Parameters<typeof createWorld>[0] = {}) {
  const world = createWorld(options);
  const { ledger, call } = world;
  const { basic: authorization } = await world.start();
  const jobs = async () => (await ledger.newest(exportJob, "acme", 100)).map(({ record }) => record);
  return {
    ...world,
    authorization,
    jobs,
    ask: (): Promise<Reply> => call("POST", "/api/v2/exports/base-records", { authorization, body: known }),
    deeds: async () => (await ledger.newest(auditEntry, "acme", 100)).map(({ record }) => record),
    end: async (job: ExportJob | undefined, status: ExportJob["status"]) => {
      if (job === undefined) throw new Error("there is no such export");
      await ledger.advance(exportJob, job, { set: { status, finished_at: 1 } });
    },
  };
}

test("of many exports asked for at once exactly as many begin as may, and the others leave nothing behind", async () => {
  const { ask, jobs, deeds, exportQueue } = await worldOf();
  const replies = await Promise.all(Array.from({ length: 30 }, ask));
  const counts = new Map<number, number>();
  for (const { status } of replies) counts.set(status, (counts.get(status) ?? 0) + 1);
  expect(Object.fromEntries(counts)).toEqual({ 200: MOST, 429: 30 - MOST });
  expect([(await jobs()).length, (await deeds()).length, exportQueue.messages.length]).toEqual([MOST, MOST, MOST]);
});

test("the refusal says what is under way, and when to ask again", async () => {
  const { ask, jobs } = await worldOf();
  for (let count = 0; count < MOST; count++) expect(await ask()).toMatchObject({ status: 200 });
  const { status, json, headers } = await ask();
  const keys = (await jobs()).map(({ key }) => key).toSorted();
  expect([status, json]).toEqual([
    429,
    {
      message: `5 exports of this program are under way, which is as many as there may be (${keys.join(", ")}): ask again when one of them is done, or take one back`,
      status: 429,
    },
  ]);
  expect(headers).toMatchObject({ "retry-after": "60" });
});

test.each(["completed", "failed"] as const)("an export that is %s makes room for one", async (status) => {
  const { ask, jobs, end } = await worldOf();
  for (let count = 0; count < MOST; count++) await ask();
  await end((await jobs())[2], status);
  const replies = await Promise.all([ask(), ask()]);
  expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200, 429]));
});

test("an export that runs takes room, and one that is taken back gives it up", async () => {
  const { ask, jobs, ledger, call, authorization } = await worldOf();
  for (let count = 0; count < MOST; count++) await ask();
  const [job] = await jobs();
  if (job === undefined) throw new Error("there is no export");
  await ledger.advance(exportJob, job, { set: { status: "running" } });
  expect(await ask()).toMatchObject({ status: 429 });
  expect(await call("DELETE", `/api/v2/exports/${job.key}`, { authorization })).toMatchObject({ status: 200 });
  expect(await ask()).toMatchObject({ status: 200 });
});

test("an export that nobody takes up within an hour takes no room, and says what to do", async () => {
  const { ask, jobs, clock, call, authorization, ledger } = await worldOf();
  for (let count = 0; count < MOST; count++) await ask();
  const [lost, running] = await jobs();
  if (lost === undefined || running === undefined) throw new Error("there are no exports");
  const path = `/api/v2/exports/${lost.key}`;
  await ledger.advance(exportJob, running, { set: { status: "running" } });
  clock.advance(HOUR);
  expect(await ask()).toMatchObject({ status: 429 });
  expect(await call("GET", path, { authorization })).toMatchObject({ json: { data: { reason: null } } });

  clock.advance(1);
  const told = { status: "queued", reason: expect.stringContaining("Take it back, and ask for it again.") };
  expect(await call("GET", path, { authorization })).toMatchObject({ json: { data: told } });
  const replies = [];
  for (let count = 0; count < MOST; count++) replies.push(await ask());
  // The one that runs takes room however long it runs.
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 429]);

  expect(await call("DELETE", path, { authorization })).toMatchObject({ status: 200 });
  const data = { status: "failed", reason: expect.stringMatching(/^Taken back by /) };
  expect(await call("GET", path, { authorization })).toMatchObject({ json: { data } });
});

test("each program has room of its own", async () => {
  const { ask, start, call } = await worldOf();
  const { basic: authorization } = await start({ key: "globex", admin_email: "eve@globex.example" });
  for (let count = 0; count < MOST; count++) await ask();
  const body = { member_email: "eve@globex.example" };
  expect(await call("POST", "/api/v2/exports/base-records", { authorization, body })).toMatchObject({ status: 200 });
});

test("exports that could not be queued take no room", async () => {
  const send = () => Promise.reject(new Error("the queue is gone"));
  const { ask } = await worldOf({ exportQueue: { ...createMemoryQueue<ExportMessage>(), send } });
  const statuses = [];
  for (let count = 0; count <= MOST; count++) statuses.push((await ask()).status);
  expect(statuses).toEqual(Array.from({ length: MOST + 1 }, () => 500));
});

test("what was asked for is in the audit log, with who asked", async () => {
  const { ask, jobs, deeds, clock } = await worldOf();
  await ask();
  const [job] = await jobs();
  expect(await deeds()).toMatchObject([
    {
      action: "export.created",
      actor: { kind: "key", id: job?.requested_by },
      subject_key: job?.key,
      created_at: clock(),
    },
  ]);
});

test("killed at any write, a request leaves a whole export or nothing of one", async () => {
  for (const step of [1, 2]) {
    const { ask, jobs, deeds, killSwitch } = await worldOf();
    killSwitch.killAt(step);
    const { status } = await ask();
    killSwitch.revive();
    const made = step === 1 ? 0 : 1;
    expect([status, (await jobs()).length, (await deeds()).length]).toEqual([step === 1 ? 500 : 200, made, made]);
  }
});
