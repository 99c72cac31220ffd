import { describe, expect, it, test } from "vitest";
import type { DateOrder } from "../../../shared/records/loose-date.ts";
import type { Repair } from "../../../shared/records/repair.ts";
import {
  CellProblem,
  type CellType,
  choice,
  currency,
  currencyBeside,
  email,
  flag,
  instant,
  keys,
  majorAmount,
  MAX_MINOR,
  minorAmount,
  tags,
  text,
  toMinor,
  usdCents,
} from "../../../shared/records/cell.ts";

const code = (read: unknown): unknown => (read instanceof CellProblem ? read.code : read);
const reading =
  <T>({ read }: CellType<T>) =>
  (cell: string, expected: unknown) =>
    expect(code(read(cell))).toEqual(expected);

/** What a cell reads in a file of its kind, and what was told to have been put right. */
function readingIn<T>(
  { read }: CellType<T>,
  cell: string,
  file: { dateOrder?: DateOrder; decimalCommas?: boolean } = {},
): [value: unknown, repairs: Repair[]] {
  const repairs: Repair[] = [];
  const value = read(cell, { decimalCommas: false, ...file, repaired: (repair) => repairs.push(repair) });
  return [code(value), repairs];
}

describe("an e-mail address", () => {
  it.each(["ada@agency.example", "Ada.Lovelace+1@a-b.co.uk", "ü@bücher.example", "o'neil@x.io"])(
    "may be %s",
    (cell) => {
      expect(email.read(cell)).toBe(cell);
    },
  );
  it.each([
    "ada",
    "ada@agency",
    "@agency.example",
    "ada@.example",
    "a b@x.io",
    "a@b@x.io",
    "<a@x.io>",
    "a@x.io;b@x.io",
    "a@x..io",
    "a..b@x.io",
    "a@x.i",
    "mailto:a@x.io",
    `${"a".repeat(65)}@x.io`,
    `a@${"b".repeat(250)}.io`,
  ])("may not be %s", (cell) => {
    expect(code(email.read(cell))).toBe("bad_email");
  });
});

