import type { Entry } from "../ledger/entry.ts";
import type { Batch, Ledger } from "../ledger/ledger.ts";
import type { Claim } from "../ledger/claim.ts";
import type { Clock, NewKey, ObjectStore, Queue } from "../ports.ts";
import { group } from "../records/group.ts";
import { type ImportJob, importJob, type OutcomeName, partDonePlace } from "../records/import-job.ts";
import { program } from "../records/program.ts";
import { outcomesKey, sourceKey } from "./drop.ts";
import type { Warning } from "./file-problem.ts";
import { isOver, loadJob } from "./import-jobs.ts";
import type { ImportMessage } from "./import-message.ts";
import { type ImportType, importTypes } from "./import-types.ts";
import { type KeptOutcome, readPlan, writeOutcomes } from "./outcomes.ts";
import { type Part, type Plan, takesTurn } from "./plan.ts";
import { type CsvRecord, readRecords } from "./read-records.ts";
import { RowProblem, rowReader } from "./read-row.ts";
import type { Decision, Row, RuleContext } from "./row-rule.ts";

/** Rows decided together: references are read in batches of this many, and their writes are on the way at once. */
const WAVE_ROWS = 400;

/** How often a row is decided afresh because somebody else changed its record first. */
const MAX_ATTEMPTS = 10;

export interface ImportPartDependencies {
  readonly ledger: Ledger;
  readonly uploads: ObjectStore;
  readonly imports: Queue<ImportMessage>;
  readonly clock: Clock;
  readonly newKey: NewKey;
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
    await writeOutcomes(uploads, outcomesKey(job.program, job.key, message.part.part, message.turn), outcomes);
    await markDone(deps, job, message, outcomes, warnings);
  }
  await sendNext(deps, plan, message);
};

async function importRows({ ledger, uploads, newKey }: ImportPartDependencies, job: ImportJob, plan: Plan, { part, turn }: PartMessage) {
  const type = importTypes[job.type ?? ""];
  if (type === undefined) throw new Error(`import ${job.key} has the unknown type ${job.type}`);
  const warnings = new Map<string, Warning>();
  const context = await ruleContext(ledger, job, newKey, (warning) => warnings.set(warning.message, warning));
  const batch = ledger.batch(job.program, `${job.key}/${turn}/${part.part}`);
  const outcomes: KeptOutcome[] = [];
  const wave = createWave(type, context, batch, outcomes);
  const readRow = rowReader(plan.header, type.layout);

  let row = part.firstRow;
  const later = part.later === "all" ? undefined : new Set(part.later);
  for await (const records of readRecords(await partBytes(uploads, job, part), { delimiter: plan.delimiter, from: part.from, line: part.line })) {
    for (const record of records) {
      row += 1;
      const waits = later === undefined || later.has(row);
      if (waits === (turn === 2)) await wave.take(row, record, readRow(record));
    }
  }
  if (row !== part.firstRow + part.rows) throw new Error(`part ${part.part} of import ${job.key} has ${row - part.firstRow} rows, planned ${part.rows}`);
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

async function ruleContext(ledger: Ledger, job: ImportJob, newKey: NewKey, warn: RuleContext["warn"]): Promise<RuleContext> {
  const [owner] = await ledger.read(program, [{ pk: `${job.program}/program`, sk: "#" }]);
  if (owner === undefined) throw new Error(`program ${job.program} is not there`);
  const groups = [];
  for await (const { record } of ledger.collection(group, `${job.program}/groups`)) groups.push(record);
  return { ledger, program: owner.record, groups, job, newKey, warn };
}

/** A wave in the making: rows that do not share an identity, so that deciding them together is as good as one by one. */
function createWave({ rule, declaration }: ImportType, context: RuleContext, batch: Batch, outcomes: KeptOutcome[]) {
  let rows: { row: Row; record: CsvRecord }[] = [];
  let identities = new Set<string>();

  const tell = (row: number, record: CsvRecord, outcome: OutcomeName, key: string | null, problem?: RowProblem) => {
    const { code = null, column = null, message = null, hint = null } = problem ?? {};
    outcomes.push({ row, line: record.line, outcome, key, code, column, message, hint, ...(outcome === "failed" && { cells: record.cells }) });
  };

  async function flush() {
    let open = rows;
    rows = [];
    identities = new Set();
    for (let attempt = 1; open.length > 0; attempt++) {
      if (attempt > MAX_ATTEMPTS) throw new Error(`${open.length} rows found their records changed ${MAX_ATTEMPTS} times over`);
      open = await settleRows(open);
    }
  }

  /** Decides and commits rows; gives back those whose record somebody else changed in between. */
  async function settleRows(open: readonly { row: Row; record: CsvRecord }[]) {
    const decisions = await rule.decide(open.map(({ row }) => row), context);
    const entries: Entry[] = [];
    const entryRows: number[] = [];
    const own: Claim[] = [];
    decisions.forEach((decision, at) => {
      if (decision instanceof RowProblem) return;
      if ("own" in decision) own.push(decision.own);
      if ("entry" in decision) {
        entries.push(decision.entry);
        entryRows.push(at);
      }
    });
    await batch.resume(declaration, own);
    const committed = await batch.commit(entries);
    const contested = new Set(entryRows.filter((_, index) => !committed[index]));
    decisions.forEach((decision, at) => {
      const taken = open[at];
      if (taken === undefined || contested.has(at)) return;
      tellDecision(taken.row.row, taken.record, decision);
    });
    return open.filter((_, at) => contested.has(at));
  }

  const tellDecision = (row: number, record: CsvRecord, decision: Decision) =>
    decision instanceof RowProblem ? tell(row, record, "failed", null, decision) : tell(row, record, decision.outcome, decision.key);

  return {
    async take(row: number, record: CsvRecord, read: ReturnType<ReturnType<typeof rowReader>>) {
      if (read === "blank") return tell(row, record, "skipped", null, new RowProblem("blank_row", null, "The row is empty", "Nothing to do."));
      if (read instanceof RowProblem) return tell(row, record, "failed", null, read);
      const names = rule.identities(read);
      if (rows.length === WAVE_ROWS || names.some((name) => identities.has(name))) await flush();
      for (const name of names) identities.add(name);
      rows.push({ row: { row, values: read, mark: `${context.job.key}/${row}` }, record });
    },
    flush,
  };
}

async function markDone({ ledger }: ImportPartDependencies, job: ImportJob, { part, turn }: PartMessage, outcomes: readonly KeptOutcome[], warnings: readonly Warning[]) {
  const add: Record<string, number> = { parts_done: 1, "rows.processed": outcomes.length };
  for (const { outcome } of outcomes) add[`rows.${outcome}`] = (add[`rows.${outcome}`] ?? 0) + 1;
  const once = {
    ...partDonePlace(job.program, job.key, turn, part.part),
    warnings: warnings.map(({ code, message }) => ({ code, message })),
  };
  await ledger.advance(importJob, job, { add, once });
}

/** Whoever finishes the first turn starts the second, part by part in file order; behind the last part the job closes. */
async function sendNext({ ledger, imports }: ImportPartDependencies, plan: Plan, { program: owner, key, turn, part }: PartMessage) {
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
  return next === undefined ? { step: "close", program: owner, key } : { step: "part", program: owner, key, turn: 2, part: next };
}
