import { unguarded } from "../records/bundle.ts";

/** Blanks of every kind, and characters that cannot be seen: byte order marks, zero-width ones, marks of direction. */
const INVISIBLE = /^[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]$/;

/** The text of a cell, without what surrounds it unseen and without the guard that an export gave it. */
export function cellText(raw: string | undefined): string {
  if (raw === undefined || raw === "") return "";
  return unguarded(isVisible(raw.charCodeAt(0)) && isVisible(raw.charCodeAt(raw.length - 1)) ? raw : stripped(raw));
}

export const isBlank = (raw: string): boolean => raw === "" || (!isVisible(raw.charCodeAt(0)) && stripped(raw) === "");

/** By loops from both ends: an expression for the end takes the square of the length on a long row of blanks within. */
function stripped(raw: string): string {
  let from = 0;
  let to = raw.length;
  while (from < to && isInvisible(raw, from)) from += 1;
  while (to > from && isInvisible(raw, to - 1)) to -= 1;
  return raw.slice(from, to);
}

const isInvisible = (raw: string, at: number): boolean => INVISIBLE.test(raw.charAt(at));

const isVisible = (code: number): boolean => code > 0x20 && code < 0x7f;
