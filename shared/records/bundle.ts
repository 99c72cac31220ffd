import { NO_USD } from "./cell.ts";
import { majorUnits } from "./currency.ts";

/** A finished cell of an export file; quoting is left to the writer. */
export type Cell = string;

// OWASP's list for formula injection, with its full-width forms and the NUL that ASVS 1.2.10 adds. Quotes before it may
// be a guard, or belong to the text.
const FORMULA = /^'*[=+\-@\t\r\n\0＝＋－＠]/;

/** Digits with a sign and what people put between them: an amount, perhaps with its currency, or a number to call. */
const SIGNED_NUMBER = /^[+\-＋－]\s*(?:\p{Sc}\s*)?[(.,]?\d[\d\s().,/'’-]*(?:\p{Sc}|[A-Z]{3}|%)?$/u;

/** Something to calculate by, behind the sign of the number. */
const OPERATOR = /.[-/]/s;

/** Numbers with nothing to calculate by between them, as no formula has them. */
const SIDE_BY_SIDE = /[\d)]\s+[\d(]|\d\(|\)\d/;

/**
 * Whether it has a sign in front, and yet nothing that a spreadsheet could calculate: `-12.50`, `+15550100199`,
 * `+1 555 010-0199`, `+49 (30) 123`. It ends where Excel would calculate: `+1-555-0100` comes out as -654.
 */
const isSignedNumber = (text: string): boolean =>
  SIGNED_NUMBER.test(text) && (!OPERATOR.test(text) || SIDE_BY_SIDE.test(text));

/**
 * Free text, guarded against being taken for a formula by a spreadsheet; the importer takes the guard off again. Amounts
 * and phone numbers stay as they are, as long as they can be nothing else: see {@link isSignedNumber}. Text that looks
 * guarded is guarded once more, or it would come back without the quote that it had.
 */
export const textCell = (value: string | null): Cell =>
  value === null ? "" : FORMULA.test(value) && !isSignedNumber(value) ? `'${value}` : value;

/** Undoes the guard of {@link textCell}. */
export const unguarded = (cell: string): string => (cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell);

/**
 * A cell that somebody else wrote, guarded like {@link textCell}, but for quotes before it, which may be a guard. The
 * importer reads it as it would have read the cell.
 */
export function foreignCell(raw: string): Cell {
  // Blanks in front mean nothing to the importer, which could not tell them behind a guard.
  const cell = /^[\t\r\n]/.test(raw) ? raw.trimStart() : raw;
  return /^[=+\-@＝＋－＠]/.test(cell) && !isSignedNumber(cell) ? `'${cell}` : cell;
}

const DAY_MS = 86_400_000;

/** A day is the dear part of an instant, and a program knows no more than some thousands of them. */
const days = new Map<number, string>();
const MOST_DAYS = 10_000;

function dayText(day: number): string {
  const known = days.get(day);
  if (known !== undefined) return known;
  const text = new Date(day * DAY_MS).toISOString().slice(0, -14);
  if (days.size >= MOST_DAYS) days.clear();
  days.set(day, text);
  return text;
}

const twoDigits = (value: number): string => (value < 10 ? `0${value}` : String(value));

/** `YYYY-MM-DD HH:MM:SS` in UTC. */
export function instantCell(ms: number | null): Cell {
  if (ms === null) return "";
  const day = Math.floor(ms / DAY_MS);
  const second = Math.floor((ms - day * DAY_MS) / 1000);
  const [hours, minutes] = [Math.floor(second / 3600), Math.floor(second / 60) % 60];
  return `${dayText(day)} ${twoDigits(hours)}:${twoDigits(minutes)}:${twoDigits(second % 60)}`;
}

/** An instant with its milliseconds, where the importer is to read the very same. */
export const exactInstantCell = (ms: number | null): Cell => (ms === null ? "" : new Date(ms).toISOString());

export const amountCell = (minor: number | bigint | null, currency: string): Cell =>
  minor === null ? "" : majorUnits(minor, currency);

export const flagCell = (value: boolean | null): Cell => (value === null ? "" : String(value));

export const countCell = (value: number | null): Cell => (value === null ? "" : String(value));

/** What an amount was worth in US cents, for the importer: an amount without a rate is worth none that could be told. */
export const usdCentsCell = (cents: number | null): Cell => (cents === null ? NO_USD : String(cents));

/** Keys of any letters, as the importer takes them apart again. */
export const keysCell = (keys: readonly string[]): Cell =>
  textCell(keys.map((key) => key.replaceAll(/[\\|]/g, "\\$&")).join("|"));

export const listCell = (values: readonly string[]): Cell => textCell(values.join("|"));

/** The partner that a row belongs to, in the words of the bundle; without one, its cells are empty. */
export interface PartnerView {
  readonly id: string;
  /** The program's own key of the partner. */
  readonly key: string;
  readonly firstName: string;
  readonly name: string;
  readonly email: string;
  readonly group: string;
  /** Unique, as its name may not be. */
  readonly groupSlug: string;
  readonly joinedAt: number;
  readonly groupJoinedAt: number;
  readonly manager: string | null;
  readonly tags: readonly string[];
  readonly archived: boolean;
}

/** What the row of a bundle file is made from. */
export interface BundleRow<Subject = unknown> {
  readonly subject: Subject;
  readonly partner: PartnerView | undefined;
  /** The cut-off instant. */
  readonly exportedAt: number;
}

export interface BundleCell<Subject> {
  (row: BundleRow<Subject>): Cell;
  /** Says that it depends on nothing but the partner. */
  readonly of?: "partner";
}

export type BundleColumns<Subject> = Readonly<Record<string, BundleCell<Subject>>>;

/** One file of the bundle: its name and its columns, in order. */
export interface Bundle<Subject = never> {
  readonly file: string;
  readonly columns: BundleColumns<Subject>;
}

/** Remembers the last answer: all rows have the same cut-off. */
function remembered<From>(cell: (from: From) => Cell): (from: From) => Cell {
  let last: { readonly from: From; readonly made: Cell } | undefined;
  return (from) => {
    if (last?.from !== from) last = { from, made: cell(from) };
    return last.made;
  };
}

const fromPartner = (cell: (partner: PartnerView) => Cell): BundleCell<unknown> =>
  Object.assign(({ partner }: BundleRow) => (partner === undefined ? "" : cell(partner)), { of: "partner" } as const);

/** The join columns; every file takes the ones it needs, in its own order. */
export const partnerColumns = {
  partner_id: fromPartner(({ id }) => id),
  partner_name: fromPartner(({ name }) => textCell(name)),
  partner_group: fromPartner(({ group }) => textCell(group)),
  partner_program_join_date: fromPartner(({ joinedAt }) => instantCell(joinedAt)),
  partner_group_join_date: fromPartner(({ groupJoinedAt }) => instantCell(groupJoinedAt)),
  partner_manager: fromPartner(({ manager }) => textCell(manager)),
  partner_tags: fromPartner(({ tags }) => listCell(tags)),
} as const;

/** For files in the importer's own headers. */
export const partnerKeyCell = fromPartner(({ key }) => textCell(key));
export const groupSlugCell = fromPartner(({ groupSlug }) => textCell(groupSlug));

const cutOffCell = remembered(instantCell);

export const exportedAt = { exported_at: ({ exportedAt: at }: BundleRow): Cell => cutOffCell(at) } as const;
