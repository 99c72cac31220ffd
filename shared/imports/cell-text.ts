import { unguarded } from "../records/bundle.ts";

/** Blanks of every kind, and characters that cannot be seen: byte order marks, zero-width ones, marks of direction. */
const INVISIBLE = String.raw`[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+`;
const AROUND = new RegExp(`^${INVISIBLE}|${INVISIBLE}$`, "g");

/** The text of a cell, without what surrounds it unseen and without the guard that an export gave it. */
export function cellText(raw: string | undefined): string {
  if (raw === undefined || raw === "") return "";
  return unguarded(isVisible(raw.charCodeAt(0)) && isVisible(raw.charCodeAt(raw.length - 1)) ? raw : stripped(raw));
}

export const isBlank = (raw: string): boolean => raw === "" || (!isVisible(raw.charCodeAt(0)) && stripped(raw) === "");

const stripped = (raw: string): string => raw.replace(AROUND, "");

const isVisible = (code: number): boolean => code > 0x20 && code < 0x7f;
