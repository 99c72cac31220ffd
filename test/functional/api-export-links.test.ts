import { expect, test } from "vitest";
import { sendMail } from "../../shared/mail/send-mail.ts";
import type { MailMessage } from "../../shared/mail/mail-message.ts";
import { auditEntry } from "../../shared/records/audit-entry.ts";
import type { ExportJob } from "../../shared/records/export-job.ts";
import { createCountingTokens } from "../fakes/counting-tokens.ts";
import { createMemoryLinkSigner } from "../fakes/memory-link-signer.ts";
import { createMemoryMailer } from "../fakes/memory-mailer.ts";
import { createWorld } from "./api-world.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

async function worldWithBundle(overrides: Partial<ExportJob> = {}) {
  const world = createWorld();
  const { basic: authorization, publicKey } = await world.start();
  await world.hire("acme", { email: "bo@acme.example", permissions: ["exports:read"] });
  await world.hire("acme", { email: "cy@acme.example", permissions: ["exports:create"] });
  const job = await world.addExport(overrides);
  world.bundles.drop("exports/acme/exp_1/bundle.zip", "PK");
  const mailer = createMemoryMailer();
  const { table, ledger, clock, log, mailQueue } = world;
  const links = {
    bundleLinks: createMemoryLinkSigner(),
    reportLinks: createMemoryLinkSigner(),
    randomToken: createCountingTokens(),
  };
  const send = (message: MailMessage) => sendMail({ table, ledger, clock, log, mailer, mailQueue, ...links }, message);
  return {
    ...world,
    authorization,
    publicKey,
    job,
    mails: mailer.mails,
    ask: (who = authorization) => world.call("POST", "/api/v2/exports/exp_1/link", { authorization: who }),
    revoke: (who = authorization) => world.call("DELETE", "/api/v2/exports/exp_1", { authorization: who }),
    /** Sends what the queue holds, each message twice, as a queue may. */
    async deliver() {
      for (const message of mailQueue.drain()) for (let time = 0; time < 2; time++) await send(message);
    },
    show: async () => (await world.call("GET", "/api/v2/exports/exp_1", { authorization })).json,
    deeds: async () =>
      (await ledger.newest(auditEntry, "acme", 100))
        .toReversed()
        .map(({ record: { action, actor, subject_key } }) => [action, actor.kind, actor.id, subject_key]),
  };
}

test("a fresh link goes to whom the first one went to, once for each request", async () => {
  const { ask, deliver, mails, deeds, clock, publicKey, bearerOf } = await worldWithBundle();
  const cy = await bearerOf({ program: "acme", kind: "teammate", email: "cy@acme.example" });
  const { status, json } = await ask();
  expect([status, json]).toMatchObject([200, { data: { key: "exp_1" }, message: "A fresh link is being mailed" }]);
  await deliver();
  clock.advance(MINUTE);
  expect(await ask(cy)).toMatchObject({ status: 200 });
  await deliver();
  expect(mails.map(({ to }) => to)).toEqual(["ada@acme.example", "ada@acme.example"]);
  for (const { text } of mails) expect(text).toContain("https://bucket.test/exports/acme/exp_1/bundle.zip?minutes=30");
  expect(await deeds()).toEqual([
    ["export.link_sent", "key", publicKey, "exp_1"],
    ["export.link_sent", "teammate", "cy@acme.example", "exp_1"],
  ]);
});

test("links are not asked for more often than once a minute", async () => {
  const { ask, clock, mailQueue } = await worldWithBundle();
  const statuses = (await Promise.all(Array.from({ length: 5 }, () => ask()))).map(({ status }) => status);
  expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 429, 429, 429, 429]);
  clock.advance(MINUTE - 1);
  const { status, json, headers } = await ask();
  expect([status, json]).toEqual([
    429,
    { message: "a link to this export was asked for just now: look into the mailbox", status: 429 },
  ]);
  expect(headers).toMatchObject({ "retry-after": "60" });
  expect(mailQueue.messages).toHaveLength(1);
  clock.advance(1);
  expect(await ask()).toMatchObject({ status: 200 });
});

test("a link that could not be asked for may be asked for at once again", async () => {
  const world = await worldWithBundle();
  const { send } = world.mailQueue;
  world.mailQueue.send = () => Promise.reject(new Error("the queue is gone"));
  expect(await world.ask()).toMatchObject({ status: 500 });
  world.mailQueue.send = send;
  expect(await world.ask()).toMatchObject({ status: 200 });
});

test.each<[string, Partial<ExportJob>, number, string]>([
  [
    "is queued",
    { status: "queued", finished_at: null },
    409,
    "the export is queued: its link is mailed when it is done",
  ],
  ["runs", { status: "running", finished_at: null }, 409, "the export is running: its link is mailed when it is done"],
  ["failed", { status: "failed" }, 409, "the export failed: ask for a new one"],
  ["was taken back", { revoked_at: 5 }, 410, "this export was taken back: ask for a new one"],
  ["was taken back early", { status: "failed", revoked_at: 5 }, 410, "this export was taken back: ask for a new one"],
  [
    "is no longer kept",
    { finished_at: Date.UTC(2026, 3, 1, 12) - DAY },
    410,
    "the bundle of this export is no longer kept: ask for a new one",
  ],
])("there is no link to an export that %s", async (_, overrides, status, message) => {
  const { ask, mailQueue, table } = await worldWithBundle(overrides);
  const before = table.items();
  expect(await ask()).toMatchObject({ status, json: { message, status } });
  expect([mailQueue.messages, table.items()]).toEqual([[], before]);
});

