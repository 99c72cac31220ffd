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

/** One byte for two significant digits, on either side of the point, one more, and one for the sign. */
function sizeOfNumber(value: number): number {
  if (value === 0) return 1;
  const sign = value < 0 ? 1 : 0;
  const [whole = "", fraction = ""] = String(Math.abs(value)).split(".");
  const isPlain = whole !== "0" && fraction !== "" && !fraction.includes("e");
  return isPlain ? pairs(whole) + pairs(fraction) + 1 + sign : pairs(significantDigits(value)) + 1 + sign;
}

const significantDigits = (value: number): string =>
  value.toExponential().replace(/e.*$/, "").replaceAll(/[-.]/g, "").replace(/0+$/, "");

const pairs = (digits: string): number => Math.ceil(digits.length / 2);
