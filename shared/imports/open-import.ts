import { createHash } from "node:crypto";
import type { Ledger } from "../ledger/ledger.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { ByteRange, Clock, Log, ObjectStore, Queue, StoredObject } from "../ports.ts";
import { derivedKey } from "../records/derived-key.ts";
import { type ImportJob, importJob } from "../records/import-job.ts";
import { program, programPlace } from "../records/program.ts";
import { type Drop, planKey, readDropKey, sourceKey } from "./drop.ts";
import { detectDelimiter, detectEncoding, type Encoding, toUtf8, utf8Check } from "./encoding.ts";
import { FileProblem, type Warning } from "./file-problem.ts";
import { findJob, isOver } from "./import-jobs.ts";
import { nextMessage } from "./import-part.ts";
import type { ImportMessage } from "./import-message.ts";
import { importTypes, typeOf } from "./import-types.ts";
import { readPlan } from "./outcomes.ts";
import { type Plan, planImport, takesTurn } from "./plan.ts";
import { UnreadableRest } from "./read-records.ts";
import { uploadStream } from "../upload-stream.ts";

/** Enough to tell an encoding and hold any sensible header line. */
const HEAD: ByteRange = { from: 0, to: 64 * 1024 };

export interface OpenImportDependencies {
  readonly ledger: Ledger;
  readonly uploads: ObjectStore;
  readonly imports: Queue<ImportMessage>;
  readonly mail: Queue<MailMessage>;
  readonly clock: Clock;
  readonly log: Log;
  /** Rows of one part, where it is not the usual number. */
  readonly partRows?: number;
}

/** An object that appeared in the upload bucket. `sequencer` tells one put of a key from the next. */
export interface DroppedObject {
  readonly key: string;
  readonly etag: string;
  readonly sequencer: string;
}

/**
 * Checks a dropped file, plans its parts and sets them going. The notification of one put always leads to the same job,
 * so that a repeated one finishes what the first began.
 */
export const openImport = (deps: OpenImportDependencies) => async (object: DroppedObject) => {
  // What a console calls a folder is an empty object of that name.
  if (object.key.endsWith("/")) return;
  const drop = readDropKey(object.key);
  const reason = drop === undefined ? "the path names no program" : await missingProgram(deps, drop);
  if (drop === undefined || reason !== undefined) {
    deps.log.warn("import.not_placed", { reason: reason ?? "" });
    await deps.mail.send([{ mail: "file-not-placed", source: object.key, reason: reason ?? "" }]);
    return;
  }
  const job = await openJob(deps, drop, object);
  if (job.status === "failed") return tellRefused(deps, job);
  if (isOver(job)) return;
  // The file may have been replaced since it was planned: what was begun goes on with its own copy.
  if (job.status === "running") return sendFirst(deps, job, await readPlan(deps.uploads, job.program, job.key));
  try {
    const opened = await planFile(deps, job, drop, object);
    await start(deps, job, opened);
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    await refuse(deps, job, error);
  }
};

async function missingProgram({ ledger }: OpenImportDependencies, drop: Drop): Promise<string | undefined> {
  const [found] = await ledger.read(program, [programPlace(drop.program)]);
  return found === undefined ? `there is no program "${drop.program}"` : undefined;
}

async function openJob(
  { ledger, clock }: OpenImportDependencies,
  drop: Drop,
  object: DroppedObject,
): Promise<ImportJob> {
  const key = derivedKey("imp_", object.key, object.sequencer, object.etag);
  const now = clock();
  const job: ImportJob = {
    program: drop.program,
    key,
    type: drop.type,
    source: object.key,
    filename: drop.filename,
    sha256: null,
    bytes: 0,
    status: "queued",
    reason_code: null,
    reason: null,
    options: {
      disable_triggers: drop.disableTriggers,
      send_invites: false,
      dry_run: false,
      error_policy: "import_good_rows",
    },
    rows: { total: 0, processed: 0, created: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0 },
    warnings: [],
    started_at: null,
    finished_at: null,
    requested_by: "bucket",
    parts: 0,
    parts_done: 0,
    created_at: now,
    updated_at: now,
  };
  if (await ledger.commit({ mark: key, changes: [{ declaration: importJob, after: job }] })) return job;
  return (await findJob(ledger, drop.program, key))?.record ?? job;
}

interface Opened {
  readonly plan: Plan;
  readonly sha256: string;
  readonly bytes: number;
  readonly warnings: readonly Warning[];
}

async function planFile(
  { uploads, partRows }: OpenImportDependencies,
  job: ImportJob,
  drop: Drop,
  object: DroppedObject,
): Promise<Opened> {
  const type = typeOf(drop.type);
  if (type === undefined) {
    throw new FileProblem(
      "unknown_type",
      `"${drop.type ?? ""}" is not a type of file. Drop it below one of: ${Object.keys(importTypes).join(", ")}.`,
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
  const plan = await planImport(open, { delimiter, bytes, layout: type.layout, type: drop.type ?? "", partRows }).catch(
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
const unquoted = (etag: string): string => etag.replaceAll('"', "");

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

async function start(
  deps: OpenImportDependencies,
  job: ImportJob,
  { plan, sha256, bytes, warnings }: Opened,
): Promise<void> {
  const { ledger, uploads, clock } = deps;
  await uploads.put(planKey(job.program, job.key), JSON.stringify(plan), { type: "application/json" });
  const first = plan.parts.filter((part) => takesTurn(part, 1));
  const second = plan.parts.filter((part) => takesTurn(part, 2));
  await ledger.advance(importJob, job, {
    set: {
      status: "running",
      sha256,
      bytes,
      warnings: warnings.map(({ code, message }) => ({ code, message })),
      rows: { ...job.rows, total: plan.rows },
      parts: first.length + second.length,
      started_at: clock(),
    },
    // A repeated opening must not set back the counts of parts that are done.
    when: { equals: { status: "queued" } },
  });
  await sendFirst(deps, job, plan);
}

async function sendFirst(
  { imports }: OpenImportDependencies,
  { program: owner, key }: ImportJob,
  plan: Plan | undefined,
): Promise<void> {
  if (plan === undefined) throw new Error(`the plan of import ${key} is not there`);
  const first = plan.parts.filter((part) => takesTurn(part, 1));
  const messages = first.map((part): ImportMessage => ({ step: "part", program: owner, key, turn: 1, part }));
  await imports.send(messages.length > 0 ? messages : [nextMessage(plan, owner, key, -1)]);
}

async function refuse(deps: OpenImportDependencies, job: ImportJob, problem: FileProblem): Promise<void> {
  const { ledger, clock, log } = deps;
  const now = clock();
  const refused = await ledger.advance(importJob, job, {
    set: { status: "failed", reason_code: problem.code, reason: problem.message, finished_at: now, updated_at: now },
    when: { equals: { status: "queued" } },
  });
  // Another delivery of the notification has begun the import, before the file was replaced.
  if (!refused) return;
  log.info("import.refused", { program: job.program, key: job.key, code: problem.code });
  await tellRefused(deps, job);
}

const tellRefused = ({ mail }: OpenImportDependencies, { program: owner, key }: ImportJob): Promise<void> =>
  mail.send([{ mail: "import-finished", program: owner, key }]);
