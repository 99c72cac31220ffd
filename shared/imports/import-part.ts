import { createLedger, type Ledger } from "../ledger/ledger.ts";
import { createOverlay } from "../ledger/overlay-table.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { Clock, ObjectStore, Patience, Queue, Table } from "../ports.ts";
import { type ImportJob, importJob, type ImportStep, stepDonePlace, stepFatePlace } from "../records/import-job.ts";
import { isOpeningsPk, isTotalsPk } from "../records/place.ts";
import type { Announcing } from "../webhooks/announce-changes.ts";
import { announceRows } from "../webhooks/announce-rows.ts";
import { outcomesKey, shadowKey, sourceKey } from "./drop.ts";
import { fewWarnings } from "./few-warnings.ts";
import type { Warning } from "./file-problem.ts";
import { headerOf } from "./header-of.ts";
import { isOver, loadJob } from "./import-jobs.ts";
import type { ImportMessage } from "./import-message.ts";
import { typeOf } from "./import-types.ts";
import { notesOf } from "./notes.ts";
import { keepFirst, type KeptOutcome, readPlan, type StoredPlan } from "./outcomes.ts";
import { type Part, takesTurn } from "./plan.ts";
import { loadSetup } from "./program-setup.ts";
import { type CsvRecord, readRecords } from "./read-records.ts";
import { rowReader } from "./read-row.ts";
import { dependOnOrder, rowEffects, WAVE_ROWS_IN_ORDER } from "./row-effects.ts";
import { markOf, type RuleContext } from "./row-rule.ts";
import { keepRun, openRun } from "./shadow-run.ts";
import { createShadowTable } from "./shadow-table.ts";
import { nextMessage } from "./start-import.ts";
import { createWave } from "./wave.ts";

export interface ImportPartDependencies extends Announcing {
  readonly ledger: Ledger;
  readonly table: Pick<Table, "get" | "query" | "write">;
  readonly uploads: ObjectStore;
  readonly imports: Queue<ImportMessage>;
  readonly mail: Queue<MailMessage>;
  readonly clock: Clock;
  readonly newPatience: () => Patience;
  /** Rows decided together, where it is not the usual number. */
  readonly waveRows?: number;
}

/**
 * So long a part of rows in order works before it leaves the rest to another attempt, which soon passes over what has
 * been noted. It is half of what the function has: other imports may be in the way of the very last row.
 */
const MOST_MS = 60_000;

/** A part has worked long enough. */
class Unfinished extends Error {}

type PartMessage = Extract<ImportMessage, { step: "part" }>;

/** One step of an import with all that it needs. */
interface Step {
  readonly job: ImportJob;
  readonly plan: StoredPlan;
  readonly part: Part;
  readonly turn: 1 | 2;
  readonly step: ImportStep;
}

/**
 * Imports one part of a file, or checks it. Repeating it, after a crash at any point, writes nothing twice, counts
 * nothing twice and mails nothing twice.
 */
export const importPart = (deps: ImportPartDependencies) => async (message: PartMessage) => {
  try {
    await carryOut(deps, message);
  } catch (error) {
    if (!(error instanceof Unfinished)) throw error;
    await deps.imports.send([message]);
  }
};

async function carryOut(deps: ImportPartDependencies, message: PartMessage): Promise<void> {
  const { ledger, uploads } = deps;
  const { record: job } = await loadJob(ledger, message.program, message.key);
  // A message from before a change of phase has been carried out.
  if (isOver(job) || job.phase !== message.phase) return;
  const plan = await readPlan(uploads, job.program, job.key);
  if (plan === undefined) throw new Error(`the plan of import ${job.key} is not there`);
  const { turn, part } = message;
  const one: Step = { job, plan, part, turn, step: { phase: job.phase, turn, part: part.part } };

  if (!(await ledger.moved(stepDonePlace(job.program, job.key, one.step)))) {
    const { outcomes, warnings } = (await isPassedOver(deps, one))
      ? await passOver(deps, one)
      : await importRows(deps, one);
    const told = await keepFirst(uploads, outcomesKey(job.program, job.key, one.step), outcomes);
    if (job.phase === "import") {
      await sendMails(deps, job, told);
      await tellWebhooks(deps, job, told);
    }
    await markDone(deps, one, told, warnings);
  }
  await sendNext(deps, one);
}

