import { describe, expect, it } from "vitest";
import { type CsvRecord, MAX_RECORD_BYTES } from "../../../shared/imports/csv-record.ts";
import { readRecords } from "../../../shared/imports/read-records.ts";
import { RecordScanner } from "../../../shared/imports/record-scanner.ts";
import { allOf, opener, recordsOf } from "./csv-texts.ts";
import { checkPlans, checkRecords } from "./scan-property.ts";
import { serialRecords } from "./serial-csv.ts";

const LINES = "a,b\nc,d\n";

describe("files scanned", () => {
  it("read as csv-parse alone reads them, whatever the bytes, the chunks and the delimiter", async () => {
    await checkRecords({ runs: 1500, seed: 20260701 });
  }, 120_000);

  it("are planned as a plan is made from these records", async () => {
    await checkPlans({ runs: 700, seed: 20260702 });
  }, 120_000);

  const wide = (cells: number) => ",".repeat(cells - 1);
  const shape = ({ cells, ...where }: CsvRecord) => ({ ...where, widths: cells.map((cell) => cell.length) });

  it.each<[string, string, CsvRecord["broken"]]>([
    ["of the longest record and its line end", "x".repeat(MAX_RECORD_BYTES - 1), undefined],
    ["of the longest record", "x".repeat(MAX_RECORD_BYTES), undefined],
    ["of the longest cell that csv-parse takes", "x".repeat(MAX_RECORD_BYTES + 1), undefined],
    ["of one byte more", "x".repeat(MAX_RECORD_BYTES + 2), "row_too_long"],
    ["of more separators than that", wide(MAX_RECORD_BYTES + 10), undefined],
    ["of fewer characters than that, in more bytes", `${"ü".repeat(40_000)},${"ü".repeat(40_000)}`, undefined],
    ["of more doubled quotes than that", `"${'""'.repeat(MAX_RECORD_BYTES - 1)}"`, undefined],
    ["of a quote never closed", `"${"x\n".repeat(MAX_RECORD_BYTES)}`, "unclosed_quote"],
  ])("read records %s as csv-parse does, and go on behind them", async (_, long, broken) => {
    const whole = `${LINES}${long}\n${LINES.repeat(broken === "unclosed_quote" ? 0 : 3)}`;
    const expected = await serialRecords(opener(whole, 65_536), { delimiter: ",", from: 0, line: 1 });
    expect(expected[2]?.broken).toBe(broken);
    for (const chunk of [997, 65_536]) {
      const read = await recordsOf(whole, { chunk });
      expect(read.map(shape)).toEqual(expected.map(shape));
    }
  });

  const openings = async (whole: Buffer) => {
    let opened = 0;
    const open = (from: number) => {
      opened += 1;
      return opener(whole, 1000)(from);
    };
    const records = await allOf(readRecords(open, { delimiter: ",", from: 0, line: 1 }));
    return { opened, rows: records.length };
  };

  it("are opened once where they are well-formed", async () => {
    const whole = Buffer.from('a,"b","c ""d"""\r\n"x\ny",,""\n\n'.repeat(5000));
    expect(await openings(whole)).toEqual({ opened: 1, rows: 10_000 });
  });

  it("are opened a few times only where csv-parse has to decide on record after record", async () => {
    const { opened, rows } = await openings(Buffer.from(`${LINES}${'"a"\0,b\n'.repeat(20_000)}`));
    expect(rows).toBe(20_002);
    expect(opened).toBeLessThan(25);
  });

  it.each(["x", '"', ","])("are held no longer than a record may be, where there is nothing but %s", (piece) => {
    const scanner = new RecordScanner({ delimiter: ",", from: 0, line: 1 });
    const chunk = Buffer.from(piece + (piece === '"' ? "x" : piece).repeat(9999));
    let most = 0;
    for (let pushed = 0; pushed < 100 && !scanner.isOdd; pushed++) {
      scanner.push(pushed === 0 ? chunk : chunk.subarray(1));
      expect(scanner.next()).toBe(false);
      most = Math.max(most, scanner.bytes.length);
    }
    expect(scanner.isOdd).toBe(true);
    expect(most).toBeLessThanOrEqual(MAX_RECORD_BYTES + chunk.length);
  });
});
