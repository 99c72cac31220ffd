import type { Item, Place, Value } from "../ports.ts";
import { claimPlace } from "../records/place.ts";
import type { BaseRecord, Declaration, Unique } from "../records/record.ts";
import { attribute, imageOf } from "./stored.ts";

type Image = Readonly<Record<string, Value>>;

/** A record as kept beside another one. */
export interface KindImage {
  readonly kind: string;
  readonly image: Image;
}

/**
 * A unique value, held by one record. A record's first claim never changes hands and carries the record as it was
 * created: it is what makes the creation of a record and the sums it moves one thing, even when a worker dies between them.
 */
export interface Claim {
  readonly place: Place;
  /** The record's own key. */
  readonly key: string;
  readonly home: Place;
  /** The change that created the record. */
  readonly mark: string;
  readonly at: number;
  readonly image: Image | undefined;
  /** The records that were created with it, such as the rewards that triggers made: they are there as soon as the claim is. */
  readonly company: readonly KindImage[];
  /** What its maker wanted to remember of the creation. */
  readonly note: Value | undefined;
  /** Whether the sums it moves were moved with it, rather than by the batch it came in. */
  readonly counted: boolean;
}

export interface Creation {
  readonly mark: string;
  readonly at: number;
  readonly company?: readonly KindImage[];
  readonly note?: Value | undefined;
  readonly counted?: boolean;
}

export function claimItem(
  declaration: Declaration,
  record: BaseRecord,
  { field, value }: Unique,
  { mark, at, company = [], note, counted = false }: Creation,
  withImage: boolean,
): Item {
  const home = declaration.place(record);
  return {
    ...claimPlace(record.program, declaration.kind, field, value),
    key: record.key,
    home_pk: home.pk,
    home_sk: home.sk,
    _mark: mark,
    _at: at,
    ...(withImage && { image: imageOf(record) }),
    ...(withImage && company.length > 0 && { company: company.map(({ kind, image }) => ({ kind, image })) }),
    ...(withImage && note !== undefined && { note }),
    ...(withImage && counted && { counted }),
  };
}

export const toClaim = (item: Item): Claim => ({
  place: { pk: item.pk, sk: item.sk },
  key: attribute(item, "key"),
  home: { pk: attribute(item, "home_pk"), sk: attribute(item, "home_sk") },
  mark: attribute(item, "_mark"),
  at: Number(item["_at"]),
  image: isMap(item["image"]) ? item["image"] : undefined,
  company: Array.isArray(item["company"]) ? item["company"].flatMap(toKindImage) : [],
  note: item["note"],
  counted: item["counted"] === true,
});

function toKindImage(value: Value): KindImage[] {
  if (!isMap(value)) return [];
  const { image } = value;
  return isMap(image) ? [{ kind: attribute(value, "kind"), image }] : [];
}

const isMap = (value: Value | undefined): value is Image =>
  typeof value === "object" && value !== null && !Array.isArray(value);
