import type { Ledger } from "../ledger/ledger.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { Clock, Log, ObjectStore, Queue, Value } from "../ports.ts";
import { foreignCell } from "../records/bundle.ts";
import { type ImportJob, importJob, importWarnings, NO_EFFECTS } from "../records/import-job.ts";
import { settledDate } from "../records/loose-date.ts";
import { uploadStream } from "../upload-stream.ts";
import { csvLine } from "../write-csv.ts";
import type { Announcing } from "../webhooks/announce-changes.ts";
import { announceEnd } from "../webhooks/announce-end.ts";
import { advanceArchive } from "./advance-archive.ts";
import { cellText } from "./cell-text.ts";
import { dateCells } from "./date-cells.ts";
import { errorsKey } from "./drop.ts";
import { fewWarnings } from "./few-warnings.ts";
import type { Warning } from "./file-problem.ts";
import { ERROR_COLUMNS, type Header, ownNames } from "./header.ts";
import { isOver, loadJob } from "./import-jobs.ts";
import type { ImportMessage } from "./import-message.ts";
import { typeOf } from "./import-types.ts";
import { readOutcomes, readPlan } from "./outcomes.ts";
import type { Plan } from "./plan.ts";
import { loadSetup } from "./program-setup.ts";
import { sendFirst, startImporting } from "./start-import.ts";

export interface CloseImportDependencies extends Announcing {
  readonly ledger: Ledger;
  readonly uploads: ObjectStore;
  readonly imports: Queue<ImportMessage>;
  readonly mail: Queue<MailMessage>;
  readonly clock: Clock;
  readonly log: Log;
}

type CloseMessage = Extract<ImportMessage, { step: "close" }>;

/** Ends an import whose parts are all done: error file, status, mail. A file that was checked and may be imported goes on instead. */
export const closeImport = (deps: CloseImportDependencies) => async (message: CloseMessage) => {
  const { ledger, uploads, imports, mail, log } = deps;
  const { record: job } = await loadJob(ledger, message.program, message.key);
  if (!isOver(job)) {
    const plan = await readPlan(uploads, job.program, job.key);
    if (plan === undefined) throw new Error(`the plan of import ${job.key} is not there`);
    // The check was closed before, and perhaps not every part has been sent for: parts that are done stay done.
    if (job.phase !== message.phase) return sendFirst(imports, job, plan);
    requireAllRows(job);
    const end = endOf(job);
    if (end === undefined) return startImporting(deps, job, plan);
    if (job.rows.failed > 0)
      await uploadStream(uploads, errorsKey(job.program, job.key), errorFile(deps, job, plan), "text/csv");
    await finish(deps, job, end);
    log.info("import.finished", { program: job.program, key: job.key, status: end.status, ...job.rows });
  }
  await mail.send([{ mail: "import-finished", program: message.program, key: message.key }]);
  await announceEnd(deps, "import", message);
  if (job.archive_key !== null) await advanceArchive(deps, job.program, job.archive_key);
};

function requireAllRows({ key, rows }: ImportJob): void {
  const told = rows.created + rows.updated + rows.unchanged + rows.skipped + rows.failed;
  if (told !== rows.total || rows.processed !== rows.total) {
    throw new Error(`import ${key} has ${rows.total} rows but tells of ${told}`);
  }
}

/** How an import ends, given what became of its rows; `isHeldBack` when good rows were not imported. */
interface End {
  readonly status: "completed" | "failed" | "canceled";
  readonly code: string | null;
  readonly reason: string | null;
  readonly isHeldBack: boolean;
}

