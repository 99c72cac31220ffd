import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Item, Place, Value } from "../ports.ts";

/** Attributes by name, as DynamoDB's protocol writes them. */
export type Attributes = Record<string, AttributeValue>;

/** Written by hand: a general marshaller costs more than signing and sending the item. */
export function encodeValue(value: Value): AttributeValue {
  switch (typeof value) {
    case "string":
      return { S: value };
    case "number":
      return { N: encodeNumber(value) };
    case "boolean":
      return { BOOL: value };
    default:
      if (value === null) return { NULL: true };
      return isList(value) ? { L: value.map(encodeValue) } : { M: encodeMap(value) };
  }
}

/** Attributes that are undefined are left out. */
export function encodeMap(map: Readonly<Record<string, Value | undefined>>): Attributes {
  const attributes: Attributes = {};
  for (const name in map) {
    const value = map[name];
    if (value !== undefined) attributes[name] = encodeValue(value);
  }
  return attributes;
}

export const encodePlace = ({ pk, sk }: Place): Attributes => ({ pk: { S: pk }, sk: { S: sk } });

export function decodeValue(attribute: AttributeValue): Value {
  if (attribute.S !== undefined) return attribute.S;
  if (attribute.N !== undefined) return Number(attribute.N);
  if (attribute.M !== undefined) return decodeMap(attribute.M);
  if (attribute.BOOL !== undefined) return attribute.BOOL;
  if (attribute.L !== undefined) return attribute.L.map(decodeValue);
  if (attribute.NULL !== undefined) return null;
  throw new TypeError(`an attribute of kind ${Object.keys(attribute).join()} is none that this product writes`);
}

export const decodeItem = (attributes: Attributes): Item => decodeMap(attributes) as Item;

function decodeMap(attributes: Attributes): Record<string, Value> {
  const map: Record<string, Value> = {};
  for (const name in attributes) {
    const attribute = attributes[name];
    if (attribute !== undefined) map[name] = decodeValue(attribute);
  }
  return map;
}

function encodeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be stored`);
  return String(value);
}

// `Array.isArray` does not narrow read-only arrays.
const isList = (value: readonly Value[] | object): value is readonly Value[] => Array.isArray(value);
