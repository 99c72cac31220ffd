import { AwsError } from "./aws-error.ts";

/** The first and the last byte of a stretch. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Reads a Range header; several ranges, or none that makes sense, mean the whole object. */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "")
    return last === "0" || size === 0 ? refuse(size) : { start: Math.max(size - Number(last), 0), end: size - 1 };
  if (last !== "" && Number(last) < Number(first)) return undefined;
  const start = Number(first);
  if (start >= size) return refuse(size);
  return { start, end: last === "" ? size - 1 : Math.min(Number(last), size - 1) };
}

function refuse(size: number): never {
  throw new AwsError("InvalidRange", 416, "The requested range is not satisfiable", { ActualObjectSize: String(size) });
}
