import type { Batch } from "../ledger/batch.ts";
import type { Entry } from "../ledger/entry.ts";
import type { Patience } from "../ports.ts";
import type { Header } from "./header.ts";
import { headerOf } from "./header-of.ts";
import type { ImportType } from "./import-types.ts";
import { lostClaim } from "./lost-claim.ts";
import type { Notes } from "./notes.ts";
import type { KeptOutcome, Outcome } from "./outcomes.ts";
import type { RowEffects } from "./row-effects.ts";
import type { CsvRecord } from "./read-records.ts";
import { type ReadRow, RowProblem } from "./read-row.ts";
import {
  claimFinder,
  createdEarlier,
  type Decision,
  earlierTurn,
  finder,
  lookUp,
  markOf,
  type Row,
  type RuleContext,
} from "./row-rule.ts";

/** Rows decided together: references are read in batches of this many, and their writes are on the way at once. */
const WAVE_ROWS = 400;

/** After so many attempts in a row that came to nothing it is asked whether what stands in the way is a record at all. */
const LOOKS = 3;

/** So many times the same claim is found without its record before the row is given up. */
const LOOKS_IN_VAIN = 3;

interface WaveRow {
  readonly row: Row;
  readonly record: CsvRecord;
}

interface Decided extends WaveRow {
  readonly decision: Exclude<Decision, "later">;
}

export interface WaveDependencies {
  readonly type: ImportType;
  readonly header: Header;
  readonly context: RuleContext;
  readonly effects: RowEffects;
  readonly batch: Batch;
  /** Told what became of each row. */
  readonly outcomes: KeptOutcome[];
  /** Where rows are taken in file order. */
  readonly notes?: Notes | undefined;
  /** For rows whose records somebody else keeps changing. */
  readonly newPatience: () => Patience;
  /** Called when rows have been noted and carried out; what it throws leaves the rest to another attempt. */
  readonly mayBreakOff?: (() => void) | undefined;
  readonly waveRows?: number | undefined;
}

/** A wave in the making: rows that do not name a value in common, so that deciding them together is as good as one by one. */
export function createWave({
  type: { rule, declaration },
  header,
  context,
  effects,
  batch,
  outcomes,
  notes,
  newPatience,
  mayBreakOff,
  waveRows = WAVE_ROWS,
}: WaveDependencies) {
  let rows: WaveRow[] = [];
  let identities = new Set<string>();
  /** How many rows are decided at a time: few, where rows wait for one another, for what waits was read in vain. */
  let ahead = waveRows;
  /** Whether somebody has come here before: then what is noted is looked for, rather than noted in vain. */
  let isRepeated = false;

  async function flush(): Promise<void> {
    let open: readonly WaveRow[] = rows;
    rows = [];
    identities = new Set();
    while (open.length > 0) {
      const tried = open.slice(0, ahead);
      const [decided, found] = await Promise.all([
        decide(tried),
        isRepeated ? notes?.find(tried[0]?.row.row ?? 0) : undefined,
      ]);
      const noted = found ?? (await notes?.keep(decided.map(toOutcome)));
      isRepeated = noted !== undefined;
      const next = open.slice(0, (noted ?? decided).length);
      await settle(next, noted === undefined ? decided : await recall(next, noted));
      ahead = decided.length < tried.length ? decided.length + 1 : Math.min(ahead * 2, waveRows);
      open = open.slice(next.length);
      // Every attempt gets further than the one before it.
      if (!isRepeated) mayBreakOff?.();
    }
  }

  /** Decides rows, with what triggers make of them, up to the first one that depends on another. */
  async function decide(open: readonly WaveRow[]): Promise<Decided[]> {
    const asked = open.map(({ row }) => row);
    const decisions = await effects(
      await rule.decide(asked, context),
      asked.map(({ mark }) => mark),
    );
    return open.flatMap((one, at) => {
      const decision = decisions[at];
      return decision === undefined || decision === "later" ? [] : [{ ...one, decision }];
    });
  }

  /** Carries decisions out until every row is told of; a row whose record somebody else changed in between is decided afresh. */
  async function settle(rowsOpen: readonly WaveRow[], firstDecided: readonly Decided[]): Promise<void> {
    let open = rowsOpen;
    let decided = firstDecided;
    let patience: Patience | undefined;
    let fruitless = 0;
    const lost = lostClaim(context, declaration);
    const changed = new Map<Row, readonly string[]>();
    for (;;) {
      const told = await commit(decided);
      for (const { row, decision } of decided) changed.set(row, changedBy(decision));
      open = open.filter(({ row }) => !told.has(row));
      if (open.length === 0) return;
      if (told.size > 0) [patience, fruitless] = [undefined, 0];
      else if (decided.length > 0) {
        fruitless += 1;
        patience ??= newPatience();
        await patience(new Error(`${open.length} rows found their records changed over and over`));
      }
      // Rows that would only be refused beside another one are not worth deciding either.
      decided = await decide(firstOfEach(open, ({ row }) => changed.get(row) ?? []));
      if (fruitless >= LOOKS) decided = await Promise.all(decided.map((one) => unlessLost(one, lost)));
    }
  }

  /** A value may be held for a record that is not there, which no waiting mends. */
  async function unlessLost(one: Decided, lost: ReturnType<typeof lostClaim>): Promise<Decided> {
    const { decision } = one;
    if (!("entry" in decision)) return one;
    const problem = await lost(decision.entry, LOOKS_IN_VAIN);
    return problem === undefined ? one : { ...one, decision: problem };
  }

  async function commit(decided: readonly Decided[]): Promise<Set<Row>> {
    await batch.resume(
      declaration,
      decided.flatMap(({ decision }) => ("own" in decision ? [decision.own] : [])),
    );
    const changes = decided.flatMap(({ row, decision }) =>
      "entry" in decision ? [{ row, entry: decision.entry }] : [],
    );
    const tried = firstOfEach(changes, changedBy);
    const committed = await batch.commit(tried.map(({ entry }) => entry));
    const done = new Set(tried.filter((_, at) => committed[at]));
    const contested = new Set(changes.filter((one) => !done.has(one)).map(({ row }) => row));
    const told = decided.filter(({ row }) => !contested.has(row));
    for (const one of told) outcomes.push(toKept(toOutcome(one), one.record, header));
    return new Set(told.map(({ row }) => row));
  }

  /** The noted decisions that need no deciding any more: nothing was to be written, or all of it is. */
  async function recall(open: readonly WaveRow[], noted: readonly KeptOutcome[]): Promise<Decided[]> {
    const keys = noted.flatMap(({ key, outcome }) => (key === null || outcome === "unchanged" ? [] : [key]));
    const [claims, records] = await Promise.all([
      lookUp(keys, claimFinder(context, declaration, "key")),
      lookUp(keys, finder(context, declaration, "key")),
    ]);
    const recalled = await Promise.all(
      open.map(async (one, at) => {
        const told = noted[at];
        if (told?.row !== one.row.row) throw new Error(`row ${one.row.row} is noted as row ${told?.row}`);
        const { outcome, key } = told;
        if (key === null) return { ...one, decision: problemOf(told) };
        if (outcome === "unchanged") return { ...one, decision: { outcome: "unchanged" as const, key } };
        const stored = records(key);
        const decision =
          createdEarlier(claims(key), one.row) ??
          (stored && (await earlierTurn(declaration, stored, one.row, context)));
        return decision && { ...one, decision };
      }),
    );
    return recalled.filter((one) => one !== undefined);
  }

  return {
    async take(row: number, record: CsvRecord, read: ReturnType<ReadRow>): Promise<void> {
      if (read === "blank" || read instanceof RowProblem) {
        outcomes.push(toKept(untaken(row, record, read), record, header));
        return;
      }
      const names = rule.identities(read);
      if (rows.length === waveRows || names.some((name) => identities.has(name))) await flush();
      for (const name of names) identities.add(name);
      rows.push({ row: { row, values: read, mark: markOf(context.job, row) }, record });
    },
    flush,
  };
}

