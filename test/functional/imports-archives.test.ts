import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { Principal } from "../../shared/access/principal.ts";
import { cancelImport } from "../../shared/imports/cancel-import.ts";
import { undoImport } from "../../shared/imports/undo-import.ts";
import { composeMail } from "../../shared/mail/compose-mail.ts";
import type { MailMessage } from "../../shared/mail/mail-message.ts";
import type { DroppedObject } from "../../shared/imports/prepare-file.ts";
import { customer } from "../../shared/records/customer.ts";
import { DEFAULT_OPTIONS, type ImportJob, importJob } from "../../shared/records/import-job.ts";
import { partnership } from "../../shared/records/partnership.ts";
import { reward } from "../../shared/records/reward.ts";
import { transaction } from "../../shared/records/transaction.ts";
import { createKillSwitch } from "../fakes/kill-switch.ts";
import { createCountingTokens } from "../fakes/counting-tokens.ts";
import { createMemoryLinkSigner } from "../fakes/memory-link-signer.ts";
import { makeZip } from "../unit/imports/make-zip.ts";
import { createImportWorld, type ImportWorld, lines } from "./imports-harness.ts";

const KEY: Principal = { program: "acme", kind: "key", id: "pk_1", permissions: [], test: false };
const PLACE = "imports/acme/archive/all.zip";

const PARTNERS = lines("partner_first,partner_last,partner_email,partner_key", "Ada,L,ada@x.io,ada", "Bo,N,bo@x.io,bo");
const CUSTOMERS = lines("customer_key,email,partner_key", "c1,c1@y.io,ada", "c2,c2@y.io,bo");
const TRANSACTIONS = lines("key,customer_key,amount_in_cents", "t1,c1,100", "t2,c2,200", "t3,c9,300");
const REWARDS = lines("partner_key,amount_in_cents,description,target_type,target_key", "ada,5,Bonus,transaction,t1");

/** In no order that could be imported. */
const ALL = makeZip([
  ["rewards.csv", REWARDS],
  ["transactions.csv", TRANSACTIONS],
  ["customers.csv", CUSTOMERS],
  ["partners.csv", PARTNERS],
]);

/** Tells open of each object that appears below the drop place, as S3 does, and works all off. */
async function settle(world: ImportWorld, told: Map<string, string>): Promise<void> {
  for (;;) {
    await world.drain();
    const fresh = world.uploads.keys().find((key) => key.startsWith("imports/") && !told.has(key));
    if (fresh === undefined) return;
    const etag = world.uploads.object(fresh)?.etag ?? "";
    await world.open({ key: fresh, etag, sequencer: fresh });
    told.set(fresh, etag);
  }
}

async function dropArchive(body: Uint8Array | string, place = PLACE) {
  const world = await createImportWorld();
  world.clock.advance(1000);
  await world.open(world.put(place, body));
  const told = new Map([[place, ""]]);
  await settle(world, told);
  return { world, told, ...found(world) };
}

function found(world: ImportWorld) {
  const jobs = world.stored(importJob);
  const archive = jobs.find(({ archive_key }) => archive_key === null);
  return { archive, children: jobs.filter(({ archive_key }) => archive_key !== null) };
}

const inShort = (jobs: readonly ImportJob[]) =>
  jobs
    .toSorted((a, b) => (a.started_at ?? 0) - (b.started_at ?? 0))
    .map(({ type, filename, status, rows }) => `${type} ${filename} ${status} ${rows.created}/${rows.total}`);

const records = ({ stored }: ImportWorld) => [
  stored(partnership).map(({ partner_key }) => partner_key),
  stored(customer)
    .map(({ customer_key }) => customer_key)
    .toSorted(),
  stored(transaction).length,
  stored(reward).length,
];

test("the files of an archive are imported in the order they refer to each other", async () => {
  const { world, archive, children } = await dropArchive(ALL);
  expect(children.map(({ type, status, rows }) => `${type} ${status} ${rows.created}/${rows.total}`)).toEqual([
    "partners completed 2/2",
    "customers completed 2/2",
    "transactions completed 2/3",
    "rewards completed 1/1",
  ]);
  expect(archive).toMatchObject({
    type: "archive",
    status: "completed",
    rows: { total: 8, processed: 8, created: 7, failed: 1 },
    warnings: [],
  });
  expect(children.every(({ archive_key }) => archive_key === archive?.key)).toBe(true);
  expect(archive?.sha256).toBe(createHash("sha256").update(ALL).digest("hex"));
  expect(records(world)).toEqual([["ada", "bo"], ["c1", "c2"], 2, 1]);
});

