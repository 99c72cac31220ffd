import type { Ledger } from "../ledger/ledger.ts";
import type { Clock, NewKey, Table, UploadForm, UploadLinkSigner } from "../ports.ts";
import { auditEntry } from "../records/audit-entry.ts";
import { type ImportJob, importJob, importPlace } from "../records/import-job.ts";
import { audited, type ProgramDoer } from "../access/audited.ts";
import { safeFilename, uploadKey } from "./drop.ts";
import { newImportJob } from "./import-jobs.ts";
import { type AskedOptions, BadOption, optionsOf } from "./import-options.ts";

/** The largest file that an upload form takes. */
export const MAX_UPLOAD_BYTES = 1024 ** 3;

const UPLOAD_MINUTES = 15;

interface Dependencies {
  readonly table: Pick<Table, "get">;
  readonly ledger: Pick<Ledger, "commit" | "read">;
  readonly uploadLinks: UploadLinkSigner;
  readonly clock: Clock;
  readonly newKey: NewKey;
}

/** When the upload form of an import that waits for its file closes; null for any other import. */
export const uploadExpiresAt = ({ status, archive_key, created_at }: ImportJob): number | null =>
  status === "awaiting_upload" && archive_key === null ? created_at + UPLOAD_MINUTES * 60_000 : null;

/** An import as asked for. */
export interface AskedImport {
  readonly type: string;
  readonly filename: string;
  /** The size of the file, where it is known. */
  readonly bytes: number | undefined;
  readonly options: AskedOptions;
}

/** An import that waits for its file, and how to upload it. */
export interface CreatedImport {
  readonly job: ImportJob;
  readonly upload: UploadForm & {
    readonly method: "POST";
    readonly max_bytes: number;
    /** Epoch milliseconds. */
    readonly expires_at: number;
  };
}

/** Makes the job of an import and an upload form for its file: bound to the job, the size and some minutes. */
export async function createImport(
  { table, ledger, uploadLinks, clock, newKey }: Dependencies,
  doer: ProgramDoer,
  { type, filename: given, bytes: max_bytes = MAX_UPLOAD_BYTES, options: asked }: AskedImport,
): Promise<CreatedImport | BadOption> {
  const { program } = doer;
  const options = await optionsOf(table, program, asked);
  if (options instanceof BadOption) return options;
  const now = clock();
  const key = newKey("imp_");
  const filename = safeFilename(given);
  const source = uploadKey(program, type, key, filename);
  const job = newImportJob(
    { program, key, type, source, filename, status: "awaiting_upload", options, requested_by: doer.id },
    now,
  );
  const form = await uploadLinks.form(source, { maxBytes: max_bytes, minutes: UPLOAD_MINUTES });
  const changes = [
    { declaration: importJob, after: job },
    { declaration: auditEntry, after: audited(job, { action: "import.created", actor: doer, at: now }) },
  ];
  if (!(await ledger.commit({ mark: key, changes }))) {
    // Made by an attempt at this very request, whose answer was lost.
    const [before] = await ledger.read(importJob, [importPlace(program, key)]);
    if (before === undefined) throw new Error(`import ${key} can neither be made nor found`);
  }
  return { job, upload: { method: "POST", ...form, max_bytes, expires_at: now + UPLOAD_MINUTES * 60_000 } };
}
