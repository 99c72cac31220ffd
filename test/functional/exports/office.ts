import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** A cell of a sheet, as LibreOffice took it from a CSV file. */
export interface OfficeCell {
  readonly type: string;
  /** What a number, a date or a flag is; of a text, the text. */
  readonly value: string;
  readonly formula: string | undefined;
}

const NAME = "soffice";

/** Whether LibreOffice is here: Debian has it in `libreoffice-calc`. */
export const hasOffice = (process.env["PATH"] ?? "")
  .split(path.delimiter)
  .some((folder) => existsSync(path.join(folder, NAME)));

/** Files by name, with their text. */
type Texts = Readonly<Record<string, string>>;

/** Opens CSV files by an import filter, or as LibreOffice guesses without one, and tells the cells of each. */
export async function openInOffice(texts: Texts, filter?: string): Promise<Record<string, OfficeCell[][]>> {
  const sheets = await converted(texts, "fods", "fods", filter);
  return Object.fromEntries(Object.entries(sheets).map(([name, sheet]) => [name, cellsOf(sheet)]));
}

/** Opens CSV files and saves them as CSV again, with formulas rather than what they come to. */
export const savedByOffice = (texts: Texts, filter: string): Promise<Record<string, string>> =>
  converted(texts, "csv", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,true", filter);

async function converted(texts: Texts, extension: string, to: string, filter?: string) {
  const folder = mkdtempSync(path.join(tmpdir(), "office-"));
  try {
    const [given, made] = [path.join(folder, "given"), path.join(folder, "made")];
    mkdirSync(given);
    const files = Object.entries(texts).map(([name, text]) => {
      const file = path.join(given, name);
      writeFileSync(file, text);
      return file;
    });
    // A profile of its own: two with the same one would wait for each other.
    const profile = `-env:UserInstallation=${pathToFileURL(path.join(folder, "profile")).href}`;
    const reading = filter === undefined ? [] : [`--infilter=${filter}`];
    await run([profile, "--headless", ...reading, "--convert-to", to, "--outdir", made, ...files]);
    const read = (name: string) => readFileSync(path.join(made, `${path.parse(name).name}.${extension}`), "utf8");
    return Object.fromEntries(Object.keys(texts).map((name) => [name, read(name)]));
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const PATIENCE_MS = 50_000;

function run(args: readonly string[]): Promise<void> {
  // It starts processes of its own, which are a group to end together.
  const child = spawn(NAME, args, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const patience = setTimeout(() => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  }, PATIENCE_MS);
  return new Promise((resolve, reject) => {
    child.once("error", (error) => {
      clearTimeout(patience);
      reject(error);
    });
    child.once("close", (code, signal) => {
      clearTimeout(patience);
      if (code === 0) resolve();
      else reject(new Error(`${NAME} ended with ${code ?? signal}: ${said}`));
    });
  });
}

/** The cells of the one sheet of a flat OpenDocument spreadsheet. */
function cellsOf(sheet: string): OfficeCell[][] {
  return [...sheet.matchAll(/<table:table-row([^>]*?)(?:\/>|>(.*?)<\/table:table-row>)/gs)].flatMap(
    ([, attributes = "", content = ""]) => {
      const cells = [...content.matchAll(/<table:table-cell([^>]*?)(?:\/>|>(.*?)<\/table:table-cell>)/gs)].flatMap(
        ([, own = "", inside = ""]) => repeated(cellOf(own, inside), own, "columns"),
      );
      return repeated(cells, attributes, "rows");
    },
  );
}

function cellOf(attributes: string, inside: string): OfficeCell {
  const type = attributeOf(attributes, "office:value-type") ?? "empty";
  const value = ["office:value", "office:date-value", "office:boolean-value"]
    .map((name) => attributeOf(attributes, name))
    .find((one) => one !== undefined);
  return { type, value: value ?? textOf(inside), formula: attributeOf(attributes, "table:formula") };
}

/** Paragraphs are the lines of a text. */
const textOf = (inside: string): string =>
  [...inside.matchAll(/<text:p(?:\/>|>(.*?)<\/text:p>)/gs)]
    .map(([, line = ""]) =>
      plain(
        line
          .replaceAll(/<text:s(?: text:c="(\d+)")?\/>/g, (_, count: string | undefined) =>
            " ".repeat(Number(count ?? 1)),
          )
          .replaceAll("<text:tab/>", "\t")
          .replaceAll(/<[^>]*>/g, ""),
      ),
    )
    .join("\n");

function repeated<One>(one: One, attributes: string, what: "columns" | "rows"): One[] {
  const count = Number(attributeOf(attributes, `table:number-${what}-repeated`) ?? 1);
  // A sheet is filled up to its end with rows and columns of nothing.
  return Array.from({ length: Math.min(count, 1000) }, () => one);
}

function attributeOf(attributes: string, name: string): string | undefined {
  const value = new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1];
  return value === undefined ? undefined : plain(value);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

const plain = (xml: string): string =>
  xml.replaceAll(/&(?:#(\d+)|(\w+));/g, (_, code: string | undefined, name = "") =>
    code === undefined ? (ENTITIES[name] ?? "") : String.fromCodePoint(Number(code)),
  );