test("the files of an archive are imported with its options", async () => {
  const { children } = await dropArchive(ALL, "imports/acme/archive/disable-triggers/all.zip");
  for (const { options } of children) expect(options).toEqual({ ...DEFAULT_OPTIONS, disable_triggers: true });
});

test("a dry run of an archive tells that its files do not see each other", async () => {
  const { archive } = await dropArchive(ALL, "imports/acme/archive/dry-run/all.zip");
  expect(archive?.warnings).toMatchObject([{ code: "dry_run_alone" }]);
});

test("a folder in the archive tells the type, and the folder it is dropped in that of other tables", async () => {
  const body = makeZip([
    ["export/", ""],
    ["export/customers/march.csv", CUSTOMERS],
    ["export/Partners.CSV", PARTNERS],
    ["more.csv", lines("partner_first,partner_last,partner_email", "Cy,O,cy@x.io")],
    ["__MACOSX/export/._Partners.CSV", "x"],
    ["readme.md", "x"],
  ]);
  const { archive, children } = await dropArchive(body, "imports/acme/partners/all.zip");
  expect(children.map(({ type, filename, rows }) => [type, filename, rows.created])).toEqual([
    ["partners", "Partners.CSV", 2],
    ["partners", "more.csv", 1],
    ["customers", "march.csv", 2],
  ]);
  expect(archive).toMatchObject({ status: "completed", warnings: [{ code: "unknown_entry" }] });
});

test("what our own exports tell beside their tables is left out without a word, and where it is not theirs with one", async () => {
  const own: [string, string][] = [
    ["partners.csv", PARTNERS],
    ["program.json", "{}"],
    ["manifest.json", "{}"],
  ];
  const { archive } = await dropArchive(makeZip(own));
  expect(archive).toMatchObject({ status: "completed", warnings: [], rows: { created: 2 } });
  const more = await dropArchive(makeZip([...own, ["more/manifest.json", "{}"]]));
  expect(more.archive?.warnings).toMatchObject([{ message: expect.stringContaining('"more/manifest.json".') }]);
  const none = await dropArchive(makeZip(own.slice(1)));
  expect(none.archive).toMatchObject({ status: "failed", reason_code: "empty_archive" });
});

test("what cannot be imported of an archive is named and left out", async () => {
  const body = makeZip([
    ["../partners.csv", PARTNERS],
    ["/customers.csv", CUSTOMERS],
    ["C:\\rewards.csv", REWARDS],
    ["inner.zip", "x"],
    ["applications.csv", "x"],
    ["partners.csv", PARTNERS],
  ]);
  const { archive, children } = await dropArchive(body);
  expect(children.map(({ type }) => type)).toEqual(["partners"]);
  expect(archive?.warnings.map(({ code, message }) => `${code} ${message.split(": ")[1]}`)).toEqual([
    'unsafe_name "../partners.csv", "/customers.csv", "C:\\\\rewards.csv".',
    'nested_archive "inner.zip".',
    'unknown_entry "applications.csv".',
  ]);
});

