import { createHash } from "node:crypto";
import type { Ledger } from "../ledger/ledger.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { Clock, ObjectStore, Queue } from "../ports.ts";
import { readAll } from "../read-all.ts";
import { type ImportJob, importJob } from "../records/import-job.ts";
import { uploadStream } from "../upload-stream.ts";
import type { Announcing } from "../webhooks/announce-changes.ts";
import { advanceArchive, childrenOf } from "./advance-archive.ts";
import { type ArchivePlan, planArchive } from "./archive-files.ts";
import { BUCKET_ACTOR } from "../access/audited.ts";
import { archivedKey, ARCHIVE, childKey, safeFilename, uploadKey } from "./drop.ts";
import { FileProblem, type Warning } from "./file-problem.ts";
import { isOver, loadJob, newImportJob } from "./import-jobs.ts";
import { type DroppedObject, openDropped } from "./prepare-file.ts";
import { extract, readDirectory, type ReadRange } from "./zip-reader.ts";

interface Dependencies extends Announcing {
  readonly ledger: Pick<Ledger, "advance" | "commit" | "read">;
  readonly uploads: ObjectStore;
  readonly mail: Queue<MailMessage>;
  readonly clock: Clock;
}

/**
 * Opens the import of a ZIP archive: unpacks its files, makes an import of each and begins the first. False for a file
 * that is no archive and was not dropped as one. Throws a {@link FileProblem} for one that cannot be imported.
 */
export async function openArchive(deps: Dependencies, job: ImportJob, object: DroppedObject): Promise<boolean> {
  // An archive in an archive is a file like any other, which is to say a broken one.
  if (job.archive_key !== null) return false;
  const isMeant = job.type === ARCHIVE;
  const { bytes, body } = await openDropped(deps.uploads, object, { from: 0, to: 4 });
  const read: ReadRange = async (range) => (await openDropped(deps.uploads, object, range)).body;
  const all = (await isZip(body)) ? await readDirectory(read, bytes) : undefined;
  if (all === undefined && isMeant)
    throw new FileProblem("bad_archive", "The file is not a whole ZIP archive. Make it again, and drop that.");
  if (all === undefined) return false;
  // Who asked for an import of one type was allowed that type.
  const only = isMeant || job.requested_by === BUCKET_ACTOR.id ? null : job.type;
  const plan = planArchive(all, { folderType: isMeant ? null : job.type, only });
  for (const [at, { file }] of plan.files.entries()) {
    await uploadStream(deps.uploads, archivedKey(job.program, job.key, at), extract(read, file), "text/csv");
  }
  const sha256 = await hashOf((await openDropped(deps.uploads, object)).body);
  await makeChildren(deps, job, plan);
  await begin(deps, job, plan, { bytes, sha256, type: only ?? ARCHIVE });
  return true;
}

async function isZip(body: AsyncIterable<Uint8Array>): Promise<boolean> {
  // The first file's header, or the end of an archive without files.
  return ["504b0304", "504b0506"].includes((await readAll(body)).toString("hex"));
}

async function hashOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of body) hash.update(chunk);
  return hash.digest("hex");
}

async function makeChildren(
  { ledger, clock }: Dependencies,
  archive: ImportJob,
  { files }: ArchivePlan,
): Promise<void> {
  const { program, options, requested_by, key: archive_key } = archive;
  const now = clock();
  for (const [at, { type, file }] of files.entries()) {
    const key = childKey(archive_key, at);
    const filename = safeFilename(file.name.split("/").at(-1) ?? "");
    const source = uploadKey(program, type, key, filename);
    const asked = { program, key, type, source, filename, options, requested_by, status: "awaiting_upload" } as const;
    // In a list of the newest first, the file whose turn is first stands last.
    const child = { ...newImportJob(asked, now + at), archive_key };
    // Refused when an earlier attempt made it.
    await ledger.commit({ mark: key, changes: [{ declaration: importJob, after: child }] });
  }
}

const DRY_ALONE: Warning = {
  code: "dry_run_alone",
  message:
    "In a dry run each file is held against what is stored now: rows that refer to rows of another file of the archive may be told as failed.",
};

async function begin(
  deps: Dependencies,
  job: ImportJob,
  { files, warnings }: ArchivePlan,
  { bytes, sha256, type }: { bytes: number; sha256: string; type: string },
): Promise<void> {
  const now = deps.clock();
  const isBegun = await deps.ledger.advance(importJob, job, {
    set: {
      status: "running",
      type,
      bytes,
      sha256,
      warnings: [...warnings, ...(job.options.dry_run && files.length > 1 ? [DRY_ALONE] : [])].map(
        ({ code, message }) => ({ code, message }),
      ),
      parts: files.length,
      started_at: now,
      updated_at: now,
    },
    when: { equals: { status: "queued" } },
  });
  if (!isBegun && isOver((await loadJob(deps.ledger, job.program, job.key)).record)) {
    // Canceled while it was unpacked, when nobody knew of its files yet.
    const set = { status: "canceled", reason_code: "canceled", reason: "Its archive was canceled.", finished_at: now };
    for (const child of await childrenOf(deps.ledger, { ...job, parts: files.length }))
      await deps.ledger.advance(importJob, child, { set, when: { equals: { status: "awaiting_upload" } } });
    return;
  }
  await advanceArchive(deps, job.program, job.key);
}
