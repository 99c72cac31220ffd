import { describe, expect, it } from "vitest";
import { CellProblem } from "../../../shared/records/cell.ts";
import { day } from "../../../shared/records/day.ts";
import { aField, fieldCell, type FieldType, type FormField } from "../../../shared/records/form-field.ts";
import { isAnonymized, emailOrToken } from "../../../shared/records/anonymous-email.ts";
import { apiNameOf, findStage, stagesOf } from "../../../shared/records/stage.ts";

const field = (type: FieldType): FormField => ({
  ...aField("f", type, "F", false),
  options: ["EMEA", "Latin America"],
});

describe("a cell of a field", () => {
  it.each<[FieldType, string, unknown]>([
    ["text", "as it is", "as it is"],
    ["number", "12", 12],
    ["number", "-0.5", -0.5],
    ["number", "0012.500", 12.5],
    ["number", "-0", 0],
    ["number", "999999999999999", 999_999_999_999_999],
    ["date", "2026-03-31", "2026-03-31"],
    ["date", "2026-03-31 23:59", "2026-03-31"],
    ["flag", "Yes", true],
    ["flag", "0", false],
    ["choice", "emea", "EMEA"],
    ["choice", "latin-america", "Latin America"],
    ["email", "a@x.io", "a@x.io"],
  ])("of the type %s reads %j as %j", (type, cell, value) => {
    expect(fieldCell(field(type)).read(cell)).toEqual(value);
  });

  it.each<[FieldType, string, string]>([
    ["text", "x".repeat(2001), "too_long"],
    ["number", "twelve", "bad_number"],
    ["number", "1e5", "bad_number"],
    ["number", "1000000000000000", "number_out_of_range"],
    ["number", `0.${"0".repeat(200)}1`, "number_out_of_range"],
    ["number", "9".repeat(400), "number_out_of_range"],
    ["date", "31/31/2026", "bad_date"],
    ["flag", "perhaps", "bad_flag"],
    ["choice", "Mars", "bad_choice"],
    ["email", "nobody", "bad_email"],
  ])("of the type %s cannot read %s: %s", (type, cell, code) => {
    expect(fieldCell(field(type)).read(cell)).toMatchObject({ code });
  });
});

describe("a stage", () => {
  const stages = [...stagesOf("Closed won", "Vor Ort geprüft"), { name: "Demo held", api_name: "demo" }];

  it.each([
    ["closed won", "Closed won"],
    ["CLOSED_WON", "Closed won"],
    [" closed-won ", "Closed won"],
    ["vor_ort_geprüft", "Vor Ort geprüft"],
    ["demo", "Demo held"],
    ["won", undefined],
    ["", undefined],
  ])("written %j is %s", (cell, name) => {
    expect(findStage(stages, cell)?.name).toBe(name);
  });

  it.each([
    ["Closed won", "closed_won"],
    ["  Sent!  (2nd) ", "sent_2nd"],
    ["提携", "提携"],
    ["!", ""],
  ])("named %j has the api_name %j", (name, apiName) => {
    expect(apiNameOf(name)).toBe(apiName);
  });
});

it("a day is one whatever is written behind it", () => {
  expect(day.read("2026-03-31T22:00:00Z")).toBe("2026-03-31");
  expect(day.read("2026-02-30")).toBeInstanceOf(CellProblem);
});

it.each([
  ["5e884898da28047151d0e56f8dc62927", true],
  ["a@nowhere.invalid", true],
  ["a@example.com", true],
  ["a@mail.example.net", true],
  ["a@cobol.example", false],
  ["a@myexample.com", false],
])("%s tells nobody who it is: %s", (value, anonymized) => {
  expect(emailOrToken.read(value)).toBe(value);
  expect(isAnonymized(value)).toBe(anonymized);
});
