import type { Item, Place, Value } from "../ports.ts";
import { claimPlace } from "../records/place.ts";
import type { BaseRecord, Declaration, Unique } from "../records/record.ts";
import { attribute, imageOf } from "./stored.ts";

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
  readonly image: Readonly<Record<string, Value>> | undefined;
}

export interface Creation {
  readonly mark: string;
  readonly at: number;
}

export function claimItem(
  declaration: Declaration,
  record: BaseRecord,
  { field, value }: Unique,
  { mark, at }: Creation,
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
  };
}

export const toClaim = (item: Item): Claim => ({
  place: { pk: item.pk, sk: item.sk },
  key: attribute(item, "key"),
  home: { pk: attribute(item, "home_pk"), sk: attribute(item, "home_sk") },
  mark: attribute(item, "_mark"),
  at: Number(item["_at"]),
  image: isMap(item["image"]) ? item["image"] : undefined,
});

const isMap = (value: Value | undefined): value is Readonly<Record<string, Value>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
