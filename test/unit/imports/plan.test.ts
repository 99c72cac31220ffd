import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Plan, planImport, takesTurn } from "../../../shared/imports/plan.ts";
import { type CsvRecord, readRecords } from "../../../shared/imports/read-records.ts";
import type { ImportLayout } from "../../../shared/records/column.ts";
import { partnership } from "../../../shared/records/partnership.ts";
import { reward } from "../../../shared/records/reward.ts";
import { transaction } from "../../../shared/records/transaction.ts";
import { opener, pieces, recordsOf, textOf } from "./csv-texts.ts";

interface Asked {
  readonly partRows?: number;
  readonly chunk?: number;
  readonly delimiter?: string;
  readonly inOrder?: "every row";
}

const plan = (text: string, layout: ImportLayout, { chunk = 64, ...asked }: Asked = {}) =>
  planImport(opener(text, chunk), {
    delimiter: ",",
    bytes: Buffer.byteLength(text),
    layout,
    type: "records",
    partRows: 2,
    ...asked,
  });

/** Every part read by itself, each from nothing but its own bytes. */
async function readParts(text: string, { parts, delimiter }: Plan, chunk: number): Promise<CsvRecord[][]> {
  const read = [];
  for (const { from, to, line } of parts) {
    const records: CsvRecord[] = [];
    const open = opener(Buffer.from(text).subarray(0, to), chunk);
    for await (const batch of readRecords(open, { delimiter, from, line })) records.push(...batch);
    read.push(records);
  }
  return read;
}

const TRANSACTIONS = "key,customer_key,amount_in_cents\n";

