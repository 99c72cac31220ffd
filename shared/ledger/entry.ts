import type { Place, Value, Write } from "../ports.ts";
import { claimPlace, historyPk } from "../records/place.ts";
import type { BaseRecord, Declaration, Unique } from "../records/record.ts";
import { claimItem, type Creation, type KindImage } from "./claim.ts";
import { type Removal, removal, revisionSk } from "./removal.ts";
import { imageOf, MOVED, type Stored, toItem } from "./stored.ts";
import { tallyOf, TallySheet } from "./totals.ts";

/** One record created (without `before`) or changed. */
export interface Change<R extends BaseRecord = BaseRecord> {
  readonly declaration: Declaration;
  readonly before?: Stored<R> | undefined;
  readonly after: R;
  /** Values that the record had taken for good and gives up all the same, as when the taking is undone. */
  readonly release?: readonly Unique[];
}

/** Changes that happen together or not at all; the first one is what the entry is about. */
export interface Entry {
  readonly mark: string;
  readonly changes: readonly Change[];
  /** Records that are taken out of the ledger. */
  readonly removals?: readonly Removal[];
  /** What a repeated attempt needs to tell the same of it: see {@link Claim.note} and `Ledger.marks`. */
  readonly note?: Value | undefined;
  /** What else is written with it, or has to hold for it, in the same transaction: no records. Not in a batch. */
  readonly besides?: readonly Write[];
}

export const historyPlace = (declaration: Declaration, record: BaseRecord, rev: number): Place => ({
  pk: historyPk(record.program, declaration.kind, record.key),
  sk: revisionSk(rev),
});

/**
 * Whether conditional puts are enough: one new record with one unique value, which nobody else can be after, and its
 * company. They cost half of a transaction.
 */
export const isLoneCreation = ({ changes, removals = [] }: Entry): boolean =>
  changes.length > 0 &&
  removals.length === 0 &&
  changes.every(({ declaration, before, after }) => !before && declaration.unique(after).length === 1);

/** Whether an entry only creates: a batch sums such entries apart, any other moves the live totals itself. */
export const isCreation = ({ changes, removals = [] }: Entry): boolean =>
  removals.length === 0 && changes.every(({ before }) => before === undefined);

/** The records that come with the first one of an entry. */
export const companyOf = ({ changes }: Entry): KindImage[] =>
  changes
    .slice(1)
    .flatMap(({ declaration, before, after }) =>
      before === undefined ? [{ kind: declaration.kind, image: imageOf(after) }] : [],
    );

/** The writes of an entry, for one transaction. In a batch, the sums of what is only created are written apart. */
export function writesOf(entry: Entry, at: number, inBatch: boolean): Write[] {
  const { mark, changes, removals = [], note, besides = [] } = entry;
  const live = new TallySheet();
  const counted = !(inBatch && isCreation(entry));
  const writes = changes.flatMap(({ declaration, before, after, release = [] }, index) => {
    const made: Creation = index === 0 ? { mark, at, company: companyOf(entry), note, counted } : { mark, at, counted };
    if (before === undefined) {
      if (counted) live.add(tallyOf(declaration, after));
      return creation(declaration, after, made);
    }
    live.add(tallyOf(declaration, before.record), -1);
    live.add(tallyOf(declaration, after));
    return [...replacement(declaration, before, after, made), ...release.map((one) => freed(declaration, after, one))];
  });
  const removed = removals.flatMap((one) => {
    const present = one.revisions.at(-1);
    if (present) live.add(tallyOf(one.declaration, present.record), -1);
    return removal(one, mark, at);
  });
  const program = changes[0]?.after.program ?? removals[0]?.revisions[0]?.record.program;
  return program === undefined ? [] : [...writes, ...removed, ...besides, ...live.additions(program)];
}

/** DynamoDB takes no more at once. */
const MOST_WRITES = 100;

/** Whether all of an entry can happen together. */
export const fitsTransaction = (entry: Entry): boolean => writesOf(entry, 0, false).length <= MOST_WRITES;

function creation(declaration: Declaration, record: BaseRecord, made: Creation): Write[] {
  const { mark, at } = made;
  const claims = declaration.unique(record).map((unique, index): Write => ({
    put: claimItem(declaration, record, unique, made, index === 0),
    when: { absent: true },
  }));
  return [...claims, { put: toItem(declaration, record, { rev: 1, at, mark }), when: { absent: true } }];
}

function replacement(
  declaration: Declaration,
  before: Stored<BaseRecord>,
  after: BaseRecord,
  { mark, at, note }: Creation,
): Write[] {
  const rev = before.rev + 1;
  const item = toItem(declaration, after, { rev, at, mark });
  const moved = item.pk !== before.place.pk || item.sk !== before.place.sk;
  const unmoved = { equals: { _rev: before.rev } };
  return [
    {
      put: {
        ...historyPlace(declaration, before.record, before.rev),
        image: imageOf(before.record),
        _at: before.at,
        _mark: before.mark,
        replaced_at: at,
        replaced_by: mark,
        ...(note !== undefined && { note }),
      },
    },
    ...(moved
      ? [
          { put: item, when: { absentOrEquals: { key: after.key } } },
          {
            put: {
              ...before.place,
              key: after.key,
              _kind: declaration.kind,
              _rev: rev,
              _at: at,
              _mark: mark,
              [MOVED]: true,
            },
            when: unmoved,
          },
        ]
      : [{ put: item, when: unmoved }]),
    ...claimChanges(declaration, before.record, after, moved, mark, at),
  ];
}

function claimChanges(
  declaration: Declaration,
  before: BaseRecord,
  after: BaseRecord,
  moved: boolean,
  mark: string,
  at: number,
): Write[] {
  const key = after.key;
  const had = declaration.unique(before);
  const has = declaration.unique(after);
  const same = (one: Unique) => (other: Unique) => one.field === other.field && one.value === other.value;
  const home = declaration.place(after);
  const taken = has
    .filter((unique) => !had.some(same(unique)))
    .map((unique): Write => ({
      put: claimItem(declaration, after, unique, { mark, at }, false),
      when: { absentOrEquals: { key } },
    }));
  const kept = moved ? has.filter((unique) => had.some(same(unique))) : [];
  const led = kept.map(({ field, value }): Write => ({
    update: claimPlace(after.program, declaration.kind, field, value),
    set: { home_pk: home.pk, home_sk: home.sk },
    when: { equals: { key } },
  }));
  const released = had
    .filter((unique) => !unique.keeps && !has.some(same(unique)))
    .map((unique) => freed(declaration, before, unique));
  return [...taken, ...led, ...released];
}

const freed = (declaration: Declaration, { program, key }: BaseRecord, { field, value }: Unique): Write => ({
  remove: claimPlace(program, declaration.kind, field, value),
  when: { equals: { key } },
});