/** The stored records that a decision changes. */
const changedBy = (decision: object & { readonly entry?: Entry }): string[] =>
  (decision.entry?.changes ?? []).flatMap(({ declaration: { kind }, before, after }) =>
    before === undefined ? [] : [`${kind} ${after.key}`],
  );

/** Without those that change a record which one before them changes: at once they are refused, and cost as much as if they were not. */
function firstOfEach<One>(all: readonly One[], changed: (one: One) => readonly string[]): One[] {
  const taken = new Set<string>();
  return all.filter((one) => {
    const names = changed(one);
    if (names.some((name) => taken.has(name))) return false;
    for (const name of names) taken.add(name);
    return true;
  });
}

const BLANK = new RowProblem("blank_row", null, "The row is empty", "Nothing to do.");

const untaken = (row: number, { line }: CsvRecord, read: "blank" | RowProblem): Outcome =>
  read === "blank"
    ? { row, line, outcome: "skipped", key: null, ...reasons(BLANK) }
    : { row, line, outcome: "failed", key: null, ...reasons(read) };

function toOutcome({ row: { row }, record: { line }, decision }: Decided): KeptOutcome {
  if (decision instanceof RowProblem) return { row, line, outcome: "failed", key: null, ...reasons(decision) };
  const { outcome, key, fired = [] } = decision;
  const told = { row, line, outcome, key, code: null, column: null, message: null, hint: null };
  return fired.length === 0 ? told : { ...told, fired: [...fired] };
}

const reasons = ({ code, column, message, hint }: RowProblem) => ({ code, column, message, hint });

/** What is noted of a row names our columns; what is told of it, the headers of the file. */
function toKept(outcome: KeptOutcome, { cells }: CsvRecord, header: Header): KeptOutcome {
  if (outcome.outcome !== "failed") return outcome;
  const { column } = outcome;
  return { ...outcome, column: column === null ? null : headerOf(header, column, cells), cells: [...cells] };
}

const problemOf = ({
  code,
  column,
  message,
  hint,
}: Pick<Outcome, "code" | "column" | "message" | "hint">): RowProblem =>
  new RowProblem(code ?? "", column, message ?? "", hint ?? "");