test("of thousands of files that are left out, the first twenty are named, in short and as they can be shown", async () => {
  const photos = Array.from({ length: 4000 }, (_, at): [string, string] => [`photos/${"x".repeat(80)}${at}.jpg`, "x"]);
  const { world, archive } = await dropArchive(
    makeZip([["partners.csv", PARTNERS], ["notes\u202e\u0085.md", ""], ...photos]),
  );
  expect(archive).toMatchObject({ status: "completed", rows: { created: 2 } });
  const [unsafe, unknown] = archive?.warnings ?? [];
  expect([unsafe?.code, unsafe?.message]).toEqual(["unsafe_name", expect.stringContaining(': "notes.md".')]);
  expect(unknown?.code).toBe("unknown_entry");
  expect(unknown?.message).toMatch(/ and 3,980 more\.$/);
  expect(unknown?.message.match(/"[^"]*"/g)).toHaveLength(20);
  expect(unknown?.message).toContain(`"…${"x".repeat(54)}0.jpg"`);
  expect(Math.max(...world.table.items().map((item) => JSON.stringify(item).length))).toBeLessThan(10_000);
});

test("an archive within an archive is never opened, whatever it is called", async () => {
  const { archive, children } = await dropArchive(
    makeZip([["partners.csv", makeZip([["rewards.csv", "x"]]).toString("latin1")]]),
  );
  expect(children).toMatchObject([{ type: "partners", status: "failed", reason_code: "not_csv" }]);
  expect(archive).toMatchObject({
    status: "failed",
    reason_code: "files_failed",
    rows: { total: 0 },
    warnings: [{ code: "file_failed" }],
  });
});

function encryptedAs(name: string): Buffer {
  const body = Buffer.from(makeZip([[name, PARTNERS]]));
  body.writeUInt16LE(1, body.indexOf("PK\u0001\u0002", 0, "latin1") + 8);
  return body;
}
const bomb = Buffer.from(makeZip([["partners.csv", PARTNERS]]));
bomb.writeUInt32LE(0xfffffff0, bomb.indexOf("PK\u0001\u0002", 0, "latin1") + 24);
const damaged = Buffer.from(
  makeZip([
    ["partners.csv", PARTNERS],
    ["customers.csv", CUSTOMERS],
  ]),
);
damaged.writeUInt32LE(1, damaged.lastIndexOf("PK\u0001\u0002", undefined, "latin1") + 16);

test.each([
  ["nothing to import", makeZip([["readme.md", "x"]]), PLACE, "empty_archive", "partners.csv, customers.csv"],
  ["a password", encryptedAs("partners.csv"), PLACE, "bad_archive", "partners.csv is encrypted"],
  ["gigabytes in little", bomb, PLACE, "archive_too_large", "4294967280 bytes"],
  ["a damaged file", damaged, PLACE, "bad_archive", "customers.csv is damaged"],
  ["no end", ALL.subarray(0, 100), PLACE, "bad_archive", "not a whole ZIP archive"],
  ["no archive at all", PARTNERS, PLACE, "bad_archive", "not a whole ZIP archive"],
  [
    "too many files",
    makeZip(Array.from({ length: 51 }, (_, at) => [`partners/${at}.csv`, "x"])),
    PLACE,
    "too_many_files",
    "at most 50",
  ],
  [
    "too long a list of files",
    makeZip(Array.from({ length: 10_001 }, (_, at) => [`${at}.jpg`, ""])),
    PLACE,
    "too_many_files",
    "lists 10001 files",
  ],
  [
    "too long names of files",
    makeZip(Array.from({ length: 40 }, (_, at) => [`${at}${"x".repeat(60_000)}.jpg`, ""])),
    PLACE,
    "too_many_files",
    "with short names",
  ],
  [
    "a password on a file of a long name",
    encryptedAs(`partners/${"y".repeat(5000)}.csv`),
    PLACE,
    "bad_archive",
    `…${"y".repeat(55)}.csv is encrypted`,
  ],
  [
    "a workbook",
    makeZip([
      ["[Content_Types].xml", "x"],
      ["xl/workbook.xml", "x"],
    ]),
    "imports/acme/partners/a.xlsx",
    "not_csv",
    "an Excel workbook, not CSV. Save or export it as CSV",
  ],
])("an archive with %s is refused as a whole, and mailed about", async (_, body, place, code, words) => {
  const { world, archive, children } = await dropArchive(body, place);
  expect(archive).toMatchObject({ status: "failed", reason_code: code, reason: expect.stringContaining(words) });
  expect(children).toEqual([]);
  expect(world.stored(partnership)).toEqual([]);
  expect(world.mail.drain()).toMatchObject([{ mail: "import-finished", key: archive?.key }]);
});

test("who asked for an import of one type gets no other out of an archive", async () => {
  const world = await createImportWorld();
  const key = "imp_asked";
  const source = `imports/acme/partners/${key}/all.zip`;
  const { archive: like } = await dropArchive(ALL);
  if (like === undefined) throw new Error("no archive");
  const asked: ImportJob = {
    ...like,
    key,
    source,
    type: "partners",
    status: "awaiting_upload",
    requested_by: "pk_1",
    parts: 0,
  };
  await world.ledger.commit({ mark: key, changes: [{ declaration: importJob, after: asked }] });
  await world.open(world.put(source, ALL));
  await settle(world, new Map([[source, ""]]));
  const { archive, children } = found(world);
  expect(children.map(({ type, status }) => [type, status])).toEqual([["partners", "completed"]]);
  expect(archive).toMatchObject({ key, type: "partners", status: "completed" });
  expect(archive?.warnings.map(({ code }) => code)).toEqual(["other_type"]);
  expect(world.stored(reward)).toEqual([]);
});

test("a file that fails as a whole is told, and those behind it follow", async () => {
  const body = makeZip([
    ["partners.csv", "colour\nred\n"],
    ["customers.csv", lines("customer_key,email", "c1,c1@y.io")],
  ]);
  const { archive, children } = await dropArchive(body);
  expect(inShort(children)).toEqual(["partners partners.csv failed 0/0", "customers customers.csv completed 1/1"]);
  expect(archive).toMatchObject({
    status: "completed",
    warnings: [{ code: "file_failed", message: expect.stringContaining("partners.csv was not imported") }],
  });
});

/** The mails that leave, however often their messages come. */
async function mailsOf({ table, ledger, clock, mail }: ImportWorld) {
  const signers = {
    bundleLinks: createMemoryLinkSigner(),
    reportLinks: createMemoryLinkSigner(),
    randomToken: createCountingTokens(),
  };
  const messages = new Map<string, MailMessage>(mail.drain().map((message) => [JSON.stringify(message), message]));
  const composed = await Promise.all(
    [...messages.values()].map((message) => composeMail({ table, ledger, clock, ...signers }, message)),
  );
  return composed.flatMap(({ mail: one }) => one ?? []);
}

test("one mail tells of an archive, of each of its files and of what was left out", async () => {
  const body = makeZip([
    ["partners.csv", PARTNERS],
    ["customers.csv", "colour\nred\n"],
    ["transactions.csv", lines("key,customer_key,amount_in_cents", "t1,c9,100")],
    ["photo.jpg", ""],
  ]);
  const { world, archive, children } = await dropArchive(body);
  const [mail, ...others] = await mailsOf(world);
  expect(others).toEqual([]);
  expect(mail).toMatchObject({
    to: "owner@acme.example",
    subject: "Import of all.zip is done, with problems in 2 of its 3 files",
  });
  const [partners, customers, transactions] = children.map(({ key }) => key);
  expect(mail?.text).toContain(`Import: ${archive?.key}`);
  expect(mail?.text).toContain(`- partners.csv (partners, ${partners}): completed (2 rows: 2 created)`);
  expect(mail?.text).toContain(`- customers.csv (customers, ${customers}): failed`);
  expect(mail?.text).toContain(`- transactions.csv (transactions, ${transactions}): completed (1 rows: 1 failed)`);
  expect(mail?.text).toContain(`transactions.csv: GET /api/v2/imports/${transactions}/errors.csv`);
  expect(mail?.text).toContain("- customers.csv was not imported: ");
  expect(mail?.text).toContain('"photo.jpg"');
});

test("an archive is undone as one, the last file first, and one mail tells so", async () => {
  const { world, archive, children } = await dropArchive(ALL);
  if (archive === undefined) throw new Error("no archive");
  await mailsOf(world);
  const deps = { ledger: world.ledger, imports: world.ports.imports, clock: world.clock };
  await undoImport(deps, KEY, archive);
  const [first] = children;
  if (first) await expect(undoImport(deps, KEY, first)).rejects.toThrow(`its archive is being undone: ${archive.key}`);
  // Asked for again, it goes on.
  await undoImport(deps, KEY, archive);
  await world.drain();
  const after = found(world);
  expect(after.archive?.undo).toMatchObject({ status: "completed", reversed: 7, kept: 0, not_reversible: 0 });
  expect(after.children.map(({ undo }) => [undo?.status, undo?.reversed])).toEqual([
    ["completed", 2],
    ["completed", 2],
    ["completed", 2],
    ["completed", 1],
  ]);
  expect(records(world)).toEqual([[], [], 0, 0]);
  expect((await mailsOf(world)).map(({ subject }) => subject)).toEqual(["The import of all.zip has been undone"]);
  if (after.archive) await expect(undoImport(deps, KEY, after.archive)).rejects.toThrow("has been undone already");
});

test("files of an archive that were undone before are left as they are", async () => {
  const { world, archive, children } = await dropArchive(ALL);
  if (archive === undefined) throw new Error("no archive");
  const deps = { ledger: world.ledger, imports: world.ports.imports, clock: world.clock };
  const last = children.at(-1);
  if (last) await undoImport(deps, KEY, last);
  await world.drain();
  await undoImport(deps, KEY, archive);
  await world.drain();
  expect(found(world).archive?.undo).toMatchObject({ status: "completed", reversed: 7 });
  expect(records(world)).toEqual([[], [], 0, 0]);
});

test("a canceled archive begins no further file", async () => {
  const world = await createImportWorld();
  await world.open(world.put(PLACE, ALL));
  const told = new Map([[PLACE, ""]]);
  const [first = PLACE] = world.uploads.keys().filter((key) => key.startsWith("imports/") && !told.has(key));
  const object: DroppedObject = { key: first, etag: world.uploads.object(first)?.etag ?? "", sequencer: first };
  await world.open(object);
  told.set(first, "");
  const { archive, children } = found(world);
  if (archive === undefined) throw new Error("no archive");
  const [, second] = children;
  if (second) await expect(cancelImport(world, KEY, second)).rejects.toThrow(`cancel its archive, ${archive.key}`);
  await cancelImport(world, KEY, archive);
  await settle(world, told);
  const after = found(world);
  expect(after.children.slice(1).map(({ status }) => status)).toEqual(["canceled", "canceled", "canceled"]);
  expect(after.archive).toMatchObject({ status: "canceled", reason_code: "canceled" });
  expect(world.stored(customer)).toEqual([]);
  expect((await mailsOf(world)).map(({ subject }) => subject)).toEqual(["Import of all.zip was canceled"]);
});

test("canceled while it is unpacked, an archive leaves nothing waiting", async () => {
  const world = await createImportWorld();
  const object = world.put(PLACE, ALL);
  const { upload } = world.uploads;
  world.uploads.upload = async (...asked) => {
    const { archive } = found(world);
    if (archive?.status === "queued") await cancelImport(world, KEY, archive);
    return upload(...asked);
  };
  await world.open(object);
  await settle(world, new Map([[PLACE, ""]]));
  expect(world.stored(importJob).map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => "canceled"));
  expect(world.stored(partnership)).toEqual([]);
});