describe("planImport", () => {
  it("cuts a file into parts of so many rows, between records", async () => {
    const text = `${TRANSACTIONS}a,u,1\n"b",u,2\nc,"u\nu",3\nd,u,4\ne,u,5\n`;
    const { parts, rows } = await plan(text, transaction.layout);
    expect(rows).toBe(5);
    expect(parts.map(({ part, line, firstRow, rows: own }) => ({ part, line, firstRow, rows: own }))).toEqual([
      { part: 0, line: 2, firstRow: 0, rows: 2 },
      { part: 1, line: 4, firstRow: 2, rows: 2 },
      { part: 2, line: 7, firstRow: 4, rows: 1 },
    ]);
    expect(parts.map(({ from, to }) => text.slice(from, to))).toEqual([
      'a,u,1\n"b",u,2\n',
      'c,"u\nu",3\nd,u,4\n',
      "e,u,5\n",
    ]);
  });

  it("cuts before that where rows are long, so that a part is never held in more than some megabytes", async () => {
    const rows = Array.from({ length: 90 }, (_, at) => `t${at},u,${"1".repeat(120_000)}\n`);
    const { parts } = await plan(TRANSACTIONS + rows.join(""), transaction.layout, { partRows: 4000, chunk: 65_536 });
    expect(parts.map(({ rows: own }) => own)).toEqual([70, 20]);
  });

  it("cuts before that where rows wait for their turn, as each may have to wait for the one before it", async () => {
    const partRows = 4000;
    const sizes = async (rows: readonly string[], layout: ImportLayout, asked: Asked = {}) =>
      (await plan(TRANSACTIONS + rows.join(""), layout, { partRows, chunk: 4096, ...asked })).parts.map(
        ({ rows: own, later }) => [own, later === "all" ? own : later.length],
      );
    const same = Array.from({ length: 1001 }, () => "n/a,u,1\n");
    const distinct = Array.from({ length: 1001 }, (_, at) => `t${at},u,1\n`);
    expect(await sizes(same, transaction.layout)).toEqual([
      [401, 400],
      [400, 400],
      [200, 200],
    ]);
    expect(await sizes(distinct, transaction.layout)).toEqual([[1001, expect.any(Number)]]);
    expect(await sizes(distinct, transaction.layout, { inOrder: "every row" })).toEqual([
      [400, 400],
      [400, 400],
      [201, 201],
    ]);
    expect(await sizes(distinct, { ...transaction.layout, inOrder: "every row" })).toEqual([
      [500, 500],
      [500, 500],
      [1, 1],
    ]);
  });

  it("has a part for a single row, and none for blank lines behind the last one", async () => {
    expect((await plan(`${TRANSACTIONS}a,u,1`, transaction.layout)).parts).toHaveLength(1);
    expect((await plan(`${TRANSACTIONS}a,u,1\nb,u,1\n\n\n`, transaction.layout)).parts).toHaveLength(1);
  });

  it("lets all rows of a type wait whose rows can change each other's identity", async () => {
    const { parts } = await plan("partner_first,partner_last,partner_email\na,b,c\nd,e,f\ng,h,i\n", partnership.layout);
    expect(parts.map(({ later }) => later)).toEqual(["all", "all"]);
    expect(parts.map((part) => [takesTurn(part, 1), takesTurn(part, 2)])).toEqual([
      [false, true],
      [false, true],
    ]);
  });

  it("lets all rows wait where that is asked for, whatever the type", async () => {
    const text = `${TRANSACTIONS}a,u,1\nb,u,1\nc,u,2\n`;
    const { parts } = await plan(text, transaction.layout, { inOrder: "every row" });
    expect(parts.map(({ later }) => later)).toEqual(["all", "all"]);
  });

  it("lets a row wait that repeats a value of another row which waits for a repetition of its own", async () => {
    const layout = { ...transaction.layout, inOrder: ["key", "product_key"] } as const;
    const { parts } = await plan(`key,customer_key,amount_in_cents,product_key\na,u,1,p\na,u,1,q\nb,u,1,q\n`, layout);
    expect(parts.map(({ later }) => later)).toEqual([[2], [3]]);
  });

  it("lets only the rows wait that repeat a key, in whatever part, by spaces and guards the same", async () => {
    const { parts } = await plan(
      `${TRANSACTIONS}a,u,1\nb,u,1\n a,u,2\n,u,3\n,u,4\n=x,u,5\n'=x,u,6\nb,u,7\n`,
      transaction.layout,
    );
    expect(parts.map(({ later }) => later)).toEqual([[], [3], [], [7, 8]]);
    expect(parts.map((part) => [takesTurn(part, 1), takesTurn(part, 2)])).toEqual([
      [true, false],
      [true, true],
      [true, false],
      [false, true],
    ]);
  });

  it("knows a key again, whether csv-parse read it or it was only found", async () => {
    const text = `${TRANSACTIONS}"q""q",u,1\n"x"\0,u,2\n"q""q",u,3\nx,u,4\n`;
    const { parts } = await plan(text, transaction.layout, { partRows: 4 });
    expect(parts.map(({ later }) => later)).toEqual([[3]]);
  });

  it("lets no row wait where rows have no key", async () => {
    const { parts } = await plan(
      "partner_key,amount_in_cents,reward_description\na,1,x\na,1,x\na,1,x\n",
      reward.layout,
    );
    expect(parts.map(({ later }) => later)).toEqual([[], []]);
  });

  it.each([
    ["an empty file", "", "empty_file"],
    ["a file of line ends", "\n\r\n", "empty_file"],
    ["a header line and nothing below it", TRANSACTIONS, "no_rows"],
    ["a header line and blank lines", `${TRANSACTIONS}\n\n`, "no_rows"],
    ["a header that is not CSV", '"key,customer_key\na,b\n', "bad_header"],
    ["a header of another table", "name,age\nada,36\n", "no_header"],
  ])("refuses %s", async (_, text, code) => {
    await expect(plan(text, transaction.layout)).rejects.toMatchObject({ name: "FileProblem", code });
  });

  it("counts records that are no good as rows", async () => {
    const { rows, parts } = await plan(`${TRANSACTIONS}a"b,u,1\nc\n,,\nd,"u\n`, transaction.layout, { partRows: 3 });
    expect(rows).toBe(4);
    expect(parts.map(({ rows: own }) => own)).toEqual([3, 1]);
  });

  const anyPlan = fc.record({
    all: pieces,
    hasEnd: fc.boolean(),
    stray: fc.option(fc.nat({ max: 400 }), { nil: undefined }),
    partRows: fc.integer({ min: 1, max: 4 }),
    chunk: fc.integer({ min: 1, max: 40 }),
  });

  it("cuts where the parts, read by themselves, give the rows and lines of the whole file, also with stray quotes", async () => {
    await fc.assert(
      fc.asyncProperty(anyPlan, async ({ all, hasEnd, stray, partRows, chunk }) => {
        const made = textOf(all, hasEnd).text;
        const body = stray === undefined ? made : `${made.slice(0, stray)}"${made.slice(stray)}`;
        const text = TRANSACTIONS + body;
        const records = (await recordsOf(text, { chunk })).slice(1);
        if (records.length === 0) return;
        const planned = await plan(text, transaction.layout, { partRows, chunk });
        const parts = await readParts(text, planned, chunk + 3);
        expect(planned.rows).toBe(records.length);
        expect(parts.map((own) => own.length)).toEqual(planned.parts.map(({ rows }) => rows));
        expect(planned.parts.map(({ firstRow }) => firstRow)).toEqual(planned.parts.map((_, at) => at * partRows));
        // Why a record is broken may look different to who cannot read on; that it is, may not.
        const shape = ({ cells, line, broken }: CsvRecord) => ({ cells, line, isBroken: broken !== undefined });
        expect(parts.flat().map(shape)).toEqual(records.map(shape));
      }),
      { numRuns: 250, seed: 9 },
    );
  });
});
