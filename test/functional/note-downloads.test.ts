import { expect, test } from "vitest";
import { createHandler } from "../../functions/note-downloads/handler.ts";
import { noteDownloads } from "../../shared/exports/note-downloads.ts";
import { auditEntry } from "../../shared/records/audit-entry.ts";
import { LINK_REQUESTER, logLine } from "../unit/exports/access-log-texts.ts";
import { context, createWorld } from "./api-world.ts";

const OBJECT = "access/2026-04-01-13-17-12-5D9A1B7F00C2E3A4";
const NOON = Date.UTC(2026, 3, 1, 12);

function worldWithLogs() {
  const world = createWorld();
  const { ledger, objects: logs, log, clock } = world;
  clock.set(NOON + 3_600_000);
  const handler = createHandler({ note: noteDownloads({ ledger, logs, log }) });
  /** Delivers S3's notification of an object. */
  const deliver = async (key = OBJECT) => {
    const Records = [{ body: JSON.stringify({ Records: [{ s3: { object: { key: encodeURIComponent(key) } } }] }) }];
    await handler({ Records } as Parameters<typeof handler>[0], context);
  };
  return {
    ...world,
    handler,
    deliver,
    drop: (...lines: readonly string[]) => logs.drop(OBJECT, `${lines.join("\n")}\n`),
    entries: async (program = "acme") => (await ledger.newest(auditEntry, program, 100)).map(({ record }) => record),
  };
}

test("a download becomes an entry of the audit log, at the time when it was, told by the API", async () => {
  const { drop, deliver, entries, start, call, log } = worldWithLogs();
  const { basic: authorization } = await start();
  drop(logLine());
  await deliver();
  expect(await entries()).toEqual([
    {
      program: "acme",
      key: expect.stringMatching(/^aud_/),
      created_at: NOON + 9000,
      updated_at: NOON + 9000,
      action: "export.downloaded",
      actor: { kind: "link", id: "exp_1" },
      subject_key: "exp_1",
      type: null,
      remote_ip: "192.0.2.3",
      bytes_sent: 48_213,
    },
  ]);
  expect(await call("GET", "/api/v2/audit-log", { authorization })).toMatchObject({
    status: 200,
    json: { data: { items: [{ action: "export.downloaded", remote_ip: "192.0.2.3", bytes_sent: 48_213 }] } },
  });
  expect(log.lines).toMatchObject([
    { level: "info", message: "downloads.noted", fields: { object: OBJECT, noted: 1 } },
    { level: "info", message: "api.answered" },
  ]);
});

test.each([
  ["was refused", { status: "403", error: "AccessDenied", requester: "-" }],
  ["found nothing", { status: "404", error: "NoSuchKey" }],
  ["found nothing new", { status: "304" }],
  ["only looked", { operation: "REST.HEAD.OBJECT", bytesSent: "-" }],
  ["wrote the bundle", { operation: "REST.PUT.PART" }],
  ["removed it", { operation: "S3.EXPIRE.OBJECT", uri: "-", status: "-" }],
  ["read a piece of one under way", { key: "spool/acme/exp_1/try_1/piece" }],
  ["read beside the bundle", { key: "exports/acme/exp_1/other.zip" }],
  ["read below the bundle", { key: "exports/acme/exp_1/bundle.zip/x" }],
  ["read another place", { key: "exports/bundle.zip" }],
  ["named no program", { key: "exports//exp_1/bundle.zip" }],
])("a request that %s is no download", async (_, fields) => {
  const { drop, deliver, table, log } = worldWithLogs();
  drop(logLine(fields));
  await deliver();
  expect(table.items()).toEqual([]);
  expect(log.lines).toEqual([]);
});

test("each request of a download in parts is told, and requests of one second are kept apart", async () => {
  const { drop, deliver, entries } = worldWithLogs();
  const part = (requestId: string, bytesSent: string) => logLine({ requestId, status: "206", bytesSent });
  drop(part("AAAA", "100"), part("BBBB", "200"), part("CCCC", "300"));
  await deliver();
  expect(new Set((await entries()).map(({ bytes_sent }) => bytes_sent))).toEqual(new Set([100, 200, 300]));
});

test("messages, objects and lines that come again change nothing", async () => {
  const { drop, deliver, entries, objects, table } = worldWithLogs();
  drop(logLine(), logLine({ requestId: "BBBB" }), logLine());
  await deliver();
  const before = table.items();
  await deliver();
  // S3 may tell of a request in more than one object.
  objects.drop("access/other", logLine());
  await deliver("access/other");
  expect(table.items()).toEqual(before);
  expect(await entries()).toHaveLength(2);
});

test.each([
  ["the link", LINK_REQUESTER, { kind: "link", id: "exp_1" }],
  ["a user", "arn:aws:iam::123456789012:user/ops/ada", { kind: "account", id: "user/ops/ada" }],
  ["a session", "arn:aws:sts::123456789012:assumed-role/Admin/ada", { kind: "account", id: "assumed-role/Admin/ada" }],
  ["an account", "79a59df900b949e5", { kind: "account", id: "79a59df900b949e5" }],
  ["nobody", "-", { kind: "account", id: "unknown" }],
])("%s is told as who downloaded it", async (_, requester, actor) => {
  const { drop, deliver, entries } = worldWithLogs();
  drop(logLine({ requester }));
  await deliver();
  expect(await entries()).toMatchObject([{ actor }]);
});

test("programs see their own downloads alone", async () => {
  const { drop, deliver, entries } = worldWithLogs();
  drop(logLine(), logLine({ key: "exports/globex/exp_2/bundle.zip", requestId: "BBBB" }));
  await deliver();
  expect(await entries("acme")).toMatchObject([{ subject_key: "exp_1" }]);
  expect(await entries("globex")).toMatchObject([{ subject_key: "exp_2" }]);
});

test("lines that nobody can read are counted, never shown, and take no other with them", async () => {
  const { drop, deliver, entries, log } = worldWithLogs();
  const broken = logLine().replace(" 200 ", " ok ");
  drop(broken, logLine(), "", "�garbage", logLine({ requestId: "BBBB" }), ...Array.from({ length: 40 }, () => broken));
  await deliver();
  expect(await entries()).toHaveLength(2);
  const [warning] = log.lines.filter(({ level }) => level === "warn");
  expect(warning).toMatchObject({ message: "downloads.unreadable_lines", fields: { object: OBJECT, count: 42 } });
  expect(warning?.fields["lines"]).toEqual([1, 4, ...Array.from({ length: 18 }, (_, index) => index + 6)]);
  expect(JSON.stringify(log.lines)).not.toMatch(/X-Amz|192\.0\.2/);
});

test("more downloads than are held at a time are all told", async () => {
  const { drop, deliver, entries, table } = worldWithLogs();
  drop(...Array.from({ length: 450 }, (_, index) => logLine({ requestId: `R${index}` })));
  await deliver();
  expect(table.items()).toHaveLength(450);
  expect(await entries()).toHaveLength(100);
});

test("a log that is gone is an error in the log, and nothing to try again", async () => {
  const { deliver, table, log } = worldWithLogs();
  await deliver();
  expect(table.items()).toEqual([]);
  expect(log.lines).toEqual([{ level: "error", message: "downloads.log_gone", fields: { object: OBJECT } }]);
});

test("S3's test notification means nothing", async () => {
  const { handler, table, log } = worldWithLogs();
  const Records = [{ body: JSON.stringify({ Service: "Amazon S3", Event: "s3:TestEvent" }) }];
  await handler({ Records } as Parameters<typeof handler>[0], context);
  expect([table.items(), log.lines]).toEqual([[], []]);
});
