import { parse } from "csv-parse";

/** csv-parse making arrays and nothing else: what the reading of files is measured against. */
export async function bareParse(chunks: readonly Buffer[]): Promise<void> {
  const parser = parse({ columns: false });
  let cells = 0;
  parser.on("data", (record: string[]) => (cells += record.length));
  const ended = new Promise((resolve) => parser.once("end", resolve));
  for (const chunk of chunks) if (!parser.write(chunk)) await new Promise((resolve) => parser.once("drain", resolve));
  parser.end();
  await ended;
  if (cells === 0) throw new Error("nothing was parsed");
}
