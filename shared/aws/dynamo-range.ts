import type { Query } from "../ports.ts";

/** What a query asks of the sort key; DynamoDB takes one condition on it, so that some items may have to be dropped. */
export interface KeyRange {
  readonly condition?:
    | { readonly operator: "begins" | ">" | "<"; readonly value: string }
    | { readonly operator: "between"; readonly from: string; readonly to: string };
  /** Whether an item that the condition let through belongs to the answer. */
  holds(sk: string): boolean;
}

/** The range of a query; undefined when nothing can be in it. */
export function keyRange({ begins = "", after, newestFirst = false }: Query): KeyRange | undefined {
  const holds = (sk: string) => sk !== after && sk.startsWith(begins);
  const prefixed: KeyRange = begins === "" ? { holds } : { condition: { operator: "begins", value: begins }, holds };
  if (after === undefined) return prefixed;
  if (after === "" || !after.startsWith(begins)) {
    const isBefore = after === "" || compareKeys(after, begins) < 0;
    return isBefore === newestFirst ? undefined : prefixed;
  }
  if (begins === "") return { condition: { operator: newestFirst ? "<" : ">", value: after }, holds };
  if (newestFirst) return { condition: { operator: "between", from: begins, to: after }, holds };
  const to = nextPrefix(begins);
  return to === undefined
    ? { condition: { operator: ">", value: after }, holds }
    : { condition: { operator: "between", from: after, to }, holds };
}

/** DynamoDB sorts by UTF-8 bytes, which is not the order of JavaScript's strings. */
const compareKeys = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The least string that is greater than all strings with this prefix. */
function nextPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (char) => char.codePointAt(0) ?? 0);
  const last = points.findLastIndex((point) => point < 0x10ffff);
  const point = points[last];
  if (point === undefined) return undefined;
  // Surrogates are no characters of their own.
  const next = point === 0xd7ff ? 0xe000 : point + 1;
  return String.fromCodePoint(...points.slice(0, last), next);
}
