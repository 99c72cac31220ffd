import { describe, expect, test } from "vitest";
import type { ProgramInput } from "../../shared/access/create-program.ts";
import type { Principal } from "../../shared/access/principal.ts";
import { teammateItem } from "../../shared/access/teammates.ts";
import { cancelImport } from "../../shared/imports/cancel-import.ts";
import { createImport } from "../../shared/imports/create-import.ts";
import { BadOption } from "../../shared/imports/import-options.ts";
import { headerTemplate } from "../../shared/imports/header-sheet.ts";
import { loadSetup } from "../../shared/imports/program-setup.ts";
import { importTypes } from "../../shared/imports/import-types.ts";
import { auditEntry } from "../../shared/records/audit-entry.ts";
import { DEFAULT_OPTIONS, type ImportJob, importJob, type ImportOptions } from "../../shared/records/import-job.ts";
import { partnership } from "../../shared/records/partnership.ts";
import { createMemoryUploadLinkSigner } from "../fakes/memory-upload-link-signer.ts";
import { createImportWorld, type ImportWorld, lines, short } from "./imports-harness.ts";

const ADA: Principal = {
  program: "acme",
  kind: "teammate",
  id: "ada@acme.example",
  role: "admin",
  permissions: [],
  test: false,
};
const FILE = lines("partner_first,partner_last,partner_email", "Ada,Lovelace,ada@x.io");
const OTHER = lines("partner_first,partner_last,partner_email", "Bo,Ng,bo@x.io");

/** Asks for an import of partners, as the API does. */
async function ask(world: ImportWorld, options: Partial<ImportOptions> = {}): Promise<ImportJob> {
  let count = world.stored(importJob).length;
  const newKey = (prefix: string) => `${prefix}asked${(count += 1)}`;
  const deps = { ...world, uploadLinks: createMemoryUploadLinkSigner(), newKey };
  const created = await createImport(deps, ADA, { type: "partners", filename: "a.csv", bytes: undefined, options });
  if (created instanceof BadOption) throw new Error(created.message);
  // What comes later is later.
  world.clock.advance(1000);
  return created.job;
}

const jobs = (world: ImportWorld) => world.stored(importJob);
const actions = (world: ImportWorld) => world.stored(auditEntry).map(({ action }) => action);

