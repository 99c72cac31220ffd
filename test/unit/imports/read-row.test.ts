import { describe, expect, it } from "vitest";
import type { Warning } from "../../../shared/imports/file-problem.ts";
import { type Header, matchHeader } from "../../../shared/imports/header.ts";
import { rowReader, RowProblem } from "../../../shared/imports/read-row.ts";
import { transaction } from "../../../shared/records/transaction.ts";

const NAMES = ["key", "customer_key", "amount_in_dollars", "currency", "created_at"];

function reading(file: Partial<Header> = {}) {
  const warnings: Warning[] = [];
  const header = { ...matchHeader(NAMES, transaction.layout, "transactions"), ...file };
  const read = rowReader(header, transaction.layout, (warning) => warnings.push(warning));
  return { warnings, read: (...cells: string[]) => read({ cells, line: 2, end: 0, nextLine: 3 }) };
}

describe("a row reader", () => {
  it("tells what it put right once per column and kind, and nothing of cells as they should be", () => {
    const { warnings, read } = reading();
    read("t1", "u1", "1234.50", "USD", "2026-03-31");
    expect(warnings).toEqual([]);
    for (const key of ["t1", "t2", "t3"]) read(key, "u1", "1,234.50", "USD", "31 Mar 2026");
    expect(warnings).toEqual([
      { code: "thousands_separator", message: 'Thousands separators in "amount_in_dollars" were taken out.' },
      { code: "date_form", message: 'Dates in "created_at" were read from forms other than YYYY-MM-DD.' },
    ]);
  });

  it("tells nothing of what it could not read", () => {
    const { warnings, read } = reading({ decimalCommas: true });
    expect(read("t1", "u1", "$1,234", "USD", "03/04/2026")).toBeInstanceOf(RowProblem);
    expect(warnings).toEqual([]);
  });

  it("takes the currency beside an amount for a row that names none", () => {
    const { warnings, read } = reading();
    expect(read("t1", "u1", "€5", "", "")).toMatchObject({ amount_in_dollars: "5 EUR", currency: "EUR" });
    expect(read("t2", "u1", "$5", "", "")).not.toHaveProperty("currency");
    expect(read("t3", "u1", "€5", "USD", "")).toMatchObject({ amount_in_dollars: "5 EUR", currency: "USD" });
    expect(warnings.map(({ code }) => code)).toEqual(["currency_sign", "currency_taken"]);
  });

  it("reads dates by the order that the file tells", () => {
    for (const [dateOrder, expected] of [
      ["day first", "2026-04-03"],
      ["month first", "2026-03-04"],
    ] as const) {
      expect(reading({ dateOrder }).read("t1", "u1", "5", "", "03/04/2026")).toMatchObject({
        created_at: Date.parse(expected),
      });
    }
  });

  it("does not see what cannot be seen", () => {
    const { read } = reading();
    expect(read("\u200bt1\ufeff", "\u00a0u1", "5\u2007", "\u202aUSD\u202c", "\u200b")).toEqual({
      key: "t1",
      customer_key: "u1",
      amount_in_dollars: "5",
      currency: "USD",
    });
    expect(read("\u200b", "\u00a0", "", "\ufeff", " ")).toBe("blank");
    expect(read("t1", "u1", "5", "", "", "\u200b")).toMatchObject({ key: "t1" });
  });
});
