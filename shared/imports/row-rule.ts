import { isDeepStrictEqual } from "node:util";
import type { Claim } from "../ledger/claim.ts";
import type { Entry } from "../ledger/entry.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Stored } from "../ledger/stored.ts";
import { derivedKey } from "../records/derived-key.ts";
import type { ImportJob } from "../records/import-job.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";
import { MOST_RECORD_BYTES, tooManyBytes } from "../records/record-size.ts";
import { fired, type Fired, type Trigger } from "../records/trigger.ts";
import type { Warning } from "./file-problem.ts";
import type { ProgramSetup } from "./program-setup.ts";
import { RowProblem, type RowValues } from "./read-row.ts";

/** A row whose cells have been read. */
export interface Row {
  readonly row: number;
  readonly values: RowValues;
  /** Names this row's change for ever: a repeated attempt finds what the first one did. */
  readonly mark: string;
}

export interface RuleContext extends ProgramSetup {
  readonly ledger: Ledger;
  readonly job: ImportJob;
  /** The triggers that were active when the import began, in the order they run; none where they are disabled. */
  readonly triggers: readonly Trigger[];
  /** Columns that are demanded of rows and that the export of another system, which the file is, cannot have. */
  readonly lacks: readonly string[];
  /** The header that the file has for a column of ours, for texts that tell of it. */
  ownName(column: string): string;
  warn(warning: Warning): void;
}

/** What a row asks for, given what is stored. */
export type Decision =
  | {
      readonly outcome: "created" | "updated";
      readonly key: string;
      readonly entry: Entry;
      readonly fired?: readonly Fired[];
    }
  /** An earlier attempt at this very row has created its record. */
  | { readonly outcome: "created"; readonly key: string; readonly own: Claim; readonly fired: readonly Fired[] }
  /** An earlier attempt has changed it, or there is nothing to change. */
  | { readonly outcome: "updated" | "unchanged"; readonly key: string; readonly fired?: readonly Fired[] }
  | RowProblem
  /** It reads what an earlier one of these rows is about to change, so that it has to be decided after that. */
  | "later";

/** How rows of one type become changes of the ledger. */
export interface RowRule {
  /** Values by which a row's record is known; rows that share one are decided one after the other. */
  identities(values: RowValues): readonly string[];
  /** One decision for each row; what they refer to is read in batches. Only the first rows, up to some point, are not "later". */
  decide(rows: readonly Row[], context: RuleContext): Promise<Decision[]>;
}

/**
 * The creation by an earlier attempt at this row, told by the mark on the claim of its record's own key. It is asked for
 * before any rule is checked: what is done is done, even if the row would be refused today.
 */
export const createdEarlier = (claim: Claim | undefined, { mark }: Row): Exclude<Decision, "later"> | undefined =>
  claim?.mark === mark && claim.image !== undefined
    ? { outcome: "created", key: claim.key, own: claim, fired: toldOf(claim.note) }
    : undefined;

/** What triggers did for an entry, as its note keeps it. */
const toldOf = (note: unknown): readonly Fired[] => fired.array().parse(note ?? []);

/** The key of the record that a row may create: always the same, so that a repeated attempt finds it whatever else has changed. */
export const keyOfNew = (prefix: string, { mark }: Row, { program }: RuleContext): string =>
  derivedKey(prefix, program.key, mark);

/** What to do when a row's record is to look like `after`. */
export async function decideRecord<R extends BaseRecord>(
  declaration: Declaration<R>,
  { row, context, before, after }: { row: Row; context: RuleContext; before: Stored<R> | undefined; after: R },
): Promise<Decision> {
  const { mark } = row;
  const { key } = after;
  if (before === undefined) {
    const problem = tooLong(after);
    return problem ?? { outcome: "created", key, entry: { mark, changes: [{ declaration, after }] } };
  }
  const earlier = await earlierTurn(declaration, before, row, context);
  if (earlier) return earlier;
  if (sameRecord(before.record, after)) return { outcome: "unchanged", key };
  const problem = tooLong(after, before.record);
  if (problem) return problem;
  return { outcome: "updated", key, entry: { mark, changes: [{ declaration, before, after }] } };
}

/** Whether a record would take more than is kept of one, and more than it does. */
export function tooLong(after: BaseRecord, before?: BaseRecord): RowProblem | undefined {
  const bytes = tooManyBytes(after, before);
  return bytes === undefined
    ? undefined
    : new RowProblem(
        "too_long",
        null,
        `with this row the record would take ${Math.ceil(bytes / 1000)} KB, fields of former groups among them`,
        `Shorten the longest cells: a record takes up to ${MOST_RECORD_BYTES / 1000} KB.`,
      );
}

