import { isDeepStrictEqual } from "node:util";
import type { Claim } from "../ledger/claim.ts";
import type { Entry } from "../ledger/entry.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Stored } from "../ledger/stored.ts";
import type { NewKey } from "../ports.ts";
import type { Group } from "../records/group.ts";
import type { ImportJob } from "../records/import-job.ts";
import type { Program } from "../records/program.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";
import type { Warning } from "./file-problem.ts";
import { RowProblem, type RowValues } from "./read-row.ts";

/** A row whose cells have been read. */
export interface Row {
  readonly row: number;
  readonly values: RowValues;
  /** Names this row's change for ever: a repeated attempt finds what the first one did. */
  readonly mark: string;
}

export interface RuleContext {
  readonly ledger: Ledger;
  readonly program: Program;
  readonly groups: readonly Group[];
  readonly job: ImportJob;
  readonly newKey: NewKey;
  warn(warning: Warning): void;
}

/** What a row asks for, given what is stored. */
export type Decision =
  | { readonly outcome: "created" | "updated"; readonly key: string; readonly entry: Entry }
  /** An earlier attempt at this very row has created its record. */
  | { readonly outcome: "created"; readonly key: string; readonly own: Claim }
  | { readonly outcome: "updated" | "unchanged"; readonly key: string }
  | RowProblem;

/** How rows of one type become changes of the ledger. */
export interface RowRule {
  /** Values by which a row's record is known; rows that share one are decided one after the other. */
  identities(values: RowValues): readonly string[];
  /** One decision for each row, as if they were alone; what they refer to is read in batches. */
  decide(rows: readonly Row[], context: RuleContext): Promise<Decision[]>;
}

/**
 * What an earlier attempt at this row did, told by the mark on a claim of its record. It is asked before any rule is
 * checked: what is done is done, even if the row would be refused today.
 */
export async function earlierAttempt(
  declaration: Declaration,
  claim: Claim | undefined,
  { mark }: Row,
  { ledger, program }: RuleContext,
): Promise<Decision | undefined> {
  if (claim?.mark !== mark) return undefined;
  const { key } = claim;
  // Only the claim made at creation carries the record; another one of this mark was taken by an update.
  const [first] = claim.image ? [claim] : await ledger.claims(declaration, program.key, "key", [key]);
  return first?.mark === mark ? { outcome: "created", key, own: first } : { outcome: "updated", key };
}

/** What to do when a row's record is to look like `after`. */
export async function decideRecord<R extends BaseRecord>(
  declaration: Declaration<R>,
  { row, context, before, after }: { row: Row; context: RuleContext; before: Stored<R> | undefined; after: R },
): Promise<Decision> {
  const { mark } = row;
  const { key } = after;
  if (before === undefined) return { outcome: "created", key, entry: { mark, changes: [{ declaration, after }] } };
  if (await isDone(declaration, before, row, context)) return { outcome: "updated", key };
  if (sameRecord(before.record, after)) return { outcome: "unchanged", key };
  return { outcome: "updated", key, entry: { mark, changes: [{ declaration, before, after }] } };
}

/** Whether an earlier attempt at this row has already changed the record, even if others have changed it since. */
const isDone = async <R extends BaseRecord>(declaration: Declaration<R>, before: Stored<R>, { mark }: Row, { ledger, job }: RuleContext) =>
  before.at >= job.created_at && (await ledger.madeBy(declaration, before, mark));

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

export const claimFinder =
  ({ ledger, program }: RuleContext, declaration: Declaration, field: string) =>
  (values: readonly string[]) =>
    ledger.claims(declaration, program.key, field, values);

/** A value by which a record is known, if the row has it. */
export const identity = (name: string, value: string | undefined): string[] => (value === undefined ? [] : [`${name} ${value}`]);

export const shown = (value: string | undefined): string => JSON.stringify(value ?? "");
