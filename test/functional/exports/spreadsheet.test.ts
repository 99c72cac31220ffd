import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { EVERYTHING } from "../../../shared/records/export-job.ts";
import { readArchive } from "../../unit/exports/read-archive.ts";
import { createExportWorld } from "./export-world.ts";
import { hasOffice, type OfficeCell, openInOffice, savedByOffice } from "./office.ts";
import { FILES } from "./read-bundle.ts";

const FORMULAS = ["=1+1", '=HYPERLINK("http://x.example";"y")', "+1+2", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "＝1+1"];
const SEPARATED = ["a;=1+1", "a,=1+1", "a\t=1+1", 'say "=1+1"', '";=1+1', "two\nlines", "\n=1+1", "\t=1+1", "-A1;-A2"];
const PHONES = ["+1 555 010-0199", "+49 (30) 1234567", "+1 (555) 010-9999", "+1-555-0100"];
const QUOTED = ["'=quoted", "'tis", "O'Neill", "<b>&amp;</b>"];
const SCRIPTS = ["Größe Ωmega 日本語 🎉", "שלום مرحبا", "ไทย Привет नमस्ते"];
const ADDRESSES = ["ada+news@x.example", "https://x.example/?a=1&b=2"];

/** What people write, and what a spreadsheet could make something else of. */
const TEXTS = [...FORMULAS, ...SEPARATED, ...PHONES, ...QUOTED, ...SCRIPTS, ...ADDRESSES];

/** Keys and texts that are numbers to anybody who does not know better. */
const DIGITS = ["007", "12345678901234567890", "+15550100199", "-5", "-12.50"];

const AMOUNTS = [
  [123_456, "USD"],
  [-5, "EUR"],
  [-50_000_000_000, "JPY"],
  [50_000_000_000, "KWD"],
  [-1, "KWD"],
  [50_000_000_000, "USD"],
] as const;

/** The CSV files of a program in which each of the texts is in every kind of record. */
async function exported(format: "bundle" | "import", texts: readonly string[]) {
  const world = createExportWorld();
  world.clock.set("2026-03-01T08:09:10.999Z");
  await world.program("acme", [{ key: "grup_1", name: "=Default" }]);
  for (const [index, text] of texts.entries()) {
    const [amount, currency] = AMOUNTS[index % AMOUNTS.length] ?? AMOUNTS[0];
    const money = { amount, currency, amount_usd: amount };
    const named = { partner_key: text, first_name: text, last_name: text, manager: text, tags: [text, "gold"] };
    const partner = await world.partner(`part_${index}`, named);
    const asked = { customer_key: text, name: text, company_name: text, provider_key: text };
    const customer = await world.customer(`cus_${index}`, partner.key, asked);
    const bought = await world.transaction(`trx_${index}`, customer, { ...money, product_key: text });
    const earnedBy = { customer_key: customer.key, transaction_key: bought.key };
    await world.reward(`rwrd_${index}`, partner.key, { ...money, ...earnedBy, description: text });
    await world.lead(`lead_${index}`, partner.key, { amount, currency, notes: text, decline_reason: text });
    await world.deal(`deal_${index}`, partner.key, { amount, currency, account_name: text, lost_reason: text });
  }
  const files = FILES.filter((name) => format === "bundle" || name !== "applications");
  const message = await world.request({ ...EVERYTHING, format, files });
  await world.deliver(message);
  const archive = readArchive(Buffer.from(world.archive(message)));
  const csv = archive.filter(({ name }) => name.endsWith(".csv"));
  expect(csv).toHaveLength(files.length);
  return Object.fromEntries(csv.map(({ name, content }) => [name, content.toString()]));
}

// What the dialog offers for a file that ends in .csv: comma, semicolon and tab, and dates and flags are found. UTF-8 is
// to be chosen there where it is not offered.
const DIALOG = "CSV:44/59/9,34,76,1,,0,false,true";
const AS_TEXT = `CSV:44,34,76,1,${Array.from({ length: 30 }, (_, at) => `${at + 1}/2`).join("/")}`;

