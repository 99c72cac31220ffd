import { expect, test } from "vitest";
import { present, presentImport, visibleFields } from "../../../shared/api/present.ts";
import { customer } from "../../../shared/records/customer.ts";
import { exportJob } from "../../../shared/records/export-job.ts";
import { records } from "../../../shared/records/index.ts";
import { anExportJob, anImportJob } from "../../functional/api-world.ts";

test("shows every field but the program, with null where there is no value", () => {
  const shown = present(exportJob, anExportJob({ reason: null }));
  expect(Object.keys(shown)).toEqual(
    Object.keys(exportJob.schema.shape).filter((name) => !["program", "checkpoint"].includes(name)),
  );
  expect(shown).toMatchObject({ key: "exp_1", reason: null, created_at: 1_000 });
});

test("hides what is marked internal", () => {
  expect(visibleFields(customer)).not.toContain("former_partnership_keys");
  for (const declaration of Object.values(records)) expect(visibleFields(declaration)).not.toContain("program");
});

test("shows an import job with its program", () => {
  expect(presentImport(anImportJob(), 3_000)).toMatchObject({ program: "acme", percent: 100 });
});

test.each([
  ["queued" as const, 0, 0, 0],
  ["running" as const, 3, 1, 33],
  ["running" as const, 3, 3, 100],
  ["failed" as const, 0, 0, 0],
  ["completed" as const, 0, 0, 100],
])("an import that is %s with %i rows, %i of them done, is at %i percent", (status, total, processed, percent) => {
  const rows = { ...anImportJob().rows, total, processed };
  expect(presentImport(anImportJob({ status, rows, parts: 0 }), 3_000)).toMatchObject({ percent });
});

test("an archive tells the share of its files that are done, as long as it counts no rows", () => {
  const rows = { ...anImportJob().rows, total: 0, processed: 0 };
  const archive = anImportJob({ status: "running", rows, parts: 4, parts_done: 1 });
  expect(presentImport(archive, 3_000)).toMatchObject({ percent: 25 });
});

const SECOND = 1000;

test.each([
  ["has not begun", { started_at: null, finished_at: null }, 100, 0, null, null],
  ["has just begun", { started_at: 60 * SECOND, finished_at: null }, 100, 0, null, null],
  ["has done nothing yet", { started_at: 50 * SECOND, finished_at: null }, 100, 0, 0, null],
  ["runs", { started_at: 50 * SECOND, finished_at: null }, 100, 25, 2.5, 30 * SECOND],
  ["is over", { started_at: 10 * SECOND, finished_at: 30 * SECOND }, 100, 100, 5, 0],
  ["was over at once", { started_at: 10 * SECOND, finished_at: 10 * SECOND }, 5, 5, null, 0],
  ["never began", { started_at: null, finished_at: 10 * SECOND }, 0, 0, null, 0],
])("an import that %s tells how fast it is and how long it takes", (_, times, total, processed, perSecond, eta) => {
  const job = anImportJob({ ...times, rows: { ...anImportJob().rows, total, processed } });
  expect(presentImport(job, 60 * SECOND)).toMatchObject({ rows_per_second: perSecond, eta_ms: eta });
});

test.each([
  ["checked", "check" as const, 25, 12],
  ["imported", "import" as const, 50, 75],
])(
  "an import that goes through its rows twice, and is being %s, is at the percent of both",
  (_, phase, processed, percent) => {
    const options = { ...anImportJob().options, error_policy: "all_or_nothing" as const };
    const rows = { ...anImportJob().rows, total: 100, processed };
    const job = anImportJob({ status: "running", phase, options, rows, started_at: 0, finished_at: null });
    const gone = phase === "check" ? processed : 100 + processed;
    expect(presentImport(job, 10 * SECOND)).toMatchObject({
      percent,
      eta_ms: Math.round(((200 - gone) / (gone / 10)) * SECOND),
    });
  },
);