describe("a file uploaded for an import that was asked for", () => {
  test("is that import, with its options and its asker", async () => {
    const world = await createImportWorld();
    const asked = await ask(world, { disable_triggers: true });
    await world.open(world.put(asked.source, FILE));
    await world.drain();
    expect(jobs(world)).toMatchObject([
      {
        key: asked.key,
        status: "completed",
        requested_by: ADA.id,
        options: { ...DEFAULT_OPTIONS, disable_triggers: true },
        rows: { total: 1, created: 1 },
      },
    ]);
    expect(actions(world)).toEqual(["import.created", "import.opened"]);
  });

  test("is opened once, however often its notification comes", async () => {
    const world = await createImportWorld();
    const asked = await ask(world);
    const object = world.put(asked.source, FILE);
    await world.open(object);
    await world.open(object);
    await world.drain();
    await world.open(object);
    await world.drain();
    expect(jobs(world)).toMatchObject([{ key: asked.key, status: "completed", rows: { created: 1 } }]);
    expect(actions(world)).toEqual(["import.created", "import.opened"]);
  });

  test("goes on where an earlier attempt stopped before it was planned", async () => {
    const world = await createImportWorld();
    const asked = await ask(world);
    const object = world.put(asked.source, FILE);
    const { copy } = world.uploads;
    world.uploads.copy = async () => Promise.reject(new Error("S3 is down"));
    await expect(world.open(object)).rejects.toThrow("S3 is down");
    expect(jobs(world)).toMatchObject([{ status: "queued" }]);
    world.uploads.copy = copy;
    await world.open(object);
    await world.drain();
    expect(jobs(world)).toMatchObject([{ key: asked.key, status: "completed" }]);
  });

  test("is an import of its own, with the same options, when the asked one has begun with another", async () => {
    const world = await createImportWorld();
    const asked = await ask(world, { send_invites: true });
    await world.open(world.put(asked.source, FILE));
    await world.drain();
    await world.open(world.put(asked.source, OTHER));
    await world.drain();
    const [first, second, ...more] = jobs(world);
    expect([first?.key, more]).toEqual([asked.key, []]);
    expect(second).toMatchObject({
      status: "completed",
      requested_by: ADA.id,
      options: { send_invites: true },
      rows: { created: 1 },
    });
    expect(world.stored(partnership).map(({ email }) => email)).toEqual(["ada@x.io", "bo@x.io"]);
  });

  test("is not imported when the import was canceled before", async () => {
    const world = await createImportWorld();
    const asked = await ask(world);
    await cancelImport(world, ADA, asked);
    await world.open(world.put(asked.source, FILE));
    await world.drain();
    expect(jobs(world)).toMatchObject([
      { key: asked.key, status: "canceled", reason: "Canceled by ada@acme.example before it began." },
      { status: "failed", reason_code: "canceled", reason: expect.stringContaining(asked.key) },
    ]);
    expect(world.stored(partnership)).toEqual([]);
  });

  test("is left alone when the import is canceled while its file is looked at", async () => {
    const world = await createImportWorld();
    const asked = await ask(world);
    const object = world.put(asked.source, FILE);
    const { copy } = world.uploads;
    world.uploads.copy = async (...from) => {
      await cancelImport(world, ADA, jobs(world)[0] ?? asked);
      return copy(...from);
    };
    await world.open(object);
    expect(world.imports.drain()).toEqual([]);
    expect(jobs(world)).toMatchObject([{ key: asked.key, status: "canceled", rows: { total: 0 } }]);
    expect(world.stored(partnership)).toEqual([]);
  });

  test.each([
    ["another name", (source: string) => source.replace("a.csv", "b.csv")],
    ["another type", (source: string) => source.replace("/partners/", "/customers/")],
    ["an unknown import", (source: string) => source.replace("imp_asked1", "imp_asked2")],
    ["a further folder", (source: string) => source.replace("a.csv", "dry-run/a.csv")],
  ])("is a file like any other when its place is that of %s", async (_, elsewhere) => {
    const world = await createImportWorld();
    const asked = await ask(world, { disable_triggers: true });
    await world.open(world.put(elsewhere(asked.source), FILE));
    const [waiting, own] = jobs(world);
    expect(waiting).toMatchObject({ key: asked.key, status: "awaiting_upload" });
    expect(own).toMatchObject({ requested_by: "bucket", options: { disable_triggers: false } });
  });

  test("never is an import of another program", async () => {
    const world = await createImportWorld();
    const asked = await ask(world);
    const other = asked.source.replace("/acme/", "/globex/");
    await world.open(world.put(other, FILE));
    expect(jobs(world)).toMatchObject([{ status: "awaiting_upload" }]);
  });
});

