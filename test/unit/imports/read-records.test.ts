import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_RECORD_BYTES, UnreadableRest } from "../../../shared/imports/read-records.ts";
import { pieces, recordsOf, textOf } from "./csv-texts.ts";

const shape = async (...asked: Parameters<typeof recordsOf>) =>
  (await recordsOf(...asked)).map(({ line, cells, broken }) =>
    broken === undefined ? [line, ...cells] : [line, broken],
  );

const LONG = "x".repeat(MAX_RECORD_BYTES);

describe("readRecords", () => {
  it.each<[string, string, (number | string)[][]]>([
    [
      "records with the line they begin on",
      "a,b\nc,d\n",
      [
        [1, "a", "b"],
        [2, "c", "d"],
      ],
    ],
    [
      "a last record without a line end",
      "a\nb",
      [
        [1, "a"],
        [2, "b"],
      ],
    ],
    [
      "CRLF",
      "a\r\nb\r\n",
      [
        [1, "a"],
        [2, "b"],
      ],
    ],
    [
      "bare CR",
      "a\rb\r",
      [
        [1, "a"],
        [2, "b"],
      ],
    ],
    [
      "mixed line ends",
      "a\rb\nc\r\nd",
      [
        [1, "a"],
        [2, "b"],
        [3, "c"],
        [4, "d"],
      ],
    ],
    [
      "blank lines as none, counting them",
      "\n\na\r\n\r\n\r\nb\r\rc\n\n",
      [
        [3, "a"],
        [6, "b"],
        [8, "c"],
      ],
    ],
    [
      "a line of blanks as a record",
      "a\n \nb\n",
      [
        [1, "a"],
        [2, " "],
        [3, "b"],
      ],
    ],
    [
      "an empty quoted cell as a record",
      'a\n""\nb\n',
      [
        [1, "a"],
        [2, ""],
        [3, "b"],
      ],
    ],
    [
      "line ends within quotes",
      'a,"x\ny\n"\nb,"\r\n\r\n"\r\nc,"\r"\nd,e\n',
      [
        [1, "a", "x\ny\n"],
        [4, "b", "\r\n\r\n"],
        [7, "c", "\r"],
        [9, "d", "e"],
      ],
    ],
    ["doubled quotes", '"say ""ah"""\n', [[1, 'say "ah"']]],
    [
      "rows of any number of cells",
      "a,b\nc\nd,e,f\n",
      [
        [1, "a", "b"],
        [2, "c"],
        [3, "d", "e", "f"],
      ],
    ],
    [
      "characters of several bytes, wherever chunks end",
      "ü,日本,😀\nü,😀\n",
      [
        [1, "ü", "日本", "😀"],
        [2, "ü", "😀"],
      ],
    ],
    [
      "a byte order mark as none",
      "\u{feff}a,b\nc,d\n",
      [
        [1, "a", "b"],
        [2, "c", "d"],
      ],
    ],
    ["nothing in an empty file", "", []],
    ["nothing in a file of line ends", "\n\r\n\r", []],
  ])("reads %s", async (_, text, expected) => {
    for (const chunk of [1, 2, 3, 1000]) expect(await shape(text, { chunk })).toEqual(expected);
  });

  it.each<[string, string, (number | string)[][]]>([
    [
      "a quote that is never closed",
      'a\n"b\nc\nd\n',
      [
        [1, "a"],
        [2, "unclosed_quote"],
        [3, "c"],
        [4, "d"],
      ],
    ],
    [
      "a quote within a cell",
      'a\nb"c\nd\n',
      [
        [1, "a"],
        [2, "bad_quote"],
        [3, "d"],
      ],
    ],
    [
      "text behind a closing quote",
      'a\n"b"c\nd\n',
      [
        [1, "a"],
        [2, "bad_quote"],
        [3, "d"],
      ],
    ],
    [
      "a stray quote that the next one seems to close",
      'a\n"b\nc\n"d"\ne\n',
      [
        [1, "a"],
        [2, "bad_quote"],
        [3, "c"],
        [4, "d"],
        [5, "e"],
      ],
    ],
    [
      "several of them",
      '"a\nb\n\n\nc"d\r\n\r\ne"f\rg',
      [
        [1, "bad_quote"],
        [2, "b"],
        [5, "bad_quote"],
        [7, "bad_quote"],
        [8, "g"],
      ],
    ],
    [
      "one behind blank lines",
      'a\n\n\n"b\nc\n',
      [
        [1, "a"],
        [4, "unclosed_quote"],
        [5, "c"],
      ],
    ],
    [
      "one that ends in CRLF",
      '"a\r\n\r\n"b\r\nc\r\n',
      [
        [1, "bad_quote"],
        [3, "unclosed_quote"],
        [4, "c"],
      ],
    ],
    [
      "one at the end",
      'a\n"b',
      [
        [1, "a"],
        [2, "unclosed_quote"],
      ],
    ],
    [
      "one behind quoted line ends",
      '"a\r\nb"\r\nc"d\r\ne\r\n',
      [
        [1, "a\r\nb"],
        [3, "bad_quote"],
        [4, "e"],
      ],
    ],
  ])("reports %s, and goes on with the next line", async (_, text, expected) => {
    for (const chunk of [1, 2, 3, 1000]) expect(await shape(text, { chunk })).toEqual(expected);
  });

  it("shows a broken record as it was written", async () => {
    const [, broken] = await recordsOf('a,b\nü,"x"y\nc,d\n');
    expect(broken).toMatchObject({ cells: ['ü,"x"y'], broken: "bad_quote" });
  });

  it("reports a row that is too long, and goes on", async () => {
    expect(await shape(`a\n${LONG},b,c\nd\n`, { chunk: 5000 })).toEqual([
      [1, "a"],
      [2, "row_too_long"],
      [3, "d"],
    ]);
    expect(await shape(`a\n"${LONG}\nb\nc\n`, { chunk: 5000 })).toEqual([
      [1, "a"],
      [2, "row_too_long"],
      [3, "b"],
      [4, "c"],
    ]);
  });

  it("gives up on a file of a thousand broken records, so that rubbish ends some time", async () => {
    await expect(recordsOf('a"b\n'.repeat(1200), { chunk: 4096 })).rejects.toThrow(UnreadableRest);
    expect(await recordsOf('a"b\n'.repeat(1000), { chunk: 4096 })).toHaveLength(1000);
  });

  it("reads any table back, with the lines as an editor counts them, whatever the chunks", async () => {
    await fc.assert(
      fc.asyncProperty(pieces, fc.boolean(), fc.integer({ min: 1, max: 40 }), async (all, hasEnd, chunk) => {
        const { text, lines } = textOf(all, hasEnd);
        const records = await recordsOf(text, { chunk });
        expect(records.map(({ line, cells }) => ({ line, cells }))).toEqual(lines);
      }),
      { numRuns: 400, seed: 7 },
    );
  });

  it("goes on behind any record as if it had read from the start", async () => {
    await fc.assert(
      fc.asyncProperty(pieces, fc.boolean(), fc.integer({ min: 1, max: 40 }), async (all, hasEnd, chunk) => {
        const { text } = textOf(all, hasEnd);
        const records = await recordsOf(text, { chunk });
        for (const [index, { end, nextLine }] of records.entries()) {
          expect(await recordsOf(text, { chunk, from: end, line: nextLine })).toEqual(records.slice(index + 1));
        }
      }),
      { numRuns: 200, seed: 8 },
    );
  });
});
