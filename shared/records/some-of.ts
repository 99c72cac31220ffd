const MOST_TOLD = 20;
const LONGEST_TOLD = 60;

/** A name as a sentence can hold it: a file may take a page of text for a header. */
export const shortened = (name: string): string =>
  name.length > LONGEST_TOLD ? `${name.slice(0, LONGEST_TOLD).toWellFormed()}...` : name;

/**
 * The first of many, as part of a sentence: at most 20, and no more than `room` characters of them, but always one.
 * The others are counted.
 */
export function someOf(
  all: readonly string[],
  { room = Infinity, between = ", " }: { readonly room?: number; readonly between?: string } = {},
): string {
  const told: string[] = [];
  let left = room;
  for (const one of all.slice(0, MOST_TOLD)) {
    left -= one.length + between.length;
    if (left < 0 && told.length > 0) break;
    told.push(one);
  }
  const others = all.length - told.length;
  return told.join(between) + (others > 0 ? ` and ${others} more` : "");
}
