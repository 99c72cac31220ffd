import fc from "fast-check";
import { expect, test } from "vitest";
import { type LogLine, logLines } from "../../../shared/exports/log-lines.ts";

async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, size: number): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const line of logLines(pieces(text, size))) lines.push(line);
  return lines;
}

test("lines are the same however they come in, numbered as in the file, blank ones left out", async () => {
  const text = fc.string({ unit: fc.constantFrom("a", "é", "😀", " ", "\n"), maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (whole, size) => {
      const numbered = whole.split("\n").map((line, index) => ({ number: index + 1, text: line }));
      expect(await read(whole, size)).toEqual(numbered.filter((line) => line.text.trim() !== ""));
    }),
  );
});

test("an endless line loses its text and harms no other", async () => {
  const lines = await read(`before\n${"x".repeat(300_000)}\nbehind\n`, 10_000);
  expect(lines).toEqual([
    { number: 1, text: "before" },
    { number: 2, text: "" },
    { number: 3, text: "behind" },
  ]);
});
