import type { Ledger } from "../ledger/ledger.ts";
import type { Clock, ObjectStore, Queue } from "../ports.ts";
import { group } from "../records/group.ts";
import { type ImportJob, importJob, partDonePlace } from "../records/import-job.ts";
import { program, programPlace } from "../records/program.ts";
import { outcomesKey, sourceKey } from "./drop.ts";
import type { Warning } from "./file-problem.ts";
import { isOver, loadJob } from "./import-jobs.ts";
import type { ImportMessage } from "./import-message.ts";
import { typeOf } from "./import-types.ts";
import { notesOf } from "./notes.ts";
import { keepFirst, type KeptOutcome, readPlan } from "./outcomes.ts";
import { type Part, type Plan, takesTurn } from "./plan.ts";
import { readRecords } from "./read-records.ts";
import { rowReader } from "./read-row.ts";
import type { RuleContext } from "./row-rule.ts";
import { createWave } from "./wave.ts";

export interface ImportPartDependencies {
  readonly ledger: Ledger;
  readonly uploads: ObjectStore;
  readonly imports: Queue<ImportMessage>;
  readonly clock: Clock;
  /** Rows decided together, where it is not the usual number. */
  readonly waveRows?: number;
}

type PartMessage = Extract<ImportMessage, { step: "part" }>;

/** Imports one part of a file. Repeating it, after a crash at any point, writes nothing twice and counts nothing twice. */
export const importPart = (deps: ImportPartDependencies) => async (message: PartMessage) => {
  const { ledger, uploads } = deps;
  const { record: job } = await loadJob(ledger, message.program, message.key);
  if (isOver(job)) return;
  const plan = await readPlan(uploads, job.program, job.key);
  if (plan === undefined) throw new Error(`the plan of import ${job.key} is not there`);

  if (!(await ledger.moved(partDonePlace(job.program, job.key, message.turn, message.part.part)))) {
    const { outcomes, warnings } = await importRows(deps, job, plan, message);
    const told = await keepFirst(uploads, outcomesKey(job.program, job.key, message.part.part, message.turn), outcomes);
    await markDone(deps, job, message, told, warnings);
  }
  await sendNext(deps, plan, message);
};

async function importRows(
  { ledger, uploads, waveRows }: ImportPartDependencies,
  job: ImportJob,
  plan: Plan,
  { part, turn }: PartMessage,
) {
  const type = typeOf(job.type);
  if (type === undefined) throw new Error(`import ${job.key} has the unknown type ${job.type}`);
  const warnings = new Map<string, Warning>();
  const warn = (warning: Warning) => void warnings.set(warning.message, warning);
  const context = await ruleContext(ledger, job, warn);
  const batch = ledger.batch(job.program, `${job.key}/${turn}/${part.part}`);
  const outcomes: KeptOutcome[] = [];
  const note = turn === 2 ? notesOf(uploads, job, part) : undefined;
  const wave = createWave({ type, context, batch, outcomes, note, waveRows });
  const readRow = rowReader(plan.header, type.layout, warn);

  let row = part.firstRow;
  const later = part.later === "all" ? undefined : new Set(part.later);
  for await (const records of readRecords(await partBytes(uploads, job, part), {
    delimiter: plan.delimiter,
    from: part.from,
    line: part.line,
  })) {
    for (const record of records) {
      row += 1;
      const waits = later === undefined || later.has(row);
      if (waits === (turn === 2)) await wave.take(row, record, readRow(record));
    }
  }
  if (row !== part.firstRow + part.rows)
    throw new Error(`part ${part.part} of import ${job.key} has ${row - part.firstRow} rows, planned ${part.rows}`);
  await wave.flush();
  await batch.settle();
  return { outcomes: outcomes.toSorted((a, b) => a.row - b.row), warnings: [...warnings.values()] };
}

async function partBytes(uploads: ObjectStore, job: ImportJob, part: Part) {
  return async (from: number) => {
    const object = await uploads.get(sourceKey(job.program, job.key), { from, to: part.to });
    if (object === undefined) throw new Error(`the working copy of import ${job.key} is not there`);
    return object.body;
  };
}

async function ruleContext(ledger: Ledger, job: ImportJob, warn: RuleContext["warn"]): Promise<RuleContext> {
  const [owner] = await ledger.read(program, [programPlace(job.program)]);
  if (owner === undefined) throw new Error(`program ${job.program} is not there`);
  const groups = [];
  for await (const { record } of ledger.collection(group, `${job.program}/groups`)) groups.push(record);
  return { ledger, program: owner.record, groups, job, warn };
}

async function markDone(
  { ledger }: ImportPartDependencies,
  job: ImportJob,
  { part, turn }: PartMessage,
  outcomes: readonly KeptOutcome[],
  warnings: readonly Warning[],
) {
  const add: Record<string, number> = { parts_done: 1, "rows.processed": outcomes.length };
  for (const { outcome } of outcomes) add[`rows.${outcome}`] = (add[`rows.${outcome}`] ?? 0) + 1;
  const once = {
    ...partDonePlace(job.program, job.key, turn, part.part),
    warnings: warnings.map(({ code, message }) => ({ code, message })),
  };
  await ledger.advance(importJob, job, { add, once });
}

/** Whoever finishes the first turn starts the second, part by part in file order; behind the last part the job closes. */
async function sendNext(
  { ledger, imports }: ImportPartDependencies,
  plan: Plan,
  { program: owner, key, turn, part }: PartMessage,
) {
  const firstTurn = plan.parts.filter((one) => takesTurn(one, 1)).length;
  if (turn === 1) {
    const { record: job } = await loadJob(ledger, owner, key);
    if (job.parts_done < firstTurn) return;
  }
  await imports.send([nextMessage(plan, owner, key, turn === 1 ? -1 : part.part)]);
}

/** The first message of the second turn behind a part, or the closing one. */
export function nextMessage(plan: Plan, owner: string, key: string, behind: number): ImportMessage {
  const next = plan.parts.find((part) => part.part > behind && takesTurn(part, 2));
  return next === undefined
    ? { step: "close", program: owner, key }
    : { step: "part", program: owner, key, turn: 2, part: next };
}
