/**
 * What a cell becomes before it is read as its column: a part of a full name; the words of another system in ours (a word
 * that is not listed stays, one that becomes "" fills nothing); itself, if it is one of some words, and else nothing; a
 * fixed text, where the cell is filled; an amount only if it is written as one of major units, or only if it is a whole
 * number; or itself, added behind what other cells gave.
 */
export type Conversion =
  | "first name"
  | "last name"
  | "major amount"
  | "minor amount"
  | "added"
  | { readonly words: Readonly<Record<string, string>> }
  | { readonly among: readonly string[] }
  | { readonly constant: string };

/** One cell that fills one column. Of several that fill the same column, the first filled one of a row does. */
export interface Source {
  /** Its header, and other spellings. */
  readonly from: readonly string[];
  readonly to: string;
  readonly as?: Conversion;
}

/** The export of another system, read as a type of file here. */
export interface Preset {
  /** As people are told, with its article. */
  readonly name: string;
  /** Undefined for what cannot be imported. */
  readonly type: string | undefined;
  /** By these headers it is recognised: all of them, in one of their spellings. */
  readonly signature: readonly (readonly string[])[];
  readonly sources: readonly Source[];
  /** Required columns that the export cannot have: new records are without them, known ones keep theirs. */
  readonly lacks?: readonly string[];
  /** What its owner should know of it. */
  readonly note?: string;
}

/** A source: its header, or its spellings separated by `|`, the column and what becomes of the cell. */
export const source = (from: string, to: string, as?: Conversion): Source => ({
  from: from.split("|"),
  to,
  ...(as !== undefined && { as }),
});

/** Headers of which all must be there, each with its spellings separated by `|`. */
export const allOf = (...headers: readonly string[]): readonly (readonly string[])[] =>
  headers.map((header) => header.split("|"));

/** A full name in the two columns of a partner. */
export const fullName = (from: string): readonly Source[] => [
  source(from, "partner_first", "first name"),
  source(from, "partner_last", "last name"),
];

/** An amount that its system writes with a currency sign or decimals, or else as a whole number of minor units. */
export const eitherAmount = (from: string): readonly Source[] => [
  source(from, "amount_in_dollars", "major amount"),
  source(from, "amount_in_cents", "minor amount"),
];

export const WHOLE_NUMBERS_ARE_CENTS = "Whole amounts without a currency sign are taken for cents.";

/** What a cell gives by a conversion; "" for nothing. */
export function converted(text: string, as: Conversion | undefined): string {
  if (text === "" || as === undefined || as === "added") return text;
  if (typeof as === "object") {
    if ("constant" in as) return as.constant;
    const word = text.toLowerCase();
    if ("among" in as) return as.among.includes(word) ? text : "";
    return Object.hasOwn(as.words, word) ? (as.words[word] ?? text) : text;
  }
  if (as === "first name" || as === "last name") return nameParts(text)[as];
  return /^[+-]?\d+$/.test(text) === (as === "minor amount") ? text : "";
}

/** "Lovelace, Ada" and "Ada Lovelace" alike; a single word is a first name. */
function nameParts(name: string): Readonly<Record<"first name" | "last name", string>> {
  const [behind = "", before] = name.split(/\s*,\s*/, 2);
  if (before !== undefined && before !== "") return { "first name": before, "last name": behind };
  const words = name.split(/\s+/);
  const last = words.length > 1 ? (words.pop() ?? "") : "";
  return { "first name": words.join(" "), "last name": last };
}