describe("an instant", () => {
  it.each([
    ["2026-03-31", "2026-03-31T00:00:00.000Z"],
    ["2026-03-31 14:05", "2026-03-31T14:05:00.000Z"],
    ["2026-03-31T14:05:59", "2026-03-31T14:05:59.000Z"],
    ["2026-03-31T14:05:59.1Z", "2026-03-31T14:05:59.100Z"],
    ["2026-03-31 14:05:59.123456", "2026-03-31T14:05:59.123Z"],
    ["2024-02-29", "2024-02-29T00:00:00.000Z"],
    ["2026-03-31T23:59", "2026-03-31T23:59:00.000Z"],
    ["2000-02-29 00:00", "2000-02-29T00:00:00.000Z"],
    ["1970-01-01", "1970-01-01T00:00:00.000Z"],
    ["9999-12-31", "9999-12-31T00:00:00.000Z"],
  ])("%s is %s", (cell, iso) => {
    expect(instant.read(cell)).toBe(Date.parse(iso));
  });
  it.each([
    "2026-02-29",
    "2100-02-29",
    "2026-04-31",
    "2026-01-32",
    "2026-01-01_10:00",
    "2026-0a-01",
    "2026-13-01",
    "2026-00-10",
    "2026-01-00",
    "2026-01-01 24:00",
    "2026-01-01 10:60",
    "2026-01-01 10:10:60",
    "2026-01-01 10",
    "1969-12-31",
    "0099-01-01",
    "1969-12-31 23:00 -00:30",
    "today",
    "2026",
    "March 2026",
    "31 Foo 2026",
    "31 Mars 2026",
    "29.02.2026",
    "31.04.2026",
    "31.13.2026",
    "13/13/2026",
    "Feb 30, 2026",
    "2026-03-31 10:00 EST",
    "2026-03-31 10:00+15:00",
    "2026-03-31 13:00 PM",
    "2026-03-31 0:00 am",
    "2026/03-31",
    "31/12/202",
    "31/12/20266",
    "25568",
    "73416",
    "461120",
    "19691231",
    "20261301",
    "99991231",
    "9999999999",
    "1".repeat(100),
    `31 Mar 2026 ${"x".repeat(100)}`,
  ])("%s is none", (cell) => {
    expect(readingIn(instant, cell)).toEqual(["bad_date", []]);
  });

  it.each<[cell: string, iso: string, ...repairs: Repair[]]>([
    ["2026/03/31", "2026-03-31T00:00:00Z", "date_form"],
    ["2026.03.31 9:05", "2026-03-31T09:05:00Z", "date_form"],
    ["2026-3-1", "2026-03-01T00:00:00Z", "date_form"],
    ["20260331", "2026-03-31T00:00:00Z", "date_form"],
    ["2026-03-31T10:00:00+02:00", "2026-03-31T08:00:00Z", "date_form", "zone_offset"],
    ["2026-03-31 10:00:00 -0530", "2026-03-31T15:30:00Z", "date_form", "zone_offset"],
    ["2026-03-31 10:00 +02", "2026-03-31T08:00:00Z", "date_form", "zone_offset"],
    ["2026-03-31 10:00:00 UTC", "2026-03-31T10:00:00Z", "date_form"],
    ["2026-03-31 10:00:00 +0000 UTC", "2026-03-31T10:00:00Z", "date_form"],
    ["2026-03-31 10:00:00.123456 GMT", "2026-03-31T10:00:00.123Z", "date_form"],
    ["31.03.2026", "2026-03-31T00:00:00Z", "day_first"],
    ["1.4.26", "2026-04-01T00:00:00Z", "day_first"],
    ["31/03/2026", "2026-03-31T00:00:00Z", "day_first"],
    ["31-03-26", "2026-03-31T00:00:00Z", "day_first"],
    ["3/31/2026", "2026-03-31T00:00:00Z", "month_first"],
    ["3/31/26 2:05 PM", "2026-03-31T14:05:00Z", "month_first"],
    ["3/31/1999 12:00:01 AM", "1999-03-31T00:00:01Z", "month_first"],
    ["3/31/99", "1999-03-31T00:00:00Z", "month_first"],
    ["03/31/2026, 10:00 am", "2026-03-31T10:00:00Z", "month_first"],
    ["03/03/2026", "2026-03-03T00:00:00Z", "date_form"],
    ["31 Mar 2026", "2026-03-31T00:00:00Z", "date_form"],
    ["31-Mar-26", "2026-03-31T00:00:00Z", "date_form"],
    ["31st March 2026", "2026-03-31T00:00:00Z", "date_form"],
    ["1. sept. 2026", "2026-09-01T00:00:00Z", "date_form"],
    ["Mar 31, 2026", "2026-03-31T00:00:00Z", "date_form"],
    ["March 31 2026", "2026-03-31T00:00:00Z", "date_form"],
    ["March 1st, 2026 at 5 pm", "2026-03-01T17:00:00Z", "date_form"],
    ["2026-Mar-31", "2026-03-31T00:00:00Z", "date_form"],
    ["Tue, 31 Mar 2026 10:00:00 +0200", "2026-03-31T08:00:00Z", "date_form", "zone_offset"],
    ["Tuesday, March 31, 2026", "2026-03-31T00:00:00Z", "date_form"],
    ["Tue, 31 Mar 2026 10:00:00 GMT", "2026-03-31T10:00:00Z", "date_form"],
    [
      "Tue Mar 31 2026 10:00:00 GMT+0200 (Central European Summer Time)",
      "2026-03-31T08:00:00Z",
      "date_form",
      "zone_offset",
    ],
    ["Tue Mar 31 10:00:00 2026", "2026-03-31T10:00:00Z", "date_form"],
    ["Tue Mar 31 10:00:00 UTC 2026", "2026-03-31T10:00:00Z", "date_form"],
    ["31\u00a0Mar\u202f2026", "2026-03-31T00:00:00Z", "date_form"],
    ["46112", "2026-03-31T00:00:00Z", "excel_date"],
    ["46112.5", "2026-03-31T12:00:00Z", "excel_date"],
    ["46112,25", "2026-03-31T06:00:00Z", "excel_date"],
    ["25569", "1970-01-01T00:00:00Z", "excel_date"],
    ["73415", "2100-12-31T00:00:00Z", "excel_date"],
    ["1774915200", "2026-03-31T00:00:00Z", "epoch_date"],
    ["1774915200123", "2026-03-31T00:00:00.123Z", "epoch_date"],
  ])("%s is %s", (cell, iso, ...repairs) => {
    expect(readingIn(instant, cell)).toEqual([Date.parse(iso), repairs]);
  });

  it.each<[cell: string, dateOrder: DateOrder | undefined, expected: string]>([
    ["03/04/2026", undefined, "ambiguous_date"],
    ["3-4-26", undefined, "ambiguous_date"],
    ["03/04/2026 10:00", undefined, "ambiguous_date"],
    ["03/04/2026", "day first", "2026-04-03"],
    ["03/04/2026", "month first", "2026-03-04"],
    ["03.04.2026", undefined, "2026-04-03"],
    ["03.04.2026", "month first", "2026-03-04"],
    ["31/03/2026", "day first", "2026-03-31"],
    ["31/03/2026", "month first", "ambiguous_date"],
    ["03/31/2026", "day first", "ambiguous_date"],
  ])("%s in a file whose dates are %s is %s", (cell, dateOrder, expected) => {
    const [value] = readingIn(instant, cell, dateOrder === undefined ? {} : { dateOrder });
    expect(typeof value === "number" ? new Date(value).toISOString().slice(0, 10) : value).toBe(expected);
  });

  it.each<[string, DateOrder | undefined]>([
    ["31/03/2026", "day first"],
    ["3/31/26 10:00", "month first"],
    ["31.03.2026", "day first"],
    ["03/04/2026", undefined],
    ["31/31/2026", undefined],
    ["2026-03-31", undefined],
    ["31", undefined],
  ])("%s gives away: %s", (cell, order) => {
    expect(instant.dateOrderOf?.(cell)).toBe(order);
  });
});

