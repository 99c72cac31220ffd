import { expect, test } from "vitest";
import { createHandler } from "../../functions/send-mail/handler.ts";
import type { MailMessage } from "../../shared/mail/mail-message.ts";
import { sendMail } from "../../shared/mail/send-mail.ts";
import { auditEntry } from "../../shared/records/audit-entry.ts";
import { type ExportJob, exportJob } from "../../shared/records/export-job.ts";
import { DEFAULT_OPTIONS } from "../../shared/records/import-job.ts";
import { createKillSwitch } from "../fakes/kill-switch.ts";
import { createMemoryLinkSigner } from "../fakes/memory-link-signer.ts";
import { createMemoryMailer } from "../fakes/memory-mailer.ts";
import { context, createWorld } from "./api-world.ts";

const MINUTE = 60_000;
const READY: MailMessage = { mail: "bundle-ready", program: "acme", key: "exp_1" };
const FRESH: MailMessage = {
  mail: "bundle-link",
  program: "acme",
  key: "exp_1",
  link: "lnk_1",
  asked_by: { kind: "teammate", id: "bo@acme.example" },
};
const FAILED: MailMessage = { mail: "export-failed", program: "acme", key: "exp_1" };
const FINISHED: MailMessage = { mail: "import-finished", program: "acme", key: "imp_1" };
const MISPLACED: MailMessage = { mail: "file-not-placed", source: "imports/nobody/a.csv", reason: "No such program." };

async function mailRoom() {
  const world = createWorld();
  await world.start();
  const mailSwitch = createKillSwitch();
  const mailer = createMemoryMailer({ killSwitch: mailSwitch });
  const { table, ledger, clock, log } = world;
  const job = async () => (await ledger.read(exportJob, [{ pk: "acme/export/exp_1", sk: "#" }]))[0]?.record;
  const dependencies = {
    table,
    ledger,
    clock,
    log,
    mailer,
    randomToken: world.access.randomToken,
    mailQueue: world.mailQueue,
    bundleLinks: createMemoryLinkSigner(),
    reportLinks: createMemoryLinkSigner(),
    operator: "ops@acme.example",
  };
  return {
    ...world,
    dependencies,
    mailSwitch,
    mailer,
    mails: mailer.mails,
    send: (message: MailMessage) => sendMail(dependencies, message),
    job,
    expiresAt: async () => (await job())?.expires_at,
    /** What the audit log has, oldest first. */
    deeds: async () =>
      (await ledger.newest(auditEntry, "acme", 100))
        .toReversed()
        .map(({ record: { action, actor, created_at } }) => [action, actor.kind, actor.id, created_at]),
    warnings: () => log.lines.filter(({ level }) => level !== "info").map(({ message }) => message),
  };
}

test("mails a bundle's link to the teammate, and notes when it closes", async () => {
  const { addExport, hire, send, mails, expiresAt, clock } = await mailRoom();
  await hire("acme", { email: "cy@acme.example", permissions: ["exports:create"] });
  await addExport({ member_email: "cy@acme.example" });
  await send(READY);
  expect(mails).toMatchObject([{ to: "cy@acme.example", subject: "Your export of Acme is ready" }]);
  expect(mails[0]?.text).toContain("https://bucket.test/exports/acme/exp_1/bundle.zip?minutes=30");
  expect(mails[0]?.text).toContain("acme-records-2026-04-01.zip");
  expect(await expiresAt()).toBe(clock() + 30 * MINUTE);
});

test("each link is in the audit log, once, with who asked for it", async () => {
  const { addExport, send, mails, deeds, clock, expiresAt } = await mailRoom();
  await addExport({ requested_by: "cy@acme.example" });
  const first = clock();
  for (let time = 0; time < 2; time++) await send(READY);
  clock.advance(5 * MINUTE);
  const second = clock();
  for (let time = 0; time < 3; time++) await send(FRESH);
  clock.advance(5 * MINUTE);
  await send({ ...FRESH, link: "lnk_2", asked_by: { kind: "key", id: "pk_1" } });
  expect(mails.map(({ subject }) => subject)).toEqual([
    "Your export of Acme is ready",
    "A fresh link to your export of Acme",
    "A fresh link to your export of Acme",
  ]);
  expect(await deeds()).toEqual([
    ["export.link_sent", "teammate", "cy@acme.example", first],
    ["export.link_sent", "teammate", "bo@acme.example", second],
    ["export.link_sent", "key", "pk_1", clock()],
  ]);
  expect(await expiresAt()).toBe(clock() + 30 * MINUTE);
});

