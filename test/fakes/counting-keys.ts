import type { NewKey } from "../../shared/ports.ts";

/** Keys that count up per prefix, as long as real ones: `part_00000000000000000000000001`. */
export function createCountingKeys(): NewKey {
  const counts = new Map<string, number>();
  return (prefix) => {
    const count = (counts.get(prefix) ?? 0) + 1;
    counts.set(prefix, count);
    return prefix + String(count).padStart(26, "0");
  };
}
