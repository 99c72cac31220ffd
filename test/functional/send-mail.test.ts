import { expect, test } from "vitest";
import { createHandler } from "../../functions/send-mail/handler.ts";
import type { MailMessage } from "../../shared/mail/mail-message.ts";
import { sendMail } from "../../shared/mail/send-mail.ts";
import { exportJob } from "../../shared/records/export-job.ts";
import { DEFAULT_OPTIONS } from "../../shared/records/import-job.ts";
import { createKillSwitch } from "../fakes/kill-switch.ts";
import { createMemoryLinkSigner } from "../fakes/memory-link-signer.ts";
import { createMemoryMailer } from "../fakes/memory-mailer.ts";
import { context, createWorld } from "./api-world.ts";

const MINUTE = 60_000;
const READY: MailMessage = { mail: "bundle-ready", program: "acme", key: "exp_1" };
const FAILED: MailMessage = { mail: "export-failed", program: "acme", key: "exp_1" };
const FINISHED: MailMessage = { mail: "import-finished", program: "acme", key: "imp_1" };
const MISPLACED: MailMessage = { mail: "file-not-placed", source: "imports/nobody/a.csv", reason: "No such program." };

async function mailRoom() {
  const world = createWorld();
  await world.start();
  const mailSwitch = createKillSwitch();
  const mailer = createMemoryMailer({ killSwitch: mailSwitch });
  const { table, ledger, clock, log } = world;
  const dependencies = {
    table,
    ledger,
    clock,
    log,
    mailer,
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
    expiresAt: async () => (await ledger.read(exportJob, [{ pk: "acme/export/exp_1", sk: "#" }]))[0]?.record.expires_at,
    warnings: () => log.lines.filter(({ level }) => level !== "info").map(({ message }) => message),
  };
}

test("mails a bundle's link to the teammate, and notes when it closes", async () => {
  const { addExport, send, mails, expiresAt, clock } = await mailRoom();
  await addExport({ member_email: "cy@acme.example" });
  await send(READY);
  expect(mails).toMatchObject([{ to: "cy@acme.example", subject: "Your export of Acme is ready" }]);
  expect(mails[0]?.text).toContain("https://bucket.test/exports/acme/exp_1/bundle.zip?minutes=30");
  expect(mails[0]?.text).toContain("acme-records-2026-04-01.zip");
  expect(await expiresAt()).toBe(clock() + 30 * MINUTE);
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

test.each([READY, FINISHED])("a message that comes again mails nothing again: $mail", async (message) => {
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
  const seen = [];
  for (const write of [1, 2, 3]) {
    const { addExport, send, mails, table, expiresAt, warnings } = await mailRoom();
    await addExport();
    table.failAt(write);
    await expect(send(READY)).rejects.toThrow("killed");
    table.failAt(Infinity);
    for (let again = 0; again < 2; again++) await Promise.allSettled([send(READY)]);
    seen.push([mails.length, (await expiresAt()) !== null, warnings()]);
  }
  expect(seen).toEqual([
    // Before the claim: the retry sends.
    [1, true, []],
    // After the mail, before it was noted: nobody can tell.
    [1, false, ["mail.unconfirmed", "mail.unconfirmed"]],
    // Before the link's end was noted: the retry notes it.
    [1, true, []],
  ]);
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
  for (const message of [READY, FINISHED, MISPLACED]) await send(message);
  expect(log.lines).toHaveLength(3);
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