test("a first mail that comes behind a fresh link does not make that one look closed", async () => {
  const { addExport, send, table, clock, expiresAt, deeds } = await mailRoom();
  await addExport();
  table.failAt(3);
  await expect(send(READY)).rejects.toThrow("killed");
  table.failAt(Infinity);
  clock.advance(5 * MINUTE);
  await send(FRESH);
  const closes = await expiresAt();
  await send(READY);
  expect(await expiresAt()).toBe(closes);
  expect(await deeds()).toHaveLength(2);
});

test.each<[string, Partial<ExportJob>, string, string | null]>([
  ["has left", { member_email: "gone@acme.example" }, "mail.not_allowed", "No link was mailed: the teammate"],
  ["lost the permission", { member_email: "bo@acme.example" }, "mail.not_allowed", "No link was mailed: the teammate"],
  ["is another program's", { member_email: "gus@globex.example" }, "mail.not_allowed", "No link was mailed"],
])("no link goes to a teammate who %s", async (_, overrides, warning, reason) => {
  const { addExport, start, hire, send, mails, warnings, job, deeds } = await mailRoom();
  await start({ key: "globex", admin_email: "gus@globex.example" });
  await hire("acme", { email: "bo@acme.example", permissions: ["exports:read"] });
  await addExport(overrides);
  for (const message of [READY, FRESH]) await send(message);
  expect([mails, await deeds(), warnings()]).toEqual([[], [], [warning, warning]]);
  expect(await job()).toMatchObject({
    status: "completed",
    reason: expect.stringContaining(reason ?? ""),
    expires_at: null,
  });
});

test("nobody who may not export hears of a failed one", async () => {
  const { addExport, send, mails, warnings, job } = await mailRoom();
  await addExport({ status: "failed", reason: "The group is gone.", member_email: "gone@acme.example" });
  await send(FAILED);
  expect([mails, warnings()]).toEqual([[], ["mail.not_allowed"]]);
  expect(await job()).toMatchObject({ status: "failed", reason: "The group is gone." });
});

test("whoever may export again can have a link again, and nothing is left of the trouble", async () => {
  const { addExport, hire, send, mails, job } = await mailRoom();
  await addExport({ member_email: "bo@acme.example" });
  await send(READY);
  await hire("acme", { email: "bo@acme.example", permissions: ["exports:create"] });
  await send(FRESH);
  expect(mails).toMatchObject([{ to: "bo@acme.example" }]);
  expect(await job()).toMatchObject({ reason: null, expires_at: expect.any(Number) });
});

test("no mail is about an export that was taken back, whatever the message", async () => {
  const { addExport, send, mails, deeds, warnings } = await mailRoom();
  await addExport({ revoked_at: 5 });
  await addExport({ key: "exp_2", status: "failed", reason: "Taken back by pk_1.", revoked_at: 5 });
  for (const message of [READY, FRESH, FAILED]) await send(message);
  for (const message of [READY, FRESH, FAILED]) await send({ ...message, key: "exp_2" });
  expect([mails, await deeds(), warnings()]).toEqual([[], [], []]);
});

test("a link that was out when its export was taken back is in the audit log all the same", async () => {
  const { addExport, send, mails, table, ledger, deeds, job } = await mailRoom();
  const asked = await addExport();
  table.failAt(3);
  await expect(send(READY)).rejects.toThrow("killed");
  table.failAt(Infinity);
  await ledger.advance(exportJob, asked, { set: { revoked_at: 5, reason: "Taken back by pk_1." } });
  await send(READY);
  expect(mails).toHaveLength(1);
  expect(await deeds()).toHaveLength(1);
  expect(await job()).toMatchObject({ reason: "Taken back by pk_1.", expires_at: expect.any(Number) });
});

test("no link is mailed to a bundle that is no longer kept", async () => {
  const { addExport, send, mails, clock, warnings, job } = await mailRoom();
  const { finished_at } = await addExport();
  clock.set((finished_at ?? 0) + 24 * 60 * MINUTE - 1);
  await send(READY);
  clock.advance(1);
  await send(FRESH);
  expect(mails).toHaveLength(1);
  expect(warnings()).toEqual(["mail.not_kept"]);
  expect(await job()).toMatchObject({ reason: expect.stringContaining("while the bundle was kept") });
});

test("mails why an export failed", async () => {
  const { addExport, send, mails } = await mailRoom();
  await addExport({ status: "failed", reason: "The group is gone." });
  await send(FAILED);
  expect(mails).toMatchObject([{ to: "ada@acme.example", text: expect.stringContaining("The group is gone.") }]);
});

