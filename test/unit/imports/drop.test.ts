import { describe, expect, it } from "vitest";
import { errorsFilename, readDropKey, safeFilename } from "../../../shared/imports/drop.ts";
import { IMPORT_TYPE_NAMES } from "../../../shared/imports/import-type-names.ts";
import { importTypes, typeOf } from "../../../shared/imports/import-types.ts";

describe("readDropKey", () => {
  it.each([
    [
      "imports/acme/partners/march.csv",
      { program: "acme", type: "partners", filename: "march.csv", options: {}, job: null },
    ],
    [
      "imports/acme/partners/disable-triggers/march.csv",
      { program: "acme", type: "partners", filename: "march.csv", options: { disable_triggers: true }, job: null },
    ],
    [
      "imports/acme/partners/2026/disable-triggers/a b.csv",
      { program: "acme", type: "partners", filename: "a b.csv", options: { disable_triggers: true }, job: null },
    ],
    [
      "imports/acme/partners/disable-triggers",
      { program: "acme", type: "partners", filename: "disable-triggers", options: {}, job: null },
    ],
    [
      "imports/acme/leads/dry-run/send-invites/disable-triggers/a.csv",
      {
        program: "acme",
        type: "leads",
        filename: "a.csv",
        options: { dry_run: true, send_invites: true, disable_triggers: true },
        job: null,
      },
    ],
    [
      "imports/acme/leads/imp_3k9x/a.csv",
      { program: "acme", type: "leads", filename: "a.csv", options: {}, job: "imp_3k9x" },
    ],
    ["imports/acme/leads/imp_3k9x", { program: "acme", type: "leads", filename: "imp_3k9x", options: {}, job: null }],
    ["imports/acme/march.csv", { program: "acme", type: null, filename: "march.csv", options: {}, job: null }],
    ["imports/acme", { program: "acme", type: null, filename: "", options: {}, job: null }],
    [
      "imports/acme/nonsense/march.csv",
      { program: "acme", type: "nonsense", filename: "march.csv", options: {}, job: null },
    ],
  ])("reads %s", (key, drop) => {
    expect(readDropKey(key)).toEqual(drop);
  });

  it.each([
    "exports/acme/partners/a.csv",
    "imports/",
    "imports//partners/a.csv",
    "imports/A b/partners/a.csv",
    "imports/../partners/a.csv",
    "a.csv",
    "",
  ])("finds no program in %j", (key) => {
    expect(readDropKey(key)).toBeUndefined();
  });
});

describe("safeFilename", () => {
  it.each([
    ["march.csv", "march.csv"],
    [" März 2026 (1).csv ", "März 2026 (1).csv"],
    ["../../globex/partners/a.csv", ".._.._globex_partners_a.csv"],
    ["a\\b\r\nc\u0000.csv", "a_b__c_.csv"],
    ["${filename}", "_{filename}"],
    ["..", "file.csv"],
    [" ", "file.csv"],
    ["\ud800.csv", "\ufffd.csv"],
    [`${"x".repeat(400)}.csv`, `${"x".repeat(251)}.csv`],
    [`${"🦊".repeat(100)}.csv`, `${"🦊".repeat(62)}.csv`],
    [`${"ü".repeat(200)}.csv`, `${"ü".repeat(125)}.csv`],
  ])("makes %j safe", (name, safe) => {
    expect(safeFilename(name)).toBe(safe);
  });
});

describe("typeOf", () => {
  it("knows the types of files", () => {
    expect(typeOf("rewards")).toBe(importTypes["rewards"]);
  });

  it("knows no type that no permission is for", () => {
    expect(IMPORT_TYPE_NAMES).toEqual(expect.arrayContaining(Object.keys(importTypes)));
  });

  it.each([null, "", "actions", "constructor", "__proto__", "toString"])("knows no type %j", (name) => {
    expect(typeOf(name)).toBeUndefined();
  });
});

describe("errorsFilename", () => {
  it.each([
    ["march.csv", "march-errors.csv"],
    ["march.2026.tsv", "march.2026-errors.csv"],
    ["march.csv.gz", "march-errors.csv"],
    ["march", "march-errors.csv"],
    [".csv", ".csv-errors.csv"],
    [`${"x".repeat(250)}.csv`, `${"x".repeat(200)}-errors.csv`],
  ])("of %j is %j", (filename, errors) => {
    expect(errorsFilename(filename)).toBe(errors);
  });
});
