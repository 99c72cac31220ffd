import { describe, expect, it } from "vitest";
import { readDropKey } from "../../../shared/imports/drop.ts";
import { importTypes, typeOf } from "../../../shared/imports/import-types.ts";

describe("readDropKey", () => {
  it.each([
    [
      "imports/acme/partners/march.csv",
      { program: "acme", type: "partners", filename: "march.csv", disableTriggers: false },
    ],
    [
      "imports/acme/partners/disable-triggers/march.csv",
      { program: "acme", type: "partners", filename: "march.csv", disableTriggers: true },
    ],
    [
      "imports/acme/partners/2026/disable-triggers/a b.csv",
      { program: "acme", type: "partners", filename: "a b.csv", disableTriggers: true },
    ],
    [
      "imports/acme/partners/disable-triggers",
      { program: "acme", type: "partners", filename: "disable-triggers", disableTriggers: false },
    ],
    ["imports/acme/march.csv", { program: "acme", type: null, filename: "march.csv", disableTriggers: false }],
    ["imports/acme", { program: "acme", type: null, filename: "", disableTriggers: false }],
    [
      "imports/acme/nonsense/march.csv",
      { program: "acme", type: "nonsense", filename: "march.csv", disableTriggers: false },
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

describe("typeOf", () => {
  it("knows the types of files", () => {
    expect(typeOf("rewards")).toBe(importTypes["rewards"]);
  });

  it.each([null, "", "actions", "constructor", "__proto__", "toString"])("knows no type %j", (name) => {
    expect(typeOf(name)).toBeUndefined();
  });
});