test.each([
  ["the teammate who is named", { requested_by: "cy@acme.example" }, "di@acme.example", "di@acme.example"],
  ["the teammate who asked", { requested_by: "cy@acme.example" }, null, "cy@acme.example"],
  [
    "the one who asked when the one named has left",
    { requested_by: "cy@acme.example" },
    "ex@acme.example",
    "cy@acme.example",
  ],
  [
    "the program's administrator when who asked has left",
    { requested_by: "ex@acme.example" },
    null,
    "ada@acme.example",
  ],
  ["the program's administrator when a file was dropped", { requested_by: "bucket" }, null, "ada@acme.example"],
  ["the program's administrator when a program key asked", { requested_by: "pk_1" }, null, "ada@acme.example"],
  ["nobody of another program", { requested_by: "pk_1" }, "gus@globex.example", "ada@acme.example"],
])("mails an import's result to %s", async (_, job, notify, to) => {
  const { addImport, hire, start, send, mails } = await mailRoom();
  await start({ key: "globex", admin_email: "gus@globex.example" });
  await hire("acme", { email: "cy@acme.example" });
  await hire("acme", { email: "di@acme.example" });
  await addImport({ ...job, options: { ...DEFAULT_OPTIONS, notify } });
  await send(FINISHED);
  expect(mails).toMatchObject([{ to, subject: "Import of march.csv is done, but 1 row failed" }]);
});

test("tells the operator of a misplaced file, once a day for the same one", async () => {
  const { send, mails, clock } = await mailRoom();
  await send(MISPLACED);
  await send(MISPLACED);
  await send({ ...MISPLACED, source: "imports/nobody/b.csv" });
  expect(mails.map(({ to }) => to)).toEqual(["ops@acme.example", "ops@acme.example"]);
  clock.advance(24 * 60 * MINUTE);
  await send(MISPLACED);
  expect(mails).toHaveLength(3);
});

test("without an operator, a misplaced file is left to the log", async () => {
  const { dependencies, mails, warnings } = await mailRoom();
  await sendMail({ ...dependencies, operator: undefined }, MISPLACED);
  expect([mails, warnings()]).toEqual([[], ["mail.no_recipient"]]);
});

test.each([READY, FRESH, FINISHED])("a message that comes again mails nothing again: $mail", async (message) => {
  const { addExport, addImport, send, mails, expiresAt, clock, warnings } = await mailRoom();
  await addExport();
  await addImport();
  await send(message);
  const closes = await expiresAt();
  clock.advance(7 * MINUTE);
  await send(message);
  expect(mails).toHaveLength(1);
  expect(await expiresAt()).toBe(closes);
  expect(warnings()).toEqual([]);
});

test("two deliveries at once mail once", async () => {
  const { addExport, send, mails } = await mailRoom();
  await addExport();
  await Promise.allSettled([send(READY), send(READY)]);
  expect(mails).toHaveLength(1);
});

test("when the mailer refuses, the message comes again and is sent then", async () => {
  const { addExport, send, mails, mailer, expiresAt, clock, warnings } = await mailRoom();
  await addExport();
  for (let attempt = 0; attempt < 3; attempt++) {
    mailer.refuses = true;
    await expect(send(READY)).rejects.toThrow("refused");
    expect(await expiresAt()).toBeNull();
    clock.advance(6 * MINUTE);
  }
  mailer.refuses = false;
  await send(READY);
  expect(mails).toHaveLength(1);
  expect(await expiresAt()).toBe(clock() + 30 * MINUTE);
  expect(warnings()).toEqual(["mail.refused", "mail.refused", "mail.refused"]);
});

test("killed at any write, a retry never mails twice, and says so where it cannot know", async () => {
  for (const message of [READY, FRESH]) {
    const seen = [];
    for (const write of [1, 2, 3]) {
      const { addExport, send, mails, table, expiresAt, deeds, warnings } = await mailRoom();
      await addExport();
      table.failAt(write);
      await expect(send(message)).rejects.toThrow("killed");
      table.failAt(Infinity);
      for (let again = 0; again < 2; again++) await Promise.allSettled([send(message)]);
      seen.push([mails.length, (await expiresAt()) !== null, (await deeds()).length, warnings()]);
    }
    expect(seen).toEqual([
      // Before the claim: the retry sends.
      [1, true, 1, []],
      // After the mail, before it was noted: nobody can tell.
      [1, false, 0, ["mail.unconfirmed", "mail.unconfirmed"]],
      // Before the link's end was noted: the retry notes it.
      [1, true, 1, []],
    ]);
  }
});

test("killed between claim and mail, it does not send, and says so", async () => {
  const { addImport, send, mails, table, mailSwitch, warnings } = await mailRoom();
  await addImport();
  // The whole worker dies: neither the mailer nor the table takes anything from it any more.
  table.failAt(2);
  mailSwitch.killAt(1);
  await expect(send(FINISHED)).rejects.toThrow("killed");
  table.failAt(Infinity);
  mailSwitch.revive();
  await expect(send(FINISHED)).rejects.toThrow("left open");
  expect(mails).toEqual([]);
  expect(warnings()).toContain("mail.unconfirmed");
});