const NUMBER = /^[+-]?\d+(\.\d+)?$/;
const SECOND = /^(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d))?$/;
const BLANK: OfficeCell = { type: "empty", value: "", formula: undefined };

/** The cell that a person who knows what the file says would expect. */
function expectedCell(text: string): OfficeCell {
  const [, day, time] = SECOND.exec(text) ?? [];
  if (text === "") return BLANK;
  // More digits than fifteen are lost on a number, in any spreadsheet.
  if (NUMBER.test(text)) return { type: "float", value: String(+Number(text).toPrecision(15)), formula: undefined };
  if (text === "true" || text === "false") return { type: "boolean", value: text, formula: undefined };
  if (day !== undefined)
    return { type: "date", value: time === undefined ? day : `${day}T${time}`, formula: undefined };
  return { type: "string", value: text, formula: undefined };
}

/** As many rows and columns as the file has: a sheet leaves out what is empty at their ends. */
function requireSize(sheet: readonly OfficeCell[][], rows: readonly string[][]): OfficeCell[][] {
  const found = sheet.map((row) => row.slice(0, row.findLastIndex(({ type }) => type !== "empty") + 1));
  const last = found.findLastIndex((row) => row.length > 0);
  expect(last + 1).toBe(rows.length);
  const [header = []] = rows;
  for (const row of found) expect(row.length).toBeLessThanOrEqual(header.length);
  return found.slice(0, last + 1).map((row) => header.map((_, at) => row[at] ?? BLANK));
}

/** Numbers of a sheet are written in more than one way. */
const plain = (cell: OfficeCell): OfficeCell =>
  cell.type === "float" ? { ...cell, value: String(Number(cell.value)) } : cell;

const needsOffice = "LibreOffice's soffice is not on PATH: install libreoffice-calc";

describe.each(["bundle", "import"] as const)("a %s, opened in LibreOffice", { timeout: 120_000 }, (format) => {
  test("has the same rows and columns, no formula, its amounts as numbers, and every text as it stands", async ({
    skip,
  }) => {
    skip(!hasOffice, needsOffice);
    const files = await exported(format, [...TEXTS, ...DIGITS]);
    const sheets = await openInOffice(files, DIALOG);
    let negative = 0;
    for (const [name, text] of Object.entries(files)) {
      const rows: string[][] = parse(text);
      expect(rows.length, name).toBeGreaterThan(TEXTS.length);
      const found = requireSize(sheets[name] ?? [], rows);
      expect(
        found.map((row) => row.map(plain)),
        name,
      ).toEqual(rows.map((row) => row.map(expectedCell)));
      negative += found.flat().filter(({ type, value }) => type === "float" && value.startsWith("-")).length;
    }
    expect(negative).toBeGreaterThan(40);
  });

  test("without a word about the file, still has no formula, and its rows, columns and amounts", async ({ skip }) => {
    skip(!hasOffice, needsOffice);
    const files = await exported(format, TEXTS);
    const sheets = await openInOffice(files);
    for (const [name, text] of Object.entries(files)) {
      const rows: string[][] = parse(text);
      const found = requireSize(sheets[name] ?? [], rows);
      for (const [at, row] of rows.entries()) {
        for (const [column, written] of row.entries()) {
          const cell = plain(found[at]?.[column] ?? BLANK);
          expect(cell.formula).toBeUndefined();
          if (NUMBER.test(written)) expect(cell).toEqual(expectedCell(written));
          // In which encoding it takes the file without being told is its own affair.
          // oxlint-disable-next-line no-control-regex
          else if (/^[\0-\u007f]*$/.test(written)) expect(cell.value.toLowerCase()).toBe(written.toLowerCase());
        }
      }
    }
  });

  test("and saved with its columns as text, is the same file to a reader of CSV", async ({ skip }) => {
    skip(!hasOffice, needsOffice);
    const files = await exported(format, [...TEXTS, ...DIGITS]);
    const saved = await savedByOffice(files, AS_TEXT);
    for (const [name, text] of Object.entries(files)) {
      expect(parse(saved[name] ?? ""), name).toEqual(parse(text));
    }
  });
});
