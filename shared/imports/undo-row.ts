import { isDeepStrictEqual } from "node:util";
import { type Change, type Entry, fitsTransaction } from "../ledger/entry.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Removal } from "../ledger/removal.ts";
import type { Stored } from "../ledger/stored.ts";
import { type Allowance, allowance, allowancePlace } from "../records/allowance.ts";
import { type Customer, customer } from "../records/customer.ts";
import { deal } from "../records/deal.ts";
import { dealFilesPk } from "../records/deal-file.ts";
import { declarationOf } from "../records/index.ts";
import { type Partnership, partnership } from "../records/partnership.ts";
import { customerSk, partnerPk } from "../records/place.ts";
import { program as programRecord } from "../records/program.ts";
import { type BaseRecord, type Declaration, isRecordOf } from "../records/record.ts";
import { type Reward, reward } from "../records/reward.ts";
import { transaction } from "../records/transaction.ts";
import type { KeptOutcome } from "./outcomes.ts";
import { subscriptionChanges } from "./subscription-changes.ts";
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

/** The rows' change was met by another one; tried again, they may be undone. */
const CONTESTED = "contested";

type Told = Pick<UndoneRow, "result" | "code" | "message">;

const REVERSED: Told = { result: "reversed", code: null, message: null };
const kept = (code: string, message: string): Told => ({ result: "kept", code, message });

const CHANGED = kept("changed_since", "The record has been changed since");
const USED = kept("used_since", "Other records have come to hang on it since");
const PAID = kept("reward_changed", "A reward that it earned has been approved, paid, declined or changed since");
const OWNERLESS = kept("owner_gone", "The partner or customer that it belonged to before is not there any more");
const MANY = kept(
  "too_many_changes",
  "The file has changed the record too often, or made too much of it, for it to be taken back",
);
const LASTING: Told = {
  result: "not_reversible",
  code: "rates_stay",
  message: "Rates are not taken back, as others may have been set since: set the table as it is to be",
};
const GONE: Told = { result: "not_reversible", code: "gone", message: "Nothing is known of the record any more" };

/**
 * Takes back what rows of an import have changed of one record, given from the last one back, with what triggers made of
 * them: the record is removed, or is again what it was. What somebody has changed, paid or used since stays, and so does
 * all that belongs to the row. Mails are sent. Rows that cannot be undone yet are left out.
 */
export async function undoRows(deps: Dependencies, rows: readonly DoneRow[]): Promise<UndoneRow[]> {
  // Rows without effects are taken back in one go, however many there are.
  const isPlain = rows.every(({ fired = [] }) => fired.length === 0);
  const together = isPlain && rows.length > 1 ? await undo(deps, rows) : undefined;
  if (together !== undefined && together !== CONTESTED && together.result === "reversed")
    return rows.map((row) => undone(row, together));
  const told: UndoneRow[] = [];
  for (const row of rows) {
    const found = await undo(deps, [row]);
    // What came before it in the file can only be undone behind it.
    if (found === CONTESTED) break;
    told.push(undone(row, found));
  }
  return told;
}

const undone = ({ row, key }: DoneRow, { result, code, message }: Told): UndoneRow => ({
  row,
  key,
  result,
  code,
  message,
});

async function undo(deps: Dependencies, rows: readonly DoneRow[]): Promise<Told | typeof CONTESTED> {
  const { ledger, program, declaration } = deps;
  const earliest = rows.at(-1);
  if (earliest === undefined) return REVERSED;
  if (declaration.kind === programRecord.kind) return LASTING;
  const mark = undoMark(earliest.mark);
  const [stored] = await ledger.find(declaration, program, "key", [earliest.key]);
  if (stored === undefined) return (await ledger.removedBy(declaration, program, earliest.key, mark)) ? REVERSED : GONE;
  const entry = await entryOf(deps, rows, stored, mark);
  if (!("changes" in entry)) return entry;
  return (await ledger.commit(entry)) ? REVERSED : CONTESTED;
}

/** Names the undoing of a change, and of the changes behind it that are undone with it. */
const undoMark = (mark: string): string => `undo/${mark}`;

async function entryOf(
  deps: Dependencies,
  rows: readonly DoneRow[],
  stored: Stored<BaseRecord>,
  mark: string,
): Promise<Entry | Told> {
  const { ledger, program, declaration } = deps;
  const revisions = await ledger.history(declaration, stored);
  if (revisions.some((one) => one.mark === mark)) return REVERSED;
  const lasting = lastingRevisions(withoutTellings(declaration, revisions));
  const first = lasting.length - rows.length;
  // The rows' changes have to be the last ones, in their order.
  if (!rows.every((row, back) => lasting.at(-1 - back)?.mark === row.mark)) {
    return rows.every((row) => revisions.some((one) => one.mark === row.mark)) ? CHANGED : GONE;
  }
  const rewards = await ownRewards(ledger, program, rows);
  if (rewards === undefined) return PAID;
  const removals: Removal[] = rewards.map((one) => ({ declaration: reward, revisions: [one] }));
  const changes: Change[] = [];
  const before = lasting[first - 1];
  if (before !== undefined) {
    if (!(await hasOwners(deps, before.record))) return OWNERLESS;
    changes.push(await restored(deps, stored, before.record, lasting));
  } else {
    const ownKeys = new Set(rewards.map(({ record }) => record.key));
    if (await isUsed(ledger, program, declaration, revisions, ownKeys)) return USED;
    removals.push({ declaration, revisions });
  }
  changes.push(...(await subscriptionsBack(deps, stored.record, before?.record)));
  for (const row of rows) changes.push(...(await movesBack(deps, row)), ...(await allowancesBack(deps, row)));
  const entry = { mark, changes, removals };
  return fitsTransaction(entry) ? entry : MANY;
}