describe("an amount in minor units", () => {
  it.each<[string, unknown]>([
    ["50000", 50_000],
    ["-50000", -50_000],
    ["+7", 7],
    ["007", 7],
    ["50000.00", 50_000],
    ["50000.", 50_000],
    ["0", 0],
    [`${MAX_MINOR}`, MAX_MINOR],
    [`-${MAX_MINOR}`, -MAX_MINOR],
    [`${MAX_MINOR + 1}`, "amount_out_of_range"],
    ["9".repeat(400), "amount_out_of_range"],
    ["1.5", "too_many_decimals"],
    ["1,000", 1000],
    ["-1,234,567", -1_234_567],
    ["12,34,567", 1_234_567],
    ["1 234", 1234],
    ["1.234.567", 1_234_567],
    ["1.234,00", 1234],
    ["1'234", 1234],
    ["(500)", -500],
    ["500-", -500],
    ["\u2212500", -500],
    ["1.234", "ambiguous_number"],
    ["1.000", "ambiguous_number"],
    ["$5", "ambiguous_number"],
    ["USD 500", "ambiguous_number"],
    ["12,50", "too_many_decimals"],
    ["1,234.5", "too_many_decimals"],
    ["1,00", 1],
    ["1,23", "too_many_decimals"],
    ["1,2345,678", "bad_number"],
    ["1 23", "bad_number"],
    ["1,234 567", "bad_number"],
    ["(-5)", "bad_number"],
    ["--5", "bad_number"],
    ["5%", "bad_number"],
    ["1e3", "bad_number"],
    ["-", "bad_number"],
    ["0x10", "bad_number"],
    ["٣", "bad_number"],
  ])("%s reads %s", reading(minorAmount));

  it("has no negative zero", () => {
    expect(Object.is(minorAmount.read("-0"), 0)).toBe(true);
    expect(Object.is(toMinor("-0.00", "USD"), 0)).toBe(true);
  });
});