/** Whether the import was canceled before the step began. Who comes first decides, for everybody who comes to it later. */
async function isPassedOver({ table }: ImportPartDependencies, { job, step }: Step): Promise<boolean> {
  const place = stepFatePlace(job.program, job.key, step);
  const passed = job.cancel_requested_at !== null;
  if (await table.write({ put: { ...place, passed }, when: { absent: true } })) return passed;
  const [fate] = await table.get([place]);
  return fate?.["passed"] === true;
}

async function passOver(deps: ImportPartDependencies, one: Step) {
  const outcomes: KeptOutcome[] = [];
  await eachRow(deps, one, (row, { line }) => {
    outcomes.push({
      row,
      line,
      outcome: "skipped",
      key: null,
      code: "canceled",
      column: null,
      message: "The import was canceled before this row",
      hint: "Import the file again: rows that are in already stay as they are.",
    });
  });
  return { outcomes, warnings: [] };
}

async function importRows(deps: ImportPartDependencies, one: Step) {
  const { uploads, waveRows, newPatience, clock } = deps;
  const end = clock() + MOST_MS;
  const { job, plan, part, turn, step } = one;
  const type = typeOf(job.type);
  if (type === undefined) throw new Error(`import ${job.key} has the unknown type ${job.type}`);
  const warnings = new Map<string, Warning>();
  const { ledger, keep } = job.phase === "check" ? await shadowLedger(deps, one) : { ledger: deps.ledger, keep: noop };
  const setup = await loadSetup(ledger, job.program);
  const warn = (warning: Warning) => void warnings.set(warning.message, warning);
  const { header } = plan;
  const context: RuleContext = {
    ledger,
    ...setup,
    job,
    triggers: plan.triggers,
    lacks: header.lacks ?? [],
    ownName: (column) => headerOf(header, column),
    warn,
  };
  const batch = ledger.batch(job.program, `${job.key}/${turn}/${part.part}`);
  const outcomes: KeptOutcome[] = [];
  const { kind } = type.declaration;
  const wave = createWave({
    type,
    header,
    context,
    effects: rowEffects(context, kind),
    batch,
    outcomes,
    newPatience,
    mayBreakOff() {
      if (turn === 2 && clock() >= end) throw new Unfinished(`part ${part.part} of import ${job.key} goes on later`);
    },
    notes: turn === 2 ? notesOf(uploads, job, step) : undefined,
    waveRows: waveRows ?? (dependOnOrder(plan.triggers, kind) ? WAVE_ROWS_IN_ORDER : undefined),
  });
  const readRow = rowReader(header, type.layoutOf(setup), warn);
  await eachRow(deps, one, (row, record) => wave.take(row, record, readRow(record)));
  await wave.flush();
  await batch.settle();
  await keep();
  return { outcomes: outcomes.toSorted((a, b) => a.row - b.row), warnings: [...warnings.values()] };
}

const noop = async (): Promise<void> => undefined;

/** A ledger that writes nothing: later steps find what this one would have written in a file of its own. */
async function shadowLedger({ table, clock, uploads }: ImportPartDependencies, { job, plan, part, turn }: Step) {
  const keyOf = (of: 1 | 2, number: number) =>
    shadowKey(job.program, job.key, { phase: job.phase, turn: of, part: number });
  const first = plan.parts.filter((other) => takesTurn(other, 1)).map((other) => keyOf(1, other.part));
  const inOrder = plan.parts.filter((other) => takesTurn(other, 2));
  const before = inOrder.filter((other) => other.part < part.part).map((other) => keyOf(2, other.part));
  const isLookedUp = turn === 1 ? inOrder.length > 0 : inOrder.some((other) => other.part > part.part);
  const runs = turn === 1 ? [] : await Promise.all([...first, ...before].map((key) => openRun(uploads, key)));
  const overlay = createOverlay(createShadowTable(table, runs));
  return {
    ledger: createLedger({ table: overlay, clock }),
    async keep() {
      if (!isLookedUp) return;
      const written = overlay.written().filter(({ place: { pk } }) => !isTotalsPk(pk) && !isOpeningsPk(pk));
      await keepRun(uploads, keyOf(turn, part.part), written);
    },
  };
}

