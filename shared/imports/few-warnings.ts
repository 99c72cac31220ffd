import type { Warning } from "./file-problem.ts";

/** More than these nobody reads, and they are kept in one item. */
const MOST_TOLD = 20;

const MORE = "more_warnings";

/** The first warnings, each told once, and how many more there are at least: several lists cut short may hide the same ones. */
export function fewWarnings(all: Iterable<Warning>): Warning[] {
  const distinct = new Map<string, Warning>();
  let hidden = 0;
  for (const { code, message } of all) {
    if (code === MORE) hidden = Math.max(hidden, Number(message.replaceAll(/\D/g, "")));
    else distinct.set(message, { code, message });
  }
  const more = Math.max(hidden, distinct.size - MOST_TOLD);
  const told = [...distinct.values()].slice(0, MOST_TOLD);
  return more > 0 ? [...told, { code: MORE, message: `And at least ${more} more warnings.` }] : told;
}
