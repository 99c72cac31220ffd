import { atOnce } from "../at-once.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { Clock, Log, ObjectStore, Queue } from "../ports.ts";
import { type ImportJob, importJob, type ImportStep, stepUndonePlace } from "../records/import-job.ts";
import type { Announcing } from "../webhooks/announce-changes.ts";
import { announceEnd } from "../webhooks/announce-end.ts";
import { loadJob } from "./import-jobs.ts";
import type { ImportMessage } from "./import-message.ts";
import { typeOf } from "./import-types.ts";
import { type KeptOutcome, readOutcomes, readPlan, type StoredPlan } from "./outcomes.ts";
import { markOf } from "./row-rule.ts";
import { advanceUndo } from "./undo-import.ts";
import { type DoneRow, namesOf, undoRows } from "./undo-row.ts";
import { stepsBackwards } from "./undo-steps.ts";
import { keepUndone, type UndoneRow } from "./undone-rows.ts";

export interface UndoPartDependencies extends Announcing {
  readonly ledger: Ledger;
  readonly uploads: ObjectStore;
  readonly imports: Queue<ImportMessage>;
  readonly mail: Queue<MailMessage>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Lanes of rows that are taken back at once. */
const LANES_AT_ONCE = 16;

/** How often rows are tried whose addresses or keys other rows of the same file have to give up first, or that others change meanwhile. */
const MOST_ROUNDS = 20;

const TAKEN = {
  result: "kept" as const,
  code: "taken_since",
  message: "An address or key that it had before belongs to another record by now",
};

/** Undoes one step of an import and sends for the one before it. Repeating it takes nothing back twice and counts nothing twice. */
export const undoPart = (deps: UndoPartDependencies) => async (message: Extract<ImportMessage, { step: "undo" }>) => {
  const { ledger, uploads, imports } = deps;
  const { record: job } = await loadJob(ledger, message.program, message.key);
  if (job.undo === null) return;
  const plan = await readPlan(uploads, job.program, job.key);
  if (plan === undefined) throw new Error(`the plan of import ${job.key} is not there`);
  const step = stepsBackwards(plan)[message.at];
  if (step === undefined) return finish(deps, job);
  if (!(await ledger.moved(stepUndonePlace(job.program, job.key, step)))) {
    const rows = await undoStep(deps, job, await doneRows(uploads, job, plan, step));
    await markUndone(deps, job, step, await keepUndone(uploads, job, step, rows));
  }
  await imports.send([{ ...message, at: message.at + 1 }]);
};

/** The rows of a step that have changed something, the last one first. */
async function doneRows(
  uploads: ObjectStore,
  job: ImportJob,
  plan: StoredPlan,
  { part, turn }: ImportStep,
): Promise<DoneRow[]> {
  const own = plan.parts.find((one) => one.part === part);
  if (own === undefined) return [];
  const waits = (row: number) => own.later === "all" || own.later.includes(row);
  const rows: DoneRow[] = [];
  for await (const outcomes of readOutcomes(uploads, job, { ...plan, parts: [own] })) {
    for (const one of outcomes) {
      if (!hasChanged(one) || waits(one.row) !== (turn === 2)) continue;
      rows.push({ ...one, mark: markOf(job, one.row) });
    }
  }
  return rows.toReversed();
}

const hasChanged = (one: KeptOutcome): one is KeptOutcome & { readonly key: string } =>
  one.key !== null && (one.outcome === "created" || one.outcome === "updated");

/** Rows that have something in common go one after the other, the last one first; others at once. Those in each other's way are tried again. */
async function undoStep(
  { ledger, clock }: UndoPartDependencies,
  job: ImportJob,
  rows: readonly DoneRow[],
): Promise<UndoneRow[]> {
  const type = typeOf(job.type);
  if (type === undefined) throw new Error(`import ${job.key} has the unknown type ${job.type}`);
  const deps = { ledger, program: job.program, declaration: type.declaration, now: clock() };
  const told = new Map<number, UndoneRow>();
  let open = rows;
  for (let round = 0; open.length > 0 && round < MOST_ROUNDS; round++) {
    await atOnce(round === 0 ? LANES_AT_ONCE : 1, lanesOf(open), async (lane) => {
      for (const ofRecord of runsOf(lane)) {
        const undone = await undoRows(deps, ofRecord);
        for (const one of undone) told.set(one.row, one);
        if (undone.length < ofRecord.length) return;
      }
    });
    const left = open.filter(({ row }) => !told.has(row));
    if (round > 0 && left.length === open.length) break;
    open = left;
  }
  return rows
    .map((row) => told.get(row.row) ?? { row: row.row, key: row.key, ...TAKEN })
    .toSorted((a, b) => a.row - b.row);
}

/** Rows of one lane have records, moved partners or limits in common; each lane goes backwards. */
function lanesOf(rows: readonly DoneRow[]): DoneRow[][] {
  const laneOf = new Map<string, DoneRow[]>();
  const lanes = new Set<DoneRow[]>();
  for (const row of rows) {
    const names = namesOf(row);
    const met = new Set(names.map((name) => laneOf.get(name)).filter((lane) => lane !== undefined));
    const [first = [], ...others] = met;
    lanes.add(first);
    for (const other of others) {
      first.push(...other);
      lanes.delete(other);
      for (const one of other) for (const name of namesOf(one)) laneOf.set(name, first);
    }
    first.push(row);
    for (const name of names) laneOf.set(name, first);
  }
  return [...lanes].map((lane) => lane.toSorted((a, b) => b.row - a.row));
}

/** Rows of one record that follow each other in a lane. */
function runsOf(lane: readonly DoneRow[]): DoneRow[][] {
  const runs: DoneRow[][] = [];
  for (const row of lane) {
    const last = runs.at(-1);
    if (last?.[0]?.key === row.key) last.push(row);
    else runs.push([row]);
  }
  return runs;
}

async function markUndone(
  { ledger }: UndoPartDependencies,
  job: ImportJob,
  step: ImportStep,
  rows: readonly UndoneRow[],
): Promise<void> {
  const add: Record<string, number> = {};
  for (const { result } of rows) add[`undo.${result}`] = (add[`undo.${result}`] ?? 0) + 1;
  await ledger.advance(importJob, job, { add, once: stepUndonePlace(job.program, job.key, step) });
}

async function finish(deps: UndoPartDependencies, job: ImportJob): Promise<void> {
  const { ledger, mail, clock, log } = deps;
  const { program, key, archive_key } = job;
  if (job.undo?.status === "running") {
    const now = clock();
    const undo = { ...job.undo, status: "completed", finished_at: now };
    await ledger.advance(importJob, job, { set: { undo, updated_at: now } });
    const { reversed, kept, not_reversible } = undo;
    log.info("import.undone", { program, key, reversed, kept, not_reversible });
  }
  await announceEnd(deps, "undo", job);
  const archive = archive_key === null ? undefined : (await loadJob(ledger, program, archive_key)).record;
  if (!archive?.undo) return mail.send([{ mail: "import-undone", program, key }]);
  const { isOver } = await advanceUndo(deps, program, archive.key);
  if (!isOver) return;
  await mail.send([{ mail: "import-undone", program, key: archive.key }]);
  await announceEnd(deps, "undo", archive);
}