describe("an amount in major units", () => {
  it.each<[string, string, unknown]>([
    ["500", "USD", 50_000],
    ["499.99", "USD", 49_999],
    ["-0.05", "USD", -5],
    ["+.5", "USD", 50],
    ["5.", "USD", 500],
    ["1.10000", "USD", 110],
    ["1.105", "USD", "too_many_decimals"],
    ["500", "JPY", 500],
    ["500.0", "JPY", 500],
    ["500.5", "JPY", "too_many_decimals"],
    ["1.005", "KWD", 1005],
    ["1.0005", "KWD", "too_many_decimals"],
    ["1.0005", "CLF", 10_005],
    ["500000000", "USD", MAX_MINOR],
    ["-123456789.01", "USD", -12_345_678_901],
    ["00000000000000000000.10", "USD", 10],
    ["99999999999999999999", "JPY", "amount_out_of_range"],
    ["-0.00", "USD", 0],
    ["500000000.01", "USD", "amount_out_of_range"],
    ["0.1", "USD", 10],
    ["1.15", "USD", 115],
    ["4.35", "USD", 435],
  ])("%s %s is %s", (cell, of, expected) => {
    expect(majorAmount.read(cell)).toBe(cell);
    expect(code(toMinor(cell, of))).toBe(expected);
  });
  it.each([
    "1e3",
    ".",
    "-",
    "",
    "$",
    "EUR",
    "1.2.3",
    "NaN",
    "1,",
    "1,23,4",
    "1.23,456.7",
    "1,234,56",
    "12 34",
    "€ $ 5",
    "USD 5 EUR",
    "€5 $",
    "5 XXX",
    "USDEUR5",
    "five",
    "5 apples",
    "((5))",
    "(5",
    "5)",
    "-5-",
    "5%",
    "5€6",
    "1".repeat(65).replace("1", "$"),
  ])("%s is none", (cell) => {
    expect(readingIn(majorAmount, cell)).toEqual(["bad_number", []]);
  });

  it.each<[cell: string, amount: string, ...repairs: Repair[]]>([
    ["1,234.56", "1234.56", "thousands_separator"],
    ["1,234", "1234", "thousands_separator"],
    ["-1,234,567.8", "-1234567.8", "thousands_separator"],
    ["1 234.56", "1234.56", "thousands_separator"],
    ["1 234,56", "1234.56", "thousands_separator", "decimal_comma"],
    ["1\u00a0234,56", "1234.56", "thousands_separator", "decimal_comma"],
    ["1\u202f234\u202f567,5", "1234567.5", "thousands_separator", "decimal_comma"],
    ["1.234,56", "1234.56", "thousands_separator", "decimal_comma"],
    ["1'234.56", "1234.56", "thousands_separator"],
    ["1’234", "1234", "thousands_separator"],
    ["12,50", "12.50", "decimal_comma"],
    ["0,234", "0.234", "decimal_comma"],
    [",5", ".5", "decimal_comma"],
    ["$1,200", "1200 $", "thousands_separator", "currency_sign"],
    ["$ 12.50", "12.50 $", "currency_sign"],
    ["US$12.50", "12.50 USD", "currency_sign"],
    ["CA$12.50", "12.50 CAD", "currency_sign"],
    ["USD 12.50", "12.50 USD", "currency_sign"],
    ["usd12.50", "12.50 USD", "currency_sign"],
    ["12.50USD", "12.50 USD", "currency_sign"],
    ["$12.50 USD", "12.50 USD", "currency_sign"],
    ["USD $12.50", "12.50 USD", "currency_sign"],
    ["€12.50", "12.50 EUR", "currency_sign"],
    ["12.50\u00a0€", "12.50 EUR", "currency_sign"],
    ["£5", "5 GBP", "currency_sign"],
    ["¥500", "500 ¥", "currency_sign"],
    ["5 zł", "5 PLN", "currency_sign"],
    ["(12.50)", "-12.50", "negative_form"],
    ["12.50-", "-12.50", "negative_form"],
    ["\u221212.50", "-12.50", "negative_form"],
    ["- 12.50", "-12.50"],
    ["-$12.50", "-12.50 $", "currency_sign"],
    ["$-12.50", "-12.50 $", "currency_sign"],
    ["($12.50)", "-12.50 $", "negative_form", "currency_sign"],
    ["$(12.50)", "-12.50 $", "negative_form", "currency_sign"],
    ["+$5", "5 $", "currency_sign"],
  ])("%s is %s", (cell, amount, ...repairs) => {
    const [value, told] = readingIn(majorAmount, cell);
    expect([value, told.toSorted()]).toEqual([amount, repairs.toSorted()]);
  });

  it.each(["1,234", "1.234", "-1.234", "$1,234", "999.999"])(
    "%s is not guessed where the comma is no separator",
    (cell) => {
      expect(readingIn(majorAmount, cell, { decimalCommas: true })).toEqual(["ambiguous_number", []]);
    },
  );

  it.each([
    ["1.23", "1.23"],
    ["0.234", "0.234"],
    ["1234.567", "1234.567"],
    ["1.234.567", "1234567"],
    ["1,234,567", "1234567"],
    ["1.234,5", "1234.5"],
    ["1,234.5", "1234.5"],
    ["12,345678", "12.345678"],
  ])("%s is %s all the same there", (cell, amount) => {
    expect(readingIn(majorAmount, cell, { decimalCommas: true })[0]).toBe(amount);
  });

  it.each<[amount: string, of: string, expected: unknown]>([
    ["12.50 EUR", "EUR", 1250],
    ["12.50 EUR", "USD", "currency_mismatch"],
    ["12.50 $", "USD", 1250],
    ["12.50 $", "CAD", 1250],
    ["12.50 $", "MXN", 1250],
    ["12.50 $", "EUR", "currency_mismatch"],
    ["500 ¥", "JPY", 500],
    ["500 ¥", "CNY", 50_000],
    ["500 ¥", "USD", "currency_mismatch"],
    ["-5 USD", "USD", -500],
  ])("%s in %s is %s", (amount, of, expected) => {
    expect(code(toMinor(amount, of))).toBe(expected);
  });

  it("says which currencies a sign may stand for", () => {
    expect(toMinor("500 ¥", "USD")).toEqual(
      new CellProblem(
        "currency_mismatch",
        "is in ¥, but the currency of the row is USD",
        "Correct the sign or the currency: ¥ may stand for JPY, CNY.",
      ),
    );
  });

  it("names the currency beside it, when that is one", () => {
    expect(["5", "5 EUR", "5 $"].map(currencyBeside)).toEqual([undefined, "EUR", undefined]);
  });
});