/** Every row of the part that is taken in this turn. */
async function eachRow(
  { uploads }: ImportPartDependencies,
  { job, plan, part, turn }: Step,
  take: (row: number, record: CsvRecord) => Promise<void> | void,
): Promise<void> {
  let row = part.firstRow;
  const later = part.later === "all" ? undefined : new Set(part.later);
  const open = async (from: number) => {
    const object = await uploads.get(sourceKey(job.program, job.key), { from, to: part.to });
    if (object === undefined) throw new Error(`the working copy of import ${job.key} is not there`);
    return object.body;
  };
  for await (const records of readRecords(open, { delimiter: plan.delimiter, from: part.from, line: part.line })) {
    for (const record of records) {
      row += 1;
      const waits = later === undefined || later.has(row);
      if (waits === (turn === 2)) await take(row, record);
    }
  }
  if (row !== part.firstRow + part.rows)
    throw new Error(`part ${part.part} of import ${job.key} has ${row - part.firstRow} rows, planned ${part.rows}`);
}

/** Asks for the mails that rows brought about. Asked for again, they are not sent again. */
async function sendMails(
  { mail }: ImportPartDependencies,
  { program: owner }: ImportJob,
  outcomes: readonly KeptOutcome[],
): Promise<void> {
  const keys = outcomes.flatMap(({ fired = [] }) => fired.flatMap(({ mail_key }) => mail_key ?? []));
  if (keys.length > 0) await mail.send(keys.map((key) => ({ mail: "outgoing" as const, program: owner, key })));
}

/** Tells webhooks of what rows have changed. Told again, it is the same events. */
async function tellWebhooks(deps: ImportPartDependencies, job: ImportJob, outcomes: readonly KeptOutcome[]) {
  const kind = typeOf(job.type)?.declaration.kind;
  if (kind === undefined) return;
  const rows = outcomes.map(({ row, outcome, key, fired = [] }) => ({ outcome, key, fired, mark: markOf(job, row) }));
  await announceRows(deps, job, kind, rows);
}

async function markDone(
  { ledger }: ImportPartDependencies,
  { job, step }: Step,
  outcomes: readonly KeptOutcome[],
  warnings: readonly Warning[],
) {
  const add: Record<string, number> = { parts_done: 1, "rows.processed": outcomes.length };
  const count = (name: string, by = 1) => (add[name] = (add[name] ?? 0) + by);
  for (const { outcome, fired = [] } of outcomes) {
    count(`rows.${outcome}`);
    for (const { effect, amount, currency } of fired) {
      count(effect === "reward" ? "effects.rewards" : effect === "move_group" ? "effects.moves" : "effects.mails");
      if (amount !== null && currency !== null) count(`reward_amounts.${currency}`, amount);
    }
  }
  const once = {
    ...stepDonePlace(job.program, job.key, step),
    warnings: fewWarnings(warnings).map(({ code, message }) => ({ code, message })),
  };
  await ledger.advance(importJob, job, { add, once });
}

/** Whoever finishes the first turn starts the second, part by part in file order; behind the last part the phase closes. */
async function sendNext({ ledger, imports }: ImportPartDependencies, { job, plan, part, turn }: Step) {
  const firstTurn = plan.parts.filter((one) => takesTurn(one, 1)).length;
  if (turn === 1) {
    const { record: now } = await loadJob(ledger, job.program, job.key);
    if (now.parts_done < firstTurn) return;
  }
  await imports.send([nextMessage(plan, job, turn === 1 ? -1 : part.part)]);
}
