import { expect, test } from "vitest";
import { present, presentImport, visibleFields } from "../../../shared/api/present.ts";
import { customer } from "../../../shared/records/customer.ts";
import { exportJob } from "../../../shared/records/export-job.ts";
import { records } from "../../../shared/records/index.ts";
import { anExportJob, anImportJob } from "../../functional/api-world.ts";

test("shows every field but the program, with null where there is no value", () => {
  const shown = present(exportJob, anExportJob({ reason: null }));
  expect(Object.keys(shown)).toEqual(Object.keys(exportJob.schema.shape).filter((name) => name !== "program"));
  expect(shown).toMatchObject({ key: "exp_1", reason: null, created_at: 1_000 });
});

test("hides what is marked internal", () => {
  expect(visibleFields(customer)).not.toContain("former_partnership_keys");
  for (const declaration of Object.values(records)) expect(visibleFields(declaration)).not.toContain("program");
});

test("shows an import job with its program", () => {
  expect(presentImport(anImportJob())).toMatchObject({ program: "acme", percent: 100 });
});

test.each([
  ["queued" as const, 0, 0, 0],
  ["running" as const, 3, 1, 33],
  ["running" as const, 3, 3, 100],
  ["failed" as const, 0, 0, 0],
  ["completed" as const, 0, 0, 100],
])("an import that is %s with %i rows, %i of them done, is at %i percent", (status, total, processed, percent) => {
  const rows = { ...anImportJob().rows, total, processed };
  expect(presentImport(anImportJob({ status, rows }))).toMatchObject({ percent });
});
