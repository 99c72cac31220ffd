import { type Change, type Entry, fitsTransaction } from "../ledger/entry.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Removal } from "../ledger/removal.ts";
import type { Stored } from "../ledger/stored.ts";
import { type Allowance, allowance, allowancePlace } from "../records/allowance.ts";
import { customer } from "../records/customer.ts";
import { declarationOf } from "../records/index.ts";
import { type Partnership, partnership } from "../records/partnership.ts";
import { customerSk, partnerPk } from "../records/place.ts";
import { type BaseRecord, type Declaration, isRecordOf } from "../records/record.ts";
import { reward } from "../records/reward.ts";
import { transaction } from "../records/transaction.ts";
import type { Fired } from "../records/trigger.ts";
import type { KeptOutcome } from "./outcomes.ts";
import type { UndoneRow } from "./undone-rows.ts";

interface Dependencies {
  readonly ledger: Ledger;
  readonly program: string;
  readonly declaration: Declaration;
  readonly now: number;
}

/** A row that an import has carried out, with the mark of its change. */
export interface DoneRow extends KeptOutcome {
  readonly key: string;
  readonly mark: string;
}

/** The row's change was met by another one; tried again, it may be undone. */
export const CONTESTED = "contested";

const kept = (code: string, message: string) => ({ result: "kept" as const, code, message });

const CHANGED = kept("changed_since", "The record has been changed since");
const USED = kept("used_since", "Other records have come to hang on it since");
const PAID = kept("reward_changed", "A reward that it earned has been approved, paid, declined or changed since");
const MANY = kept(
  "too_many_changes",
  "The file has changed the record too often, or made too much of it, for it to be taken back",
);
const GONE = { result: "not_reversible" as const, code: "gone", message: "Nothing is known of the record any more" };

/**
 * Takes back what a row of an import has changed, with what triggers made of it: the record is removed, or is again what
 * it was. What somebody has changed, paid or used since stays, and so does all that belongs to the row. Mails are sent.
 */
export async function undoRow(deps: Dependencies, row: DoneRow): Promise<UndoneRow | typeof CONTESTED> {
  const { ledger, program, declaration } = deps;
  const { key } = row;
  const mark = undoMark(row.mark);
  const told = (found: { result: UndoneRow["result"]; code?: string | null; message?: string | null }): UndoneRow => ({
    row: row.row,
    key,
    code: null,
    message: null,
    ...found,
  });
  const [stored] = await ledger.find(declaration, program, "key", [key]);
  if (stored === undefined) {
    const isOurs = await ledger.removedBy(declaration, program, key, mark);
    return told(isOurs ? { result: "reversed" } : GONE);
  }
  const entry = await entryOf(deps, row, stored, mark);
  if (entry === "reversed") return told({ result: "reversed" });
  if (!("mark" in entry)) return told(entry);
  return (await ledger.commit(entry)) ? told({ result: "reversed" }) : CONTESTED;
}

const undoMark = (mark: string): string => `undo/${mark}`;

type Reason = typeof CHANGED | typeof GONE;

async function entryOf(
  deps: Dependencies,
  row: DoneRow,
  stored: Stored<BaseRecord>,
  mark: string,
): Promise<Entry | Reason | "reversed"> {
  const { ledger, program, declaration, now } = deps;
  const revisions = await ledger.history(declaration, stored);
  if (revisions.some((one) => one.mark === mark)) return "reversed";
  const own = revisions.findIndex((one) => one.mark === row.mark);
  if (own < 0) return GONE;
  if (lastingMark(revisions) !== row.mark) return CHANGED;
  const rewards = await ownRewards(ledger, program, row);
  if (rewards === undefined) return PAID;
  const removals: Removal[] = rewards.map((one) => ({ declaration: reward, revisions: [one] }));
  const changes: Change[] = [];
  const before = revisions[own - 1];
  if (before !== undefined) {
    changes.push({ declaration, before: stored, after: { ...before.record, updated_at: now } });
  } else {
    const ownKeys = new Set(rewards.map(({ record }) => record.key));
    if (await isUsed(ledger, program, declaration, stored, ownKeys)) return USED;
    removals.push({ declaration, revisions });
  }
  changes.push(...(await movesBack(deps, row)), ...(await allowancesBack(deps, row)));
  const entry = { mark, changes, removals };
  return fitsTransaction(entry) ? entry : MANY;
}

/** The change that made the record what it is, leaving out those that have been undone. */
function lastingMark(revisions: readonly Stored<BaseRecord>[]): string | undefined {
  const lasting: string[] = [];
  for (const { mark } of revisions) {
    if (lasting.length > 0 && mark === undoMark(lasting.at(-1) ?? "")) lasting.pop();
    else lasting.push(mark);
  }
  return lasting.at(-1);
}

