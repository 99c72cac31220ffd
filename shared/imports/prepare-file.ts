import { createHash } from "node:crypto";
import type { Ledger } from "../ledger/ledger.ts";
import type { ByteRange, ObjectStore, StoredObject } from "../ports.ts";
import { readAll } from "../read-all.ts";
import type { ImportJob } from "../records/import-job.ts";
import type { Trigger } from "../records/trigger.ts";
import { uploadStream } from "../upload-stream.ts";
import { sourceKey } from "./drop.ts";
import type { Columns } from "../records/column.ts";
import type { DateOrder } from "../records/loose-date.ts";
import { cellText } from "./cell-text.ts";
import { dateCells } from "./date-cells.ts";
import { detectEncoding, detectSeparator, type Encoding, toUtf8, utf8Check } from "./encoding.ts";
import { FileProblem, type Warning } from "./file-problem.ts";
import { gunzip, isGzip } from "./gunzip.ts";
import type { Header } from "./header.ts";
import { importTypes, typeOf } from "./import-types.ts";
import { type Plan, planImport } from "./plan.ts";
import { loadSetup } from "./program-setup.ts";
import { readRecords, UnreadableRest } from "./read-records.ts";
import { dependOnOrder } from "./row-effects.ts";

/** Enough to tell an encoding and hold any sensible header line. */
const HEAD: ByteRange = { from: 0, to: 64 * 1024 };

interface PrepareFileDependencies {
  readonly ledger: Ledger;
  readonly uploads: ObjectStore;
  /** Rows of one part, where it is not the usual number. */
  readonly partRows?: number;
}

/** An object that appeared in the upload bucket. `sequencer` tells one put of a key from the next. */
export interface DroppedObject {
  readonly key: string;
  readonly etag: string;
  readonly sequencer: string;
}

/** A file that is ready to be imported: its working copy is there, its rows are counted and cut into parts. */
export interface PreparedFile {
  readonly plan: Plan;
  readonly sha256: string;
  readonly bytes: number;
  readonly warnings: readonly Warning[];
}

/** Makes the working copy of a dropped file and plans its parts. Throws a {@link FileProblem} when it can never be imported. */
export async function prepareFile(
  { ledger, uploads, partRows }: PrepareFileDependencies,
  job: ImportJob,
  object: DroppedObject,
  triggers: readonly Trigger[],
): Promise<PreparedFile> {
  const type = typeOf(job.type);
  if (type === undefined) {
    throw new FileProblem(
      "unknown_type",
      `"${job.type ?? ""}" is not a type of file. Drop it below one of: ${Object.keys(importTypes).join(", ")}.`,
    );
  }
  const start = await readHead(await openDropped(uploads, object, HEAD));
  const isPacked = isGzip(start);
  // What is no text at all is refused before the whole of it is read.
  if (!isPacked) detectEncoding(start);
  const { sha256, bytes, text, textBytes, hasZeros, byBytes } = await examine(
    await openDropped(uploads, object),
    isPacked,
  );
  if (textBytes === 0) throw emptyFile();
  const detected = detectEncoding(text);
  const encoding = detected === "utf-8" ? byBytes : detected;
  const head = await decoded(text, encoding);
  const { delimiter, line } = detectSeparator(head);
  const working = sourceKey(job.program, job.key);
  const isPlain = encoding === "utf-8" && !isPacked && line === 0 && !hasZeros;
  const zeros = isPlain
    ? await copyAsIs(uploads, object, working)
    : await makeWorkingCopy(uploads, object, working, { isPacked, encoding, separatorLine: line });

  const open = async (from: number) =>
    (await openWorking(uploads, working, { from, to: Number.MAX_SAFE_INTEGER })).body;
  const layout = type.layoutOf(await loadSetup(ledger, job.program));
  const plan = await planImport(open, {
    delimiter,
    bytes: textBytes,
    layout,
    type: job.type ?? "",
    partRows,
    inOrder: dependOnOrder(triggers, type.declaration.kind) ? "every row" : undefined,
  }).catch((error: unknown) => {
    if (!(error instanceof UnreadableRest)) throw error;
    throw new FileProblem(
      "not_csv",
      `Over a thousand records up to line ${error.line} cannot be read as CSV. Check the quotes and the separator.`,
    );
  });
  const dateOrder = await dateOrderIn(Buffer.from(head.slice(line)), delimiter, plan.header, layout.columns);
  const header: Header = {
    ...plan.header,
    ...(dateOrder !== undefined && { dateOrder }),
    decimalCommas: delimiter !== ",",
  };
  return {
    plan: { ...plan, header },
    sha256,
    bytes,
    warnings: [...repairs({ isPacked, encoding, zeros, delimiter }), ...header.warnings],
  };
}

async function openWorking(uploads: ObjectStore, key: string, range: ByteRange): Promise<StoredObject> {
  const object = await uploads.get(key, range);
  if (object === undefined) throw new Error(`object ${key} is not there`);
  return object;
}

/** The dropped file as it was announced. */
export async function openDropped(
  uploads: ObjectStore,
  { key, etag }: DroppedObject,
  range?: ByteRange,
): Promise<StoredObject> {
  const object = await uploads.get(key, range);
  if (object === undefined)
    throw new FileProblem("file_gone", "The file was removed before it could be read. Drop it again.");
  if (unquoted(object.etag) !== unquoted(etag)) throw replaced();
  return object;
}

// Notifications leave the quotes of an entity tag out.
export const unquoted = (etag: string): string => etag.replaceAll('"', "");

const replaced = () =>
  new FileProblem(
    "file_replaced",
    "The file was replaced or removed before it could be read. The newer file has a job of its own.",
  );