describe("other cells", () => {
  it.each<[string, unknown]>([
    ["true", true],
    ["YES", true],
    ["1", true],
    ["False", false],
    ["no", false],
    ["0", false],
    ["y", true],
    ["N", false],
    ["t", true],
    ["F", false],
    ["On", true],
    ["off", false],
    ["maybe", "bad_flag"],
    ["constructor", "bad_flag"],
    ["__proto__", "bad_flag"],
  ])("the flag %s reads %s", reading(flag));

  it.each<[string, unknown]>([
    ["usd", "USD"],
    ["EUR", "EUR"],
    ["XXX", "bad_currency"],
    ["$", "bad_currency"],
    ["US", "bad_currency"],
  ])("the currency %s reads %s", reading(currency));

  it.each<[string, unknown]>([
    ["paid", "paid"],
    ["PAID", "paid"],
    ["payed", "bad_status"],
  ])("the choice %s reads %s", reading(choice(["pending", "paid"], "bad_status")));

  it.each<[string, unknown]>([
    ["gold|emea", ["gold", "emea"]],
    [" gold || gold |", ["gold"]],
    ["|", []],
    ["x".repeat(101), "too_long"],
    [Array.from({ length: 51 }, (_, at) => at).join("|"), "too_long"],
  ])("the tags %s read %s", reading(tags));

  it.each<[string, unknown]>([
    ["ada|bo", ["ada", "bo"]],
    [" ada || ada |", ["ada"]],
    [String.raw`a\|b|c\\d|\\`, ["a|b", String.raw`c\d`, "\\"]],
    // One that nothing stands behind is itself.
    ["ada\\", ["ada\\"]],
    ["x".repeat(256), "too_long"],
    [Array.from({ length: 201 }, (_, at) => at).join("|"), "too_long"],
  ])("the keys %s read %s", reading(keys));

  it.each<[string, unknown]>([
    ["1200", 1200],
    ["-1", -1],
    ["-0", 0],
    ["none", null],
    ["None", null],
    ["12.5", "bad_number"],
    ["$12", "bad_number"],
    ["9007199254740992", "bad_number"],
  ])("the US cents %s read %s", reading(usdCents));

  it("text has at most so many characters", () => {
    expect(text(5, "").read("12345")).toBe("12345");
    expect(code(text(5, "").read("123456"))).toBe("too_long");
  });
});

test("an amount of very many zeros costs no more than its length", () => {
  // With the square of it, this takes minutes.
  expect(toMinor(`1.${"0".repeat(1_000_000)}1`, "USD")).toMatchObject({ code: "too_many_decimals" });
  expect(toMinor(`1.5${"0".repeat(1_000_000)}`, "USD")).toBe(150);
});