/** The rewards that triggers made of the row, as they were made; undefined when one of them is not that any more. */
async function ownRewards(ledger: Ledger, program: string, { fired = [], mark }: DoneRow) {
  const keys = fired.flatMap(({ reward_key }) => reward_key ?? []);
  const found = keys.length === 0 ? [] : await ledger.find(reward, program, "key", keys);
  const there = found.filter((one) => one !== undefined);
  return there.every((one) => one.mark === mark) ? there : undefined;
}

/** Whether something hangs on a record that would be left without it. */
async function isUsed(
  ledger: Ledger,
  program: string,
  declaration: Declaration,
  { record }: Stored<BaseRecord>,
  ownRewardKeys: ReadonlySet<string>,
): Promise<boolean> {
  const isOther = (kind: string, key: string) =>
    !(kind === declaration.kind && key === record.key) && !(kind === reward.kind && ownRewardKeys.has(key));
  if (isRecordOf(partnership, declaration, record)) {
    return hasAny(ledger, { pk: partnerPk(program, record.key, null) }, ({ kind, key }) => isOther(kind, key));
  }
  if (isRecordOf(customer, declaration, record)) {
    const begins = customerSk(record.key);
    const pk = partnerPk(program, record.partnership_key, record.key);
    return hasAny(ledger, { pk, begins }, ({ kind, key }) => isOther(kind, key));
  }
  if (isRecordOf(transaction, declaration, record)) {
    const pk = partnerPk(program, record.partnership_key, record.customer_key);
    const begins = `${customerSk(record.customer_key)}#R#`;
    return hasAny(
      ledger,
      { pk, begins },
      ({ kind, key, transaction_key }) => isOther(kind, key) && transaction_key === record.key,
    );
  }
  return false;
}

interface Seen {
  readonly kind: string;
  readonly key: string;
  readonly transaction_key: unknown;
}

async function hasAny(
  ledger: Ledger,
  query: { pk: string; begins?: string },
  is: (seen: Seen) => boolean,
): Promise<boolean> {
  for await (const { kind, record } of ledger.collectionAsOf(KINDS, query, Infinity)) {
    const transaction_key = isRecordOf(reward, { kind }, record) ? record.transaction_key : null;
    if (is({ kind, key: record.key, transaction_key })) return true;
  }
  return false;
}

const KINDS = ["partnership", "customer", "transaction", "reward", "lead", "deal"].map(declarationOf);

/** A partner that triggers moved for the row goes back to the group it came from, unless it has been moved on since. */
async function movesBack({ ledger, program, declaration, now }: Dependencies, { fired = [], mark }: DoneRow) {
  // A partner's own row takes back the move with everything else.
  const moved = fired.findLast(({ effect }) => effect === "move_group");
  if (moved === undefined || declaration.kind === partnership.kind) return [];
  const [before] = await ledger.find(partnership, program, "key", [moved.partnership_key]);
  const home = before && (await changeBy(ledger, partnership, before, mark)).before;
  if (before === undefined || home === undefined || before.record.group_key !== moved.group_key) return [];
  const { group_key, group_joined_at } = home;
  const after: Partnership = { ...before.record, group_key, group_joined_at, updated_at: now };
  return [{ declaration: partnership, before, after }];
}

/** What a change, told by its mark, has done to a record. */
async function changeBy<R extends BaseRecord>(
  ledger: Ledger,
  declaration: Declaration<R>,
  stored: Stored<R>,
  mark: string,
): Promise<{ readonly before: R | undefined; readonly after: R | undefined }> {
  const revisions = await ledger.history(declaration, stored);
  const own = revisions.findIndex((one) => one.mark === mark);
  return { before: revisions[own - 1]?.record, after: revisions[own]?.record };
}

/** What the row used up of limited rewards is free again. */
async function allowancesBack({ ledger, program, now }: Dependencies, row: DoneRow): Promise<Change[]> {
  const changes: Change[] = [];
  for (const key of allowanceKeys(row.fired ?? [])) {
    const [before] = await ledger.read(allowance, [allowancePlace(program, key)]);
    if (before === undefined) continue;
    const change = await changeBy(ledger, allowance, before, row.mark);
    if (change.after === undefined) continue;
    const used = change.after.amount - (change.before?.amount ?? 0);
    const { count, amount } = before.record;
    const after: Allowance = { ...before.record, count: count - 1, amount: amount - used, updated_at: now };
    changes.push({ declaration: allowance, before, after });
  }
  return changes;
}

const allowanceKeys = (fired: readonly Fired[]): string[] => fired.flatMap(({ allowance_keys }) => allowance_keys);