test("killed at any write and told again, it comes out the same", async () => {
  const outcome = async (world: ImportWorld) => {
    const { archive, children } = found(world);
    return [
      (await mailsOf(world)).map(({ subject }) => subject),
      archive?.status,
      archive?.rows,
      children.map(({ type, status, rows }) => [type, status, rows]),
      records(world),
    ];
  };
  const expected = await outcome((await dropArchive(ALL)).world);
  let kills = 0;
  for (let write = 1; ; write++) {
    const killSwitch = createKillSwitch();
    const world = await createImportWorld({ killSwitch });
    const object = world.put(PLACE, ALL);
    const told = new Map<string, string>();
    killSwitch.killAt(write);
    const attempt = async () => {
      if (!told.has(PLACE)) {
        await world.open(object);
        told.set(PLACE, "");
      }
      await settle(world, told);
    };
    const isKilled = await attempt().then(
      () => false,
      () => true,
    );
    killSwitch.revive();
    if (!isKilled) break;
    kills += 1;
    // Whatever was on its way comes again: the notifications, and the parts of imports that have begun.
    told.clear();
    await world.open(object);
    told.set(PLACE, "");
    await settle(world, told);
    for (const [key, etag] of told)
      await world.open({ key, etag: etag || object.etag, sequencer: key === PLACE ? object.sequencer : key });
    await settle(world, told);
    for (const { program, key, phase } of found(world).children)
      await world.work({ step: "close", program, key, phase });
    expect(await outcome(world), `killed at write ${write}`).toEqual(expected);
  }
  expect(kills).toBeGreaterThan(20);
});