describe("what a dropped file asks for", () => {
  async function drop(folder: string, metadata: Readonly<Record<string, string>>) {
    const world = await createImportWorld();
    const email = "Bo@acme.example";
    await world.table.write({ put: teammateItem("acme", { email, name: "", role: "member", permissions: [] }) });
    const key = `imports/acme/partners/${folder}a.csv`;
    const object = world.put(key, FILE);
    world.uploads.drop(key, FILE, metadata);
    await world.open(object);
    const [job] = jobs(world);
    return { world, job };
  }

  test.each<[string, Record<string, string>, Partial<ImportOptions>]>([
    ["", {}, {}],
    ["", { mtime: "1", "x-of-others": "y" }, {}],
    ["disable-triggers/", {}, { disable_triggers: true }],
    ["dry-run/send-invites/disable-triggers/", {}, { dry_run: true, send_invites: true, disable_triggers: true }],
    [
      "",
      { "disable-triggers": "true", "send-invites": " TRUE ", "dry-run": "false" },
      { disable_triggers: true, send_invites: true },
    ],
    ["dry-run/", { "dry-run": "true" }, { dry_run: true }],
    ["", { "error-policy": "all_or_nothing" }, { error_policy: "all_or_nothing" }],
    [
      "",
      { "error-policy": "stop-above", "stop-above-percent": "2.5" },
      { error_policy: "stop_above", stop_above_percent: 2.5 },
    ],
    ["", { notify: "bo@acme.example" }, { notify: "Bo@acme.example" }],
  ])("by %j and %j is understood", async (folder, metadata, options) => {
    const { job } = await drop(folder, metadata);
    expect(job).toMatchObject({ status: "running", options: { ...DEFAULT_OPTIONS, ...options } });
  });

  test.each<[string, Record<string, string>, string]>([
    ["", { "dry-run": "perhaps" }, 'dry-run is "perhaps". Write true or false'],
    ["", { "dry-run": "" }, 'dry-run is "". Write true or false'],
    ["", { "dry-run": "1" }, "Write true or false"],
    ["dry-run/", { "dry-run": "false" }, "contradict each other"],
    ["", { "error-policy": "hope" }, "Write one of import_good_rows, all_or_nothing, stop_above"],
    ["", { "error-policy": "stop_above" }, "needs 'stop_above_percent'"],
    ["", { "stop-above-percent": "5" }, "goes with the error policy"],
    ["", { "error-policy": "stop_above", "stop-above-percent": "five" }, "Write a number from 0 to 100"],
    ["", { "error-policy": "stop_above", "stop-above-percent": "" }, "Write a number from 0 to 100"],
    ["", { "error-policy": "stop_above", "stop-above-percent": "101" }, "Write a number from 0 to 100"],
    ["", { notify: "bo" }, "Write an e-mail address"],
    ["", { notify: "eve@evil.example" }, "only a teammate"],
  ])("by %j and %j is refused, and nothing imported", async (folder, metadata, reason) => {
    const { world, job } = await drop(folder, metadata);
    expect(job).toMatchObject({ status: "failed", reason_code: "bad_option", reason: expect.stringContaining(reason) });
    await world.drain();
    expect(world.stored(partnership)).toEqual([]);
    expect(world.mail.drain()).toMatchObject([{ mail: "import-finished", key: job?.key }]);
  });
});

const askedFor = (prefix: string) =>
  (["text", "number", "date", "flag", "choice", "email"] as const).map((type) => ({
    api_name: `${prefix}_${type}`,
    label: `Own ${prefix} ${type}`,
    type,
    required: true,
    ...(type === "choice" && { options: ["North America", "EMEA"] }),
  }));

/** Programs whose files are more than the plain ones. */
const PROGRAMS: readonly (readonly [of: string, program: Partial<ProgramInput>])[] = [
  ["a plain program", {}],
  ["fields of its own", { partner_fields: askedFor("p"), customer_fields: askedFor("c") }],
  [
    "forms and statuses of its groups",
    {
      groups: [
        { name: "Gold", slug: "gold", lead_statuses: [{ name: "New" }], deal_stages: [{ name: "Qualified" }] },
        {
          name: "Affiliates",
          slug: "affiliates",
          default: true,
          lead_form: [{ api_name: "amount", required: true }, { api_name: "notes", required: true }, ...askedFor("l")],
          deal_form: [{ api_name: "account_name", required: true }, ...askedFor("d")],
          lead_statuses: [{ name: "Demo held" }, { name: "Lost" }],
          deal_stages: [{ name: "Contract sent", api_name: "contract" }],
        },
      ],
    },
  ],
  [
    "one field of two types",
    {
      groups: [
        { name: "A", slug: "a", lead_form: [{ api_name: "size", type: "choice", options: ["S"], required: true }] },
        { name: "B", slug: "b", default: true, lead_form: [{ api_name: "size", type: "number", required: true }] },
        { name: "C", slug: "c", lead_form: [{ api_name: "size", type: "date", required: true }] },
      ],
    },
  ],
];

test.each(PROGRAMS)(
  "of %s, every template is imported as it is, each type behind what it refers to",
  async (_, program) => {
    const world = await createImportWorld({ program });
    for (const type of Object.keys(importTypes)) {
      const template = headerTemplate(type, await loadSetup(world.ledger, "acme"));
      const { job, ...dropped } = await world.drop(type, template ?? "");
      // The program has that very rate.
      const outcome = type === "rates" ? "unchanged" : "created";
      expect([type, job.status, job.warnings, short(dropped)]).toEqual([type, "completed", [], [outcome]]);
    }
  },
);