/**
 * What became of a row whose turn has been: an earlier attempt at it has changed the record, even if others have since;
 * or a later row of the file has, which comes to its turn only when this one had no change to make.
 */
export async function earlierTurn<R extends BaseRecord>(
  declaration: Declaration<R>,
  before: Stored<R>,
  row: Row,
  { ledger, program, job }: RuleContext,
): Promise<Exclude<Decision, "later"> | undefined> {
  const { key } = before.record;
  // Rows change a record in their order, so that what came before this row of the job tells nothing more.
  const marks = await ledger.marksSince(
    declaration,
    before,
    ({ mark, at }) => at < job.created_at || (rowOfMark(mark, job) ?? Infinity) < row.row,
  );
  if (marks.has(row.mark)) {
    // Another worker may have created it just now, behind the look at its claim.
    const [claim] = await ledger.claims(declaration, program.key, "key", [key]);
    return createdEarlier(claim, row) ?? { outcome: "updated", key, fired: toldOf(marks.get(row.mark)) };
  }
  return [...marks.keys()].some((mark) => (rowOfMark(mark, job) ?? 0) > row.row)
    ? { outcome: "unchanged", key }
    : undefined;
}

export const markOf = (job: ImportJob, row: number): string => `${job.key}/${row}`;

const rowOfMark = (mark: string, { key }: ImportJob): number | undefined =>
  mark.startsWith(`${key}/`) ? Number(mark.slice(key.length + 1)) : undefined;

/** The decisions up to the first row that found a record which an earlier row changes. */
export function upToDependent(
  decisions: readonly Decision[],
  found: readonly (readonly (Stored<BaseRecord> | undefined)[])[],
): Decision[] {
  const changed = new Set<string>();
  let wait = false;
  return decisions.map((decision, at) => {
    wait ||= found[at]?.some((stored) => stored !== undefined && changed.has(stored.record.key)) ?? false;
    if (wait) return "later";
    if (decision !== "later" && "entry" in decision)
      for (const { before } of decision.entry.changes) if (before) changed.add(before.record.key);
    return decision;
  });
}

const sameRecord = <R extends BaseRecord>(one: R, other: R): boolean =>
  isDeepStrictEqual({ ...one, updated_at: 0 }, { ...other, updated_at: 0 });

/** Looks values up once each, however many rows name them. */
export async function lookUp<Found>(
  values: readonly (string | undefined)[],
  find: (values: readonly string[]) => Promise<readonly (Found | undefined)[]>,
): Promise<(value: string | undefined) => Found | undefined> {
  const wanted = [...new Set(values.filter((value) => value !== undefined))];
  const found = wanted.length === 0 ? [] : await find(wanted);
  const byValue = new Map(wanted.map((value, index) => [value, found[index]]));
  return (value) => (value === undefined ? undefined : byValue.get(value));
}

/** Finds records by one of their unique values. */
export const finder =
  <R extends BaseRecord>({ ledger, program }: RuleContext, declaration: Declaration<R>, field: string) =>
  (values: readonly string[]) =>
    ledger.find(declaration, program.key, field, values);

/** Finds records that rows refer to and this import leaves as they are: each is read once, however many rows of a part name it. */
export function referenceFinder<R extends BaseRecord>(declaration: Declaration<R>, field: string) {
  const known = new WeakMap<RuleContext, Map<string, Stored<R> | undefined>>();
  return (context: RuleContext) => async (values: readonly string[]) => {
    const found = known.get(context) ?? new Map<string, Stored<R> | undefined>();
    known.set(context, found);
    const unknown = values.filter((value) => !found.has(value));
    const read = unknown.length === 0 ? [] : await finder(context, declaration, field)(unknown);
    for (const [index, value] of unknown.entries()) found.set(value, read[index]);
    return values.map((value) => found.get(value));
  };
}

/** Finds records by one of their unique values, with the claim on it. */
export const holderFinder =
  <R extends BaseRecord>({ ledger, program }: RuleContext, declaration: Declaration<R>, field: string) =>
  (values: readonly string[]) =>
    ledger.holders(declaration, program.key, field, values);

export const claimFinder =
  ({ ledger, program }: RuleContext, declaration: Declaration, field: string) =>
  (values: readonly string[]) =>
    ledger.claims(declaration, program.key, field, values);

/** A value by which a record is known, if the row has it. */
export const identity = (name: string, value: string | undefined): string[] =>
  value === undefined ? [] : [`${name} ${value}`];

/** What a cell says of an instant: the stored one where it is that to the second, as exports write no more of it. */
export const instantOr = (given: number | undefined, stored: number): number =>
  given === undefined || given === stored - (stored % 1000) ? stored : given;

export const shown = (value: string | undefined): string => JSON.stringify(value ?? "");