test("killed at any write and asked for again, the undo of an archive comes out the same", async () => {
  let kills = 0;
  for (let write = 1; ; write++) {
    const killSwitch = createKillSwitch();
    const world = await createImportWorld({ killSwitch });
    await world.open(world.put(PLACE, ALL));
    await settle(world, new Map([[PLACE, ""]]));
    const deps = { ledger: world.ledger, imports: world.ports.imports, clock: world.clock };
    const attempt = async () => {
      const { archive } = found(world);
      if (archive === undefined) throw new Error("no archive");
      if (archive.undo?.status !== "completed") await undoImport(deps, KEY, archive);
      await world.drain();
    };
    killSwitch.killAt(write);
    const isKilled = await attempt().then(
      () => false,
      () => true,
    );
    killSwitch.revive();
    if (!isKilled) break;
    kills += 1;
    await attempt();
    expect(found(world).archive?.undo, `killed at write ${write}`).toMatchObject({
      status: "completed",
      reversed: 7,
      kept: 0,
    });
    expect(records(world)).toEqual([[], [], 0, 0]);
  }
  expect(kills).toBeGreaterThan(20);
});

test("a file of an archive that is put twice is imported once", async () => {
  const { world, told, archive } = await dropArchive(ALL);
  const [, ...files] = [...told];
  const before = world.table.items();
  for (const [key] of files) {
    world.clock.advance(1000);
    const etag = world.uploads.object(key)?.etag ?? "";
    await world.open({ key, etag, sequencer: `${key}-again` });
    await world.drain();
  }
  expect(world.stored(importJob)).toHaveLength(1 + files.length);
  expect(files).toHaveLength(4);
  expect(world.table.items()).toEqual(before);
  expect(found(world).archive).toEqual(archive);
});
