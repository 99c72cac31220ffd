import type { Item, Place, Write } from "../ports.ts";
import { claimPlace, historyPk } from "../records/place.ts";
import type { BaseRecord, Declaration, Unique } from "../records/record.ts";
import { attribute, imageOf, MOVED, type Stored } from "./stored.ts";

/** A record that is taken out of the ledger again, as an undone import's. */
export interface Removal<R extends BaseRecord = BaseRecord> {
  readonly declaration: Declaration;
  /** Every revision of it, the present one last. */
  readonly revisions: readonly Stored<R>[];
}

/** Sorts behind the place itself and before all that begins with it. */
const GRAVE = "!";

/** Sorts before all revisions. */
const FORMER_LIFE = "00000000~";

/** The attribute that says from when on an image was true; `_at` says until when. */
const BORN = "_born";

const stone = (at: number): string => String(at).padStart(13, "0");

/**
 * The writes of a removal. The place, the revisions and the unique values are free again. A grave beside the place says
 * how long the record lived, for whoever reads the collection as of then; its images are kept under its key.
 */
export function removal({ declaration, revisions }: Removal, mark: string, at: number): Write[] {
  const present = revisions.at(-1);
  const [first] = revisions;
  if (present === undefined || first === undefined) throw new Error("a removal needs the record that it removes");
  const { record, place, rev } = present;
  const pk = historyPk(record.program, declaration.kind, record.key);
  const former = revisions.flatMap((one, index): Write[] => {
    const next = revisions[index + 1];
    const life = {
      pk,
      sk: `${FORMER_LIFE}${stone(at)}~${revisionSk(one.rev)}`,
      [BORN]: one.at,
      _at: next?.at ?? at,
      _mark: one.mark,
      replaced_by: next?.mark ?? mark,
      image: imageOf(one.record),
    };
    return next === undefined ? [{ put: life }] : [{ put: life }, { remove: { pk, sk: revisionSk(one.rev) } }];
  });
  // Also where it was before it moved: the places are free again, and each keeps a grave.
  const places = new Map([...revisions].map((one) => [`${one.place.pk}\n${one.place.sk}`, one.place]));
  const graves = [...places.values()].flatMap((one): Write[] => [
    {
      remove: one,
      when: { equals: one.pk === place.pk && one.sk === place.sk ? { _rev: rev } : { key: record.key } },
    },
    {
      put: {
        pk: one.pk,
        sk: `${one.sk}${GRAVE}${stone(at)}`,
        _kind: declaration.kind,
        key: record.key,
        [MOVED]: true,
        [BORN]: first.at,
        _at: at,
        _mark: mark,
      },
    },
  ]);
  const claims = uniquesOf(declaration, revisions).flatMap(({ field, value }): Write[] => {
    const held = claimPlace(record.program, declaration.kind, field, value);
    const remove: Write = { remove: held, when: { absentOrEquals: { key: record.key } } };
    if (held.sk !== value) return [remove];
    // A claim that stands in a list of records leaves a grave there, too.
    const listed = { pk: held.pk, sk: `${held.sk}${GRAVE}${stone(at)}`, of: value, [BORN]: first.at, _at: at };
    return [remove, { put: listed }];
  });
  return [...graves, ...former, ...claims];
}

/** The values that lead to a record: those it has now, and those that keep leading to it since it had them. */
function uniquesOf(declaration: Declaration, revisions: readonly Stored<BaseRecord>[]): Unique[] {
  const found = new Map<string, Unique>();
  for (const [index, { record }] of revisions.entries()) {
    const isPresent = index === revisions.length - 1;
    for (const one of declaration.unique(record)) {
      if (isPresent || one.keeps) found.set(`${one.field} ${one.value}`, one);
    }
  }
  return [...found.values()];
}

/** Revisions sort by their number. */
export const revisionSk = (rev: number): string => String(rev).padStart(8, "0");

/** Where the former lives of a record are kept. */
export const formerLives = (program: string, kind: string, key: string) => ({
  pk: historyPk(program, kind, key),
  begins: FORMER_LIFE,
});

/** Whether an item tells of a record that was removed. */
export const isGrave = (item: Item): boolean => item[BORN] !== undefined;

/** From when on the image in an item of a history was true. */
export const bornAt = (item: Item): number => Number(item[BORN] ?? item["_at"]);

/** The place that a grave lies beside. */
export const graveOf = ({ pk, sk }: Place): Place => ({ pk, sk: sk.slice(0, sk.lastIndexOf(GRAVE)) });

/** Whether what the grave tells of was true at an instant. */
export const livedAt = (grave: Item, at: number): boolean => Number(grave[BORN]) <= at && at < Number(grave["_at"]);

/** The key that an entry of the directory lists, at an instant; undefined when it was removed by then. */
export function listedKey(entry: Item & Place, at: number): string | undefined {
  if (!isGrave(entry)) return entry.sk;
  return livedAt(entry, at) ? attribute(entry, "of") : undefined;
}
