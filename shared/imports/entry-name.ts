const MOST_CHARACTERS = 60;

/** The name of a file of an archive as messages tell it: without characters that cannot be seen, and the end of a long one. */
export function entryName(name: string): string {
  const shown = Array.from(name.toWellFormed().replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ""));
  return shown.length <= MOST_CHARACTERS ? shown.join("") : `…${shown.slice(1 - MOST_CHARACTERS).join("")}`;
}