async function readHead({ body }: StoredObject): Promise<Uint8Array> {
  const head = await readAll(body);
  if (head.length === 0) throw emptyFile();
  return head;
}

const emptyFile = () => new FileProblem("empty_file", "The file is empty. Drop one with a header line and rows.");

/** Reads the whole file once: its hash and bytes as it was dropped; of its text, unpacked, the first bytes and the rest's encoding. */
async function examine({ body }: StoredObject, isPacked: boolean) {
  const hash = createHash("sha256");
  let bytes = 0;
  async function* counted() {
    for await (const chunk of body) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  const check = utf8Check();
  const head: Uint8Array[] = [];
  let textBytes = 0;
  let hasZeros = false;
  for await (const chunk of isPacked ? gunzip(counted()) : counted()) {
    check.take(chunk);
    if (textBytes < HEAD.to) head.push(chunk.slice(0, HEAD.to - textBytes));
    textBytes += chunk.length;
    hasZeros ||= chunk.includes(0);
  }
  return {
    hasZeros,
    sha256: hash.digest("hex"),
    bytes,
    text: Buffer.concat(head),
    textBytes,
    byBytes: check.encoding(),
  };
}

async function decoded(head: Uint8Array, encoding: Encoding): Promise<string> {
  return (await readAll(toUtf8(once(head), encoding))).toString("utf8");
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** The import reads a copy of its own: whatever happens to the dropped file, every part sees the same bytes. */
async function copyAsIs(uploads: ObjectStore, { key, etag }: DroppedObject, working: string): Promise<number> {
  if (await uploads.copy(key, working, etag)) return 0;
  throw replaced();
}

/**
 * A copy in plain UTF-8. A line that only names the separator is left as an empty one, so that lines count as in the
 * file; characters of code zero, which nobody can see or mend, are left out. Gives how many these were.
 */
async function makeWorkingCopy(
  uploads: ObjectStore,
  object: DroppedObject,
  working: string,
  { isPacked, encoding, separatorLine }: { isPacked: boolean; encoding: Encoding; separatorLine: number },
): Promise<number> {
  const { body } = await openDropped(uploads, object);
  const unpacked = isPacked ? gunzip(body) : body;
  const text = encoding === "utf-8" ? unpacked : toUtf8(unpacked, encoding);
  let zeros = 0;
  async function* withoutZeros() {
    for await (const chunk of withoutFirst(text, separatorLine)) {
      const kept = chunk.includes(0) ? chunk.filter((byte) => byte !== 0) : chunk;
      zeros += chunk.length - kept.length;
      yield kept;
    }
  }
  await uploadStream(uploads, working, withoutZeros(), "text/csv");
  return zeros;
}

/** Without so many bytes of its first line; a byte order mark before them goes with them. */
async function* withoutFirst(text: AsyncIterable<Uint8Array>, line: number): AsyncGenerator<Uint8Array> {
  let held: Buffer | undefined = line === 0 ? undefined : Buffer.alloc(0);
  const rest = (start: Buffer) => start.subarray(line + (start.subarray(0, BOM.length).equals(BOM) ? BOM.length : 0));
  for await (const chunk of text) {
    if (held === undefined) yield chunk;
    else {
      held = Buffer.concat([held, chunk]);
      if (held.length < line + BOM.length) continue;
      yield rest(held);
      held = undefined;
    }
  }
  if (held !== undefined) yield rest(held);
}

const BOM = Buffer.from("\ufeff");

/** How the file writes dates, if the cells near its beginning tell, and all tell the same. */
async function dateOrderIn(
  head: Uint8Array,
  delimiter: string,
  header: Header,
  declared: Columns,
): Promise<DateOrder | undefined> {
  const sources = dateCells(header, declared);
  if (sources.length === 0) return undefined;
  const found = new Set<DateOrder>();
  const open = async (from: number) => once(head.subarray(from));
  try {
    for await (const records of readRecords(open, { delimiter, from: 0, line: 1 })) {
      for (const { cells } of records) {
        for (const { cell, orderOf } of sources) {
          const order = orderOf(cellText(cells[cell]));
          if (order !== undefined) found.add(order);
        }
      }
    }
  } catch (error) {
    // What was found up to there counts all the same.
    if (!(error instanceof UnreadableRest)) throw error;
  }
  return found.size === 1 ? [...found][0] : undefined;
}

const SEPARATOR_NAMES: Readonly<Record<string, string>> = { ";": "semicolons", "\t": "tabs", "|": "upright strokes" };

const ENCODING_ADVICE: Readonly<Record<Exclude<Encoding, "utf-8">, string>> = {
  "utf-16le": "The file was read as utf-16le. UTF-8 is the safer choice.",
  "utf-16be": "The file was read as utf-16be. UTF-8 is the safer choice.",
  "windows-1252": "The file was read as windows-1252. UTF-8 is the safer choice.",
  mixed: "The file is UTF-8, but for some bytes that were read as windows-1252. UTF-8 throughout is the safer choice.",
};

function repairs({
  isPacked,
  encoding,
  zeros,
  delimiter,
}: {
  isPacked: boolean;
  encoding: Encoding;
  zeros: number;
  delimiter: string;
}): Warning[] {
  const found: Warning[] = [];
  if (isPacked) found.push({ code: "gzip", message: "The file was unpacked from a gzip archive." });
  if (encoding !== "utf-8") found.push({ code: "encoding", message: ENCODING_ADVICE[encoding] });
  if (zeros > 0) found.push({ code: "zero_characters", message: "Characters of code zero in the file were left out." });
  if (delimiter !== ",") {
    const name = SEPARATOR_NAMES[delimiter] ?? JSON.stringify(delimiter);
    found.push({ code: "delimiter", message: `Columns are separated by ${name}.` });
  }
  return found;
}
