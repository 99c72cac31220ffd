import type { Value } from "../../shared/ports.ts";

/** Bytes of an item by DynamoDB's published rules: the names and the values of its attributes. */
export function sizeOfItem(item: Readonly<Record<string, Value | undefined>>): number {
  let size = 0;
  for (const [name, value] of Object.entries(item)) {
    if (value !== undefined) size += Buffer.byteLength(name) + sizeOfValue(value);
  }
  return size;
}

const MAP_OR_LIST = 3;

function sizeOfValue(value: Value): number {
  switch (typeof value) {
    case "string":
      return Buffer.byteLength(value);
    case "number":
      return sizeOfNumber(value);
    case "boolean":
      return 1;
    default:
      if (value === null) return 1;
      return Array.isArray(value)
        ? value.reduce((sum: number, element: Value) => sum + sizeOfValue(element) + 1, MAP_OR_LIST)
        : sizeOfItem(value as Readonly<Record<string, Value>>) + MAP_OR_LIST + Object.keys(value).length;
  }
}

/** One byte for two significant digits, one more, and one for the sign. */
function sizeOfNumber(value: number): number {
  if (value === 0) return 1;
  const digits = value.toExponential().replace(/e.*$/, "").replaceAll(/[-.]/g, "").replace(/0+$/, "");
  return Math.ceil(digits.length / 2) + 1 + (value < 0 ? 1 : 0);
}
