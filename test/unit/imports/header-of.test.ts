import { describe, expect, it } from "vitest";
import { headerOf } from "../../../shared/imports/header-of.ts";

const FILE = {
  names: [" E-Mail\u200b", "Other mail", "Full Name", "", "n".repeat(100)],
  columns: ["email", undefined, undefined, "notes", "company"],
  fills: [
    { cell: 1, column: "partner_email" },
    { cell: 2, column: "partner_email" },
    { cell: 2, column: "partner_first", as: "first name" },
    { cell: 2, column: "partner_last", as: "last name" },
    { cell: 1, column: "amount_in_cents", as: "minor amount" },
    { cell: 2, column: "amount_in_cents", as: "minor amount" },
  ],
} as const;

describe("the header of a column", () => {
  it.each([
    ["email", [], "E-Mail"],
    ["partner_first", ["", "", "Ada"], "Full Name"],
    ["partner_email", [], "Other mail"],
    ["partner_email", ["", "", "ada@x.io"], "Full Name"],
    ["partner_email", ["", "bo@x.io", "ada@x.io"], "Other mail"],
    // What a conversion leaves nothing of fills nothing.
    ["amount_in_cents", ["", "1.50", "150"], "Full Name"],
    ["notes", [], "notes"],
    ["company", [], `${"n".repeat(60)}...`],
    ["of no cell", [], "of no cell"],
    ["constructor", [], "constructor"],
  ] as const)("%s in a row of %j is %j", (column, cells, expected) => {
    expect(headerOf(FILE, column, cells)).toBe(expected);
  });
});
