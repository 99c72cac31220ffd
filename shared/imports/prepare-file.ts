import { createHash } from "node:crypto";
import type { Ledger } from "../ledger/ledger.ts";
import type { ByteRange, ObjectStore, StoredObject } from "../ports.ts";
import type { ImportJob } from "../records/import-job.ts";
import type { Trigger } from "../records/trigger.ts";
import { uploadStream } from "../upload-stream.ts";
import { sourceKey } from "./drop.ts";
import { detectDelimiter, detectEncoding, type Encoding, toUtf8, utf8Check } from "./encoding.ts";
import { FileProblem, type Warning } from "./file-problem.ts";
import { importTypes, typeOf } from "./import-types.ts";
import { type Plan, planImport } from "./plan.ts";
import { loadSetup } from "./program-setup.ts";
import { UnreadableRest } from "./read-records.ts";
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
  let encoding = detectEncoding(await readHead(await openDropped(uploads, object, HEAD)));
  const { sha256, bytes, isUtf8 } = await examine(await openDropped(uploads, object));
  if (encoding === "utf-8" && !isUtf8) encoding = "windows-1252";
  const working = sourceKey(job.program, job.key);
  await makeWorkingCopy(uploads, object, working, encoding);

  const workingHead = new TextDecoder().decode(await readHead(await openWorking(uploads, working, HEAD)));
  const delimiter = detectDelimiter(/^[^\r\n]*/.exec(workingHead.replace(/^[\r\n]+/, ""))?.[0] ?? "");
  const open = async (from: number) =>
    (await openWorking(uploads, working, { from, to: Number.MAX_SAFE_INTEGER })).body;
  const layout = type.layoutOf(await loadSetup(ledger, job.program));
  const inOrder = dependOnOrder(triggers, type.declaration.kind) ? "every row" : undefined;
  const plan = await planImport(open, { delimiter, bytes, layout, type: job.type ?? "", partRows, inOrder }).catch(
    (error: unknown) => {
      if (!(error instanceof UnreadableRest)) throw error;
      throw new FileProblem(
        "not_csv",
        `Over a thousand records up to line ${error.line} cannot be read as CSV. Check the quotes and the separator.`,
      );
    },
  );
  return { plan, sha256, bytes, warnings: [...repairs(encoding, delimiter), ...plan.header.warnings] };
}

async function openWorking(uploads: ObjectStore, key: string, range: ByteRange): Promise<StoredObject> {
  const object = await uploads.get(key, range);
  if (object === undefined) throw new Error(`object ${key} is not there`);
  return object;
}

/** The dropped file as it was announced. */
async function openDropped(
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
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const head = Buffer.concat(chunks);
  if (head.length === 0)
    throw new FileProblem("empty_file", "The file is empty. Drop one with a header line and rows.");
  return head;
}

async function examine({ body }: StoredObject) {
  const hash = createHash("sha256");
  const check = utf8Check();
  let bytes = 0;
  let isUtf8 = true;
  for await (const chunk of body) {
    hash.update(chunk);
    bytes += chunk.length;
    isUtf8 &&= check(chunk);
  }
  return { sha256: hash.digest("hex"), bytes, isUtf8: isUtf8 && check(undefined) };
}

/** The import reads a copy of its own: whatever happens to the dropped file, every part sees the same bytes. */
async function makeWorkingCopy(
  uploads: ObjectStore,
  object: DroppedObject,
  working: string,
  encoding: Encoding,
): Promise<void> {
  if (encoding === "utf-8") {
    if (await uploads.copy(object.key, working, object.etag)) return;
    throw replaced();
  }
  const { body } = await openDropped(uploads, object);
  await uploadStream(uploads, working, toUtf8(body, encoding), "text/csv");
}

function repairs(encoding: Encoding, delimiter: string): Warning[] {
  const found: Warning[] = [];
  if (encoding !== "utf-8")
    found.push({ code: "encoding", message: `The file was read as ${encoding}. UTF-8 is the safer choice.` });
  if (delimiter !== ",")
    found.push({
      code: "delimiter",
      message: `Columns are separated by ${delimiter === "\t" ? "tabs" : "semicolons"}.`,
    });
  return found;
}