/** Undefined when the file was only checked, and may be imported. */
function endOf(job: ImportJob): End | undefined {
  const { cancel_requested_at, options, phase, rows } = job;
  const isChecked = phase === "check" && !options.dry_run;
  if (cancel_requested_at !== null) {
    return { status: "canceled", code: "canceled", reason: job.reason, isHeldBack: isChecked };
  }
  if (!isChecked) return { status: "completed", code: null, reason: null, isHeldBack: false };
  const limit = options.error_policy === "all_or_nothing" ? 0 : (options.stop_above_percent ?? 0);
  if (rows.failed * 100 <= limit * rows.total) return undefined;
  const bound = limit === 0 ? "none does" : `at most ${limit} % do`;
  return {
    status: "failed",
    code: "rows_failed",
    reason:
      `${rows.failed} of ${rows.total} rows would fail, and the file was to be imported only if ${bound}. ` +
      "Nothing of it was imported. Mend the rows in the error file and import the whole file again.",
    isHeldBack: true,
  };
}

async function finish({ ledger, clock }: CloseImportDependencies, job: ImportJob, end: End): Promise<void> {
  const { status, code: reason_code, reason, isHeldBack } = end;
  const { created, updated, skipped } = job.rows;
  const now = clock();
  const heldBack = {
    rows: { ...job.rows, created: 0, updated: 0, skipped: skipped + created + updated },
    effects: NO_EFFECTS,
    reward_amounts: {},
  };
  await ledger.advance(importJob, job, {
    set: {
      status,
      reason_code,
      reason,
      finished_at: now,
      updated_at: now,
      warnings: await warningsOf(ledger, job),
      ...(isHeldBack && heldBack),
    },
    when: { equals: { status: "running" } },
  });
}

async function* errorFile(
  { ledger, uploads }: CloseImportDependencies,
  job: ImportJob,
  plan: Plan,
): AsyncGenerator<Uint8Array> {
  const { header, delimiter } = plan;
  const names = ownNames(header.names);
  const filling = new Set(header.fills?.map(({ cell }) => cell));
  // A header that is known is no formula, and would not be known behind a guard.
  const isKnown = (at: number) => typeof header.columns[at] === "string" || filling.has(at);
  const first = names.map((name, at) => (isKnown(at) ? name : foreignCell(name)));
  yield Buffer.from(csvLine([...first, ...ERROR_COLUMNS], delimiter));
  const settled = await dateSettler(ledger, job, header);
  for await (const outcomes of readOutcomes(uploads, job, plan)) {
    const lines = outcomes
      .filter(({ outcome }) => outcome === "failed")
      .map(({ row, column, code, message, hint, cells = [] }) => {
        // A row of too many cells keeps them all, for its owner to find the separator too many.
        const width = cells.length > header.names.length ? cells.length : names.length;
        const own = Array.from({ length: width }, (_, at) => foreignCell(settled(cells[at] ?? "", at)));
        return csvLine([...own, String(row), column ?? "", code ?? "", message ?? "", hint ?? ""], delimiter);
      });
    yield Buffer.from(lines.join(""));
  }
}

/**
 * Dates that were read by the order of the whole file's dates are written out: the failed rows by themselves may not
 * tell it.
 */
async function dateSettler(ledger: Ledger, job: ImportJob, header: Header) {
  const { dateOrder } = header;
  const type = typeOf(job.type);
  if (dateOrder === undefined || type === undefined) return (cell: string) => cell;
  const { columns } = type.layoutOf(await loadSetup(ledger, job.program));
  const dates = new Set(dateCells(header, columns).map(({ cell }) => cell));
  return (cell: string, at: number) => (dates.has(at) ? (settledDate(cellText(cell), dateOrder) ?? cell) : cell);
}

/** What was told of the file and of its parts, each once. */
async function warningsOf(ledger: Ledger, job: ImportJob): Promise<Value[]> {
  // Those of the file are few already, and come first.
  const told: Warning[] = [];
  for await (const { warnings } of ledger.moves(importJob, job, `done#${job.phase}#`))
    told.push(...importWarnings.parse(warnings));
  const own = new Set(job.warnings.map(({ message }) => message));
  const ofRows = fewWarnings(told.filter(({ message }) => !own.has(message)));
  return [...job.warnings, ...ofRows].map(({ code, message }) => ({ code, message }));
}