/** The customer's subscriptions as its other transactions tell them. */
async function subscriptionsBack(
  { ledger, program, declaration, now }: Dependencies,
  was: BaseRecord,
  before: BaseRecord | undefined,
): Promise<Change[]> {
  if (!isRecordOf(transaction, declaration, was)) return [];
  const is = before !== undefined && isRecordOf(transaction, declaration, before) ? before : undefined;
  const keys = [...new Set([was.customer_key, is?.customer_key ?? was.customer_key])];
  const found = await ledger.find(customer, program, "key", keys);
  return subscriptionChanges({ ledger, now, customerOf: (key) => found[keys.indexOf(key)] }, was, is);
}

/** What transactions tell of a customer's subscriptions is no change of what a row said of the customer. */
function withoutTellings<R extends BaseRecord>(declaration: Declaration, revisions: readonly Stored<R>[]): Stored<R>[] {
  const said = ({ record }: Stored<R>) =>
    isRecordOf(customer, declaration, record) ? { ...record, subscriptions: [], updated_at: 0 } : undefined;
  return revisions.filter((one, at) => {
    const former = revisions[at - 1];
    const now = said(one);
    return former === undefined || now === undefined || !isDeepStrictEqual(now, said(former));
  });
}

/** The revisions that made the record what it is, leaving out those that have been undone. */
function lastingRevisions<R extends BaseRecord>(revisions: readonly Stored<R>[]): Stored<R>[] {
  const lasting: Stored<R>[] = [];
  for (const one of revisions) {
    const undoneFrom = lasting.findLastIndex(({ mark }) => one.mark === undoMark(mark));
    if (undoneFrom < 0) lasting.push(one);
    else lasting.splice(undoneFrom);
  }
  return lasting;
}

/** The record as it was. */
async function restored(
  deps: Dependencies,
  stored: Stored<BaseRecord>,
  before: BaseRecord,
  lasting: readonly Stored<BaseRecord>[],
): Promise<Change> {
  const { declaration, now } = deps;
  const had = (record: BaseRecord) => declaration.unique(record).map(({ field, value }) => `${field} ${value}`);
  const earlier = new Set(
    lasting.slice(0, lasting.findIndex(({ record }) => record === before) + 1).flatMap(({ record }) => had(record)),
  );
  const release = declaration
    .unique(stored.record)
    .filter(({ keeps, field, value }) => keeps && !earlier.has(`${field} ${value}`));
  const lastingOnes = await lastingOfCustomer(deps, stored.record, before);
  const after: BaseRecord = { ...before, ...lastingOnes, updated_at: now };
  return { declaration, before: stored, after, release };
}

/** What stays of a customer that is again what it was: what transactions tell, and where they may be. */
async function lastingOfCustomer(
  { ledger, program, declaration }: Dependencies,
  now: BaseRecord,
  before: BaseRecord,
): Promise<Partial<Customer>> {
  if (!isRecordOf(customer, declaration, now) || !isRecordOf(customer, declaration, before)) return {};
  const known = new Set(before.former_partnership_keys);
  if (now.partnership_key !== before.partnership_key) {
    for (const one of [...now.former_partnership_keys, now.partnership_key ?? ""]) known.add(one);
  }
  // A partner of before whom the row told of may have transactions by now.
  for (const former of now.former_partnership_keys) {
    const pk = partnerPk(program, former === "" ? null : former, now.key);
    const look = { pk, begins: `${customerSk(now.key)}#T#` };
    if (!known.has(former) && (await hasAny(ledger, look, () => true))) known.add(former);
  }
  return { subscriptions: now.subscriptions, former_partnership_keys: [...known] };
}

/** Whether the partner and the customer that a record belongs to are there. */
async function hasOwners({ ledger, program, declaration }: Dependencies, record: BaseRecord): Promise<boolean> {
  const isThere = async (owner: Declaration, key: unknown) =>
    typeof key !== "string" || (await ledger.find(owner, program, "key", [key]))[0] !== undefined;
  const owned = new Map<string, unknown>(Object.entries(record));
  if (!(await isThere(partnership, owned.get("partnership_key")))) return false;
  return !isRecordOf(transaction, declaration, record) || isThere(customer, record.customer_key);
}