test("when the mailer's answer is lost, no second mail goes out, and the message is put aside", async () => {
  const { addExport, send, mails, mailer, warnings } = await mailRoom();
  await addExport();
  mailer.losesAnswers = true;
  await expect(send(READY)).rejects.toThrow("lost");
  mailer.losesAnswers = false;
  await expect(send(READY)).rejects.toThrow("left open");
  expect(mails).toHaveLength(1);
  expect(warnings()).toEqual(["mail.unconfirmed"]);
});

test("a mail about what is not so is not sent", async () => {
  const { addExport, send, mails } = await mailRoom();
  await expect(send(READY)).rejects.toThrow("export exp_1 of program acme is not there");
  await addExport({ status: "running" });
  await expect(send(READY)).rejects.toThrow("exp_1 is completed, but it is running");
  await expect(send(FAILED)).rejects.toThrow("exp_1 is failed, but it is running");
  await expect(send({ ...READY, program: "globex" })).rejects.toThrow("program globex is not there");
  expect(mails).toEqual([]);
});

test("neither link nor address is ever logged", async () => {
  const { addExport, addImport, send, log } = await mailRoom();
  await addExport();
  await addImport();
  for (const message of [READY, FRESH, FINISHED, MISPLACED]) await send(message);
  await addExport({ key: "exp_2", member_email: "gone@acme.example" });
  await addExport({ key: "exp_3", revoked_at: 1 });
  for (const key of ["exp_2", "exp_3"]) await send({ ...READY, key });
  expect(log.lines).toHaveLength(6);
  expect(JSON.stringify(log.lines)).not.toMatch(/https:|@/);
});

test("the function sends what the queue holds, and throws what it cannot", async () => {
  const { addImport, dependencies, mails, log } = await mailRoom();
  await addImport();
  const handler = createHandler(dependencies);
  const event = (body: string) => ({ Records: [{ ...record, body }] });
  await handler(event(JSON.stringify(FINISHED)), context);
  expect(mails).toHaveLength(1);
  await expect(handler(event('{"mail":"unknown"}'), context)).rejects.toThrow("Invalid");
  await expect(handler(event("{"), context)).rejects.toThrow("JSON");
  expect(log.lines.filter(({ message }) => message === "mail.failed")).toHaveLength(2);
});

const record = {
  messageId: "message",
  receiptHandle: "receipt",
  attributes: {
    ApproximateReceiveCount: "1",
    SentTimestamp: "0",
    SenderId: "sender",
    ApproximateFirstReceiveTimestamp: "0",
  },
  messageAttributes: {},
  md5OfBody: "",
  eventSource: "aws:sqs",
  eventSourceARN: "arn",
  awsRegion: "us-east-1",
};

test("a mail that comes too soon is put off, and sent once however often that happens", async () => {
  const { addExport, send, mails, mailer, mailQueue, warnings } = await mailRoom();
  await addExport({});
  mailer.throttles = 3;
  await send(READY);
  for (let waiting = mailQueue.drain(); waiting.length > 0; waiting = mailQueue.drain()) {
    for (const message of waiting) await send(message);
  }
  // The first message may be delivered once more.
  await send(READY);
  expect(mails).toHaveLength(1);
  expect(warnings()).toEqual([]);
});

test("a mail that is put off for days is refused in the end, for the operator to see", async () => {
  const { addExport, send, mails, mailer, mailQueue } = await mailRoom();
  await addExport({});
  mailer.throttles = Infinity;
  await expect(send({ ...READY, throttled: 500 })).rejects.toThrow(/refused/);
  expect(mails).toEqual([]);
  expect(mailQueue.messages).toEqual([]);
});

test("a link to rows goes to whom the program lets read them", async () => {
  const { addImport, hire, send, mails } = await mailRoom();
  await hire("acme", { email: "mo@acme.example", permissions: [] });
  await hire("acme", { email: "cu@acme.example", permissions: ["imports:create:customers"] });
  await addImport({ key: "imp_1", options: { ...DEFAULT_OPTIONS, notify: "mo@acme.example" } });
  await addImport({ key: "imp_2", options: { ...DEFAULT_OPTIONS, notify: "cu@acme.example" } });
  await send(FINISHED);
  await send({ ...FINISHED, key: "imp_2" });
  expect(mails.map(({ to, text }) => [to, text.includes("https://")])).toEqual([
    ["mo@acme.example", false],
    ["cu@acme.example", true],
  ]);
});
