import { describe, expect, it } from "vitest";
import {
  CellProblem,
  type CellType,
  choice,
  currency,
  email,
  flag,
  instant,
  majorAmount,
  MAX_MINOR,
  minorAmount,
  tags,
  text,
  toMinor,
} from "../../../shared/records/cell.ts";

const code = (read: unknown): unknown => (read instanceof CellProblem ? read.code : read);
const reading =
  <T>({ read }: CellType<T>) =>
  (cell: string, expected: unknown) =>
    expect(code(read(cell))).toEqual(expected);

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
    ["1970-01-01", "1970-01-01T00:00:00.000Z"],
    ["9999-12-31", "9999-12-31T00:00:00.000Z"],
  ])("%s is %s", (cell, iso) => {
    expect(instant.read(cell)).toBe(Date.parse(iso));
  });
  it.each([
    "31.03.2026",
    "3/31/2026",
    "2026-3-31",
    "2026-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-01-00",
    "2026-01-01 24:00",
    "2026-01-01 10:60",
    "2026-01-01 10:10:60",
    "2026-01-01 10",
    "2026-01-01T10:10+02:00",
    "1969-12-31",
    "0099-01-01",
    "today",
    "1774915200",
  ])("%s is none", (cell) => {
    expect(code(instant.read(cell))).toBe("bad_date");
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
    ["1,000", "bad_number"],
    ["$5", "bad_number"],
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
    ["500000000.01", "USD", "amount_out_of_range"],
    ["0.1", "USD", 10],
    ["1.15", "USD", 115],
    ["4.35", "USD", 435],
  ])("%s %s is %s", (cell, of, expected) => {
    expect(majorAmount.read(cell)).toBe(cell);
    expect(code(toMinor(cell, of))).toBe(expected);
  });
  it.each(["1,5", "1 000", "€5", "1e3", ".", "-", "1.2.3", "NaN"])("%s is none", (cell) => {
    expect(code(majorAmount.read(cell))).toBe("bad_number");
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

  it("text has at most so many characters", () => {
    expect(text(5, "").read("12345")).toBe("12345");
    expect(code(text(5, "").read("123456"))).toBe("too_long");
  });
});