/** The rewards that triggers made of the rows, as they were made; undefined when one of them is not that any more. */
async function ownRewards(ledger: Ledger, program: string, rows: readonly DoneRow[]) {
  const own: Stored<Reward>[] = [];
  for (const { fired = [], mark } of rows) {
    const keys = fired.flatMap(({ reward_key }) => reward_key ?? []);
    const found = keys.length === 0 ? [] : await ledger.find(reward, program, "key", keys);
    const there = found.filter((one) => one !== undefined);
    if (there.some((one) => one.mark !== mark)) return undefined;
    own.push(...there);
  }
  return own;
}

/** Whether something hangs on a record that would be left without it, wherever the record has been. */
async function isUsed(
  ledger: Ledger,
  program: string,
  declaration: Declaration,
  revisions: readonly Stored<BaseRecord>[],
  ownRewardKeys: ReadonlySet<string>,
): Promise<boolean> {
  const looks = new Map<string, Look>();
  for (const { record } of revisions) {
    for (const look of looksFor(program, declaration, record)) looks.set(JSON.stringify([look.pk, look.begins]), look);
  }
  const isOther = ({ kind, key }: Seen) =>
    !(kind === declaration.kind && key === revisions[0]?.record.key) &&
    !(kind === reward.kind && ownRewardKeys.has(key));
  for (const { is, ...query } of looks.values()) {
    if (await hasAny(ledger, query, (seen) => isOther(seen) && is(seen))) return true;
  }
  return false;
}

/** Where records that hang on a record lie, and which of those there do. */
interface Look {
  readonly pk: string;
  readonly begins?: string;
  is(seen: Seen): boolean;
}

function looksFor(program: string, declaration: Declaration, record: BaseRecord): Look[] {
  if (isRecordOf(partnership, declaration, record)) {
    return [{ pk: partnerPk(program, record.key, null), is: () => true }];
  }
  if (isRecordOf(customer, declaration, record)) {
    const owners = [record.partnership_key ?? "", ...record.former_partnership_keys];
    return owners.map((owner) => ({
      pk: partnerPk(program, owner === "" ? null : owner, record.key),
      begins: customerSk(record.key),
      is: () => true,
    }));
  }
  if (isRecordOf(transaction, declaration, record)) {
    return [
      {
        pk: partnerPk(program, record.partnership_key, record.customer_key),
        begins: `${customerSk(record.customer_key)}#R#`,
        is: ({ transaction_key }) => transaction_key === record.key,
      },
    ];
  }
  if (isRecordOf(deal, declaration, record)) return [{ pk: dealFilesPk(program, record.key), is: () => true }];
  return [];
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
  for await (const page of ledger.collectionAsOf(KINDS, query, Infinity)) {
    for (const { kind, record } of page) {
      const transaction_key = isRecordOf(reward, { kind }, record) ? record.transaction_key : null;
      if (is({ kind, key: record.key, transaction_key })) return true;
    }
  }
  return false;
}

const KINDS = ["partnership", "customer", "transaction", "reward", "lead", "deal", "deal_file"].map(declarationOf);

/** A partner that triggers moved for the row goes back to the group it came from, unless it has been moved on since. */
async function movesBack({ ledger, program, declaration, now }: Dependencies, { fired = [], mark }: DoneRow) {
  // A partner's own row takes back the move with everything else.
  const moved = fired.findLast(({ effect }) => effect === "move_group");
  if (moved === undefined || declaration.kind === partnership.kind) return [];
  const [before] = await ledger.find(partnership, program, "key", [moved.partnership_key]);
  if (before === undefined || before.record.group_key !== moved.group_key) return [];
  const revisions = await ledger.history(partnership, before);
  const home = revisions[revisions.findIndex((one) => one.mark === mark) - 1]?.record;
  if (home === undefined) return [];
  const { group_key, group_joined_at } = home;
  const after: Partnership = { ...before.record, group_key, group_joined_at, updated_at: now };
  return [{ declaration: partnership, before, after }];
}

/** What the row used up of limited rewards is free again. */
async function allowancesBack({ ledger, program, now }: Dependencies, { fired = [] }: DoneRow): Promise<Change[]> {
  const used = fired.flatMap((one) => one.used);
  const found = await ledger.read(
    allowance,
    used.map((one) => allowancePlace(program, one.allowance)),
  );
  return found.flatMap((before, at): Change[] => {
    if (before === undefined) return [];
    const { count, amount } = before.record;
    const back = used[at]?.amount ?? 0;
    const after: Allowance = { ...before.record, count: count - 1, amount: amount - back, updated_at: now };
    return [{ declaration: allowance, before, after }];
  });
}

/** What rows that must not be undone side by side have in common. */
export const namesOf = ({ key, fired = [] }: DoneRow): string[] => [
  `record ${key}`,
  ...fired.filter(({ effect }) => effect === "move_group").map((one) => `partner ${one.partnership_key}`),
  ...fired.flatMap(({ used }) => used.map((one) => `allowance ${one.allowance}`)),
];
