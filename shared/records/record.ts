import * as z from "zod";
import type { Bundle } from "./bundle.ts";
import type { ImportLayout } from "./column.ts";

/** Sums that a record moves, by UTC day: `transactions` -> 1, `amount/EUR` -> minor units. */
export interface Tally {
  /** The partnership whose totals move. */
  readonly partnership: string;
  readonly day: string;
  readonly counts: Readonly<Record<string, number>>;
  /** What else may change of the record that somebody counts who keeps the count; see `Sums.trace`. */
  readonly trace?: string;
}

/** A value no two records of a program may share. */
export interface Unique {
  readonly field: string;
  readonly value: string;
  /** A value that keeps leading to its record after the record took another. */
  readonly keeps?: true;
}

/** A zod object whose output is the record. */
export interface RecordSchema<R> extends z.ZodType<R> {
  readonly shape: z.ZodRawShape;
}

/**
 * A noun of the partner business, declared once. Item, API shape, OpenAPI component, import columns, bundle columns,
 * lists and totals all follow from this.
 */
export interface Declaration<R extends BaseRecord = BaseRecord> {
  readonly kind: string;
  /** Plural: the folder of its import files and the path of its routes. */
  readonly collection: string;
  readonly schema: RecordSchema<R>;
  /** Where the record lives. */
  place(record: R): { pk: string; sk: string };
  /** Values that are unique in the program; the record can be found by each of them. The first one never changes. */
  unique(record: R): readonly Unique[];
  /** Whether the program-wide list, newest first, holds it. */
  readonly listed: boolean;
  /** Whether the program-wide list by the last change holds it. */
  readonly listedByUpdate?: boolean;
  /**
   * Whether the list of what has no worth in US dollars holds it, by creation. The list lies in the index of `updated`, of which
   * such kinds have no other use, so that it costs nothing for all other records.
   */
  unconverted?(record: R): boolean;
  /** How a partner's records are listed by their creation: by an index, where this tells whose it is, or by its place below a prefix. */
  readonly owned?: { partnership(record: R): string | null } | { readonly prefix: string };
  /** By what people search for it, and by what the finds are sorted. */
  readonly searched?: { text(record: R): string; order(record: R): string };
  tally?(record: R): Tally | undefined;
  readonly layout?: ImportLayout;
  readonly bundle?: Bundle;
  /** The same file in the headers of `layout`, from which the importer makes the record anew. */
  readonly reimport?: Bundle;
}

/** What every record has, whatever its kind. */
export const base = {
  program: z.string().meta({ description: "Key of the program that owns the record" }),
  key: z.string().min(1).max(255).meta({ description: "Unique key of the record" }),
  created_at: z.int().meta({ description: "Epoch milliseconds" }),
  updated_at: z.int().meta({ description: "Epoch milliseconds" }),
};

export interface BaseRecord {
  readonly program: string;
  readonly key: string;
  readonly created_at: number;
  readonly updated_at: number;
}

/** On what is made with a test key, and what hangs on that: it earns no rewards, and no sum or export holds it. */
export const testFlag = {
  test: z.literal(true).nullish().meta({ description: "Made with a test key; null otherwise" }),
};

export const isTest = (record: BaseRecord): boolean => "test" in record && record.test === true;

/** Money that belongs into sums of US dollars, and for which there was no rate. */
export const lacksRate = (
  record: BaseRecord & { readonly amount_usd: number | null; readonly archived: boolean },
): boolean => record.amount_usd === null && !record.archived && !isTest(record);

/** What hangs on a test record is one. */
export const testOf = (owner: BaseRecord | undefined): { readonly test?: true } =>
  owner !== undefined && isTest(owner) ? { test: true } : {};

export const nullable = {
  text: (max = 255) => z.string().max(max).nullable(),
  instant: () => z.int().nullable(),
};

/** A field that came later than some records: they read as if they had been made with this value. */
export const since = <Schema extends z.ZodType>(earlier: z.output<Schema>, schema: Schema) =>
  z.preprocess((value) => value ?? earlier, schema);

export const instantField = () => z.int().meta({ description: "Epoch milliseconds" });

/** What a declaration's `reimport` has beside the headers of its `layout` can be nothing, and so does not compile. */
type InOwnHeaders<Extra> = Extra extends {
  readonly layout: { readonly columns: infer Declared };
  readonly reimport: { readonly columns: infer Written };
}
  ? { readonly reimport: { readonly columns: Readonly<Record<Exclude<keyof Written, keyof Declared>, never>> } }
  : unknown;

/** Keeps the exact columns of a declaration while checking it. */
export const defineRecord = <
  R extends BaseRecord,
  const Extra extends Pick<Declaration, "layout" | "bundle" | "reimport"> = {},
>(
  declaration: Declaration<R> & Extra & InOwnHeaders<Extra>,
): Omit<Declaration<R>, "layout" | "bundle" | "reimport"> & Extra => declaration;

/** Whether a record of some declaration is one of a certain declaration. */
export const isRecordOf = <R extends BaseRecord>(
  wanted: Declaration<R>,
  declared: Pick<Declaration, "kind">,
  _record: BaseRecord,
): _record is R => wanted.kind === declared.kind;
