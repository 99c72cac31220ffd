import { majorUnits } from "./currency.ts";

/** A finished cell of an export file; quoting is left to the writer. */
export type Cell = string;

// OWASP's list for formula injection, with the full-width forms and NUL that ASVS 1.2.10 adds.
const FORMULA = /^[=+\-@\t\r\0＝＋－＠]/;

/** Free text, guarded against being taken for a formula by a spreadsheet; the importer takes the guard off again. */
export const textCell = (value: string | null): Cell => (value === null ? "" : FORMULA.test(value) ? `'${value}` : value);

/** Undoes the guard of {@link textCell}. */
export const unguarded = (cell: string): string => (cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell);

/** `YYYY-MM-DD HH:MM:SS` in UTC. */
export const instantCell = (ms: number | null): Cell =>
  ms === null ? "" : new Date(ms).toISOString().slice(0, 19).replace("T", " ");

export const amountCell = (minor: number | bigint | null, currency: string): Cell =>
  minor === null ? "" : majorUnits(minor, currency);

export const flagCell = (value: boolean | null): Cell => (value === null ? "" : String(value));

export const countCell = (value: number | null): Cell => (value === null ? "" : String(value));

export const listCell = (values: readonly string[]): Cell => textCell(values.join("|"));

/** The partner that a row belongs to, in the words of the bundle; without one, its cells are empty. */
export interface PartnerView {
  readonly id: string;
  readonly firstName: string;
  readonly name: string;
  readonly email: string;
  readonly group: string;
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

export type BundleColumns<Subject> = Readonly<Record<string, (row: BundleRow<Subject>) => Cell>>;

/** One file of the bundle: its name and its columns, in order. */
export interface Bundle<Subject = never> {
  readonly file: string;
  readonly columns: BundleColumns<Subject>;
}

const fromPartner =
  (cell: (partner: PartnerView) => Cell) =>
  ({ partner }: BundleRow): Cell =>
    partner === undefined ? "" : cell(partner);

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

export const exportedAt = { exported_at: ({ exportedAt: at }: BundleRow): Cell => instantCell(at) } as const;

/** Columns of a file whose records are not kept yet: the header is there, rows are not. */
export const awaited = (...headers: readonly string[]): Readonly<Record<string, () => Cell>> =>
  Object.fromEntries(headers.map((header) => [header, () => ""]));