test.each(["gone@acme.example", "bo@acme.example"])("there is no link for %s any more", async (member_email) => {
  const { ask, mailQueue, table } = await worldWithBundle({ member_email });
  const before = table.items();
  expect(await ask()).toMatchObject({ status: 403, json: { message: "Forbidden" } });
  expect([mailQueue.messages, table.items()]).toEqual([[], before]);
});

test("an export that is done and taken back has no bundle, no link and no mail any more", async () => {
  const { ask, revoke, deliver, mails, bundles, show, deeds, publicKey, clock } = await worldWithBundle();
  await ask();
  clock.advance(10);
  const { status, json } = await revoke();
  expect([status, json]).toMatchObject([
    200,
    {
      data: {
        status: "completed",
        revoked_at: clock(),
        reason: `Taken back by ${publicKey}.`,
        kept_until: null,
      },
      message: "Export taken back",
    },
  ]);
  expect(bundles.keys()).toEqual([]);
  await deliver();
  expect(mails).toEqual([]);
  expect(await ask()).toMatchObject({ status: 410 });
  expect(await show()).toMatchObject({ data: { revoked_at: clock() } });
  expect(await deeds()).toEqual([["export.revoked", "key", publicKey, "exp_1"]]);
});

test.each(["queued", "running"] as const)("an export that is %s ends when it is taken back", async (status) => {
  const { revoke, show, publicKey, clock } = await worldWithBundle({ status, finished_at: null });
  expect(await revoke()).toMatchObject({ status: 200 });
  expect(await show()).toMatchObject({
    data: {
      status: "failed",
      reason: `Taken back by ${publicKey}.`,
      finished_at: clock(),
      revoked_at: clock(),
      eta_ms: 0,
    },
  });
});

test("of an export that failed by itself the reason stays", async () => {
  const { revoke, show } = await worldWithBundle({ status: "failed", reason: "The group is gone." });
  await revoke();
  expect(await show()).toMatchObject({ data: { status: "failed", reason: "The group is gone." } });
});

test("taking back what was taken back changes nothing, and removes what came later", async () => {
  const { revoke, bearerOf, bundles, deeds, show, clock } = await worldWithBundle();
  await revoke();
  const first = await show();
  bundles.drop("exports/acme/exp_1/bundle.zip", "PK");
  clock.advance(MINUTE);
  const cy = await bearerOf({ program: "acme", kind: "teammate", email: "cy@acme.example" });
  expect(await revoke(cy)).toMatchObject({ status: 200 });
  expect(await show()).toEqual(first);
  expect(bundles.keys()).toEqual([]);
  expect(await deeds()).toHaveLength(1);
});

test("an export that ends while it is being taken back is taken back all the same", async () => {
  const { table, revoke, show, bundles } = await worldWithBundle({ status: "running", finished_at: null });
  let isDone = false;
  const { transact } = table;
  table.transact = async (writes) => {
    if (!isDone) {
      isDone = true;
      await table.write({ update: { pk: "acme/export/exp_1", sk: "#" }, set: { status: "completed", finished_at: 9 } });
    }
    return transact(writes);
  };
  expect(await revoke()).toMatchObject({ status: 200 });
  expect(await show()).toMatchObject({ data: { status: "completed", finished_at: 9, revoked_at: expect.any(Number) } });
  expect(bundles.keys()).toEqual([]);
});

test("whoever takes an export back at the same time, it is taken back once", async () => {
  const { revoke, deeds, bundles } = await worldWithBundle({ status: "running", finished_at: null });
  const replies = await Promise.all(Array.from({ length: 5 }, () => revoke()));
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
  expect([await deeds(), bundles.keys()]).toEqual([[["export.revoked", "key", expect.any(String), "exp_1"]], []]);
});

test("killed at any step, taking back again finishes it, and no link is mailed in between", async () => {
  for (const step of [1, 2]) {
    const { ask, revoke, deliver, mails, bundles, deeds, show, killSwitch } = await worldWithBundle();
    await ask();
    killSwitch.killAt(step);
    expect(await revoke()).toMatchObject({ status: 500 });
    killSwitch.revive();
    expect(bundles.keys()).toHaveLength(1);
    const isMarked = step === 2;
    expect(await show()).toMatchObject({ data: { revoked_at: isMarked ? expect.any(Number) : null } });
    if (isMarked) await deliver();
    expect(await revoke()).toMatchObject({ status: 200 });
    await deliver();
    expect([bundles.keys(), mails, (await deeds()).map(([action]) => action)]).toEqual([[], [], ["export.revoked"]]);
  }
});
