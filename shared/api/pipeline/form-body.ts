import type * as z from "zod";
import { CallerError } from "../../errors.ts";
import { missingFields } from "../../pipeline/missing-fields.ts";
import type { FieldValues, FormField } from "../../records/form-field.ts";
import type { BaseRecord } from "../../records/record.ts";
import { MOST_RECORD_BYTES, tooManyBytes } from "../../records/record-size.ts";
import { type fieldInputs, givenFields, keptFields } from "../field-values.ts";
import { validated } from "../validated.ts";

type FieldLists = { readonly [Name in keyof typeof fieldInputs]?: z.output<(typeof fieldInputs)[Name]> };

/** What a body says in `meta`, `field_data` and `fields`, taken apart. */
interface ListedFields<BuiltIn> {
  /** Of the fields that every record of the kind has. */
  readonly builtIn: BuiltIn;
  /** Of the form's own. */
  readonly own: ReturnType<typeof givenFields>;
}

/** Reads the lists of fields of a body: those that have a place in the record must be what they would be at the body's top. */
export function listedFields<BuiltIn>(
  builtIn: z.ZodObject & z.ZodType<BuiltIn>,
  body: FieldLists,
): ListedFields<BuiltIn> {
  const given = Object.entries(givenFields(body));
  const isBuiltIn = ([name]: (typeof given)[number]) => Object.hasOwn(builtIn.shape, name);
  return {
    builtIn: validated<BuiltIn>(builtIn, Object.fromEntries(given.filter(isBuiltIn))),
    own: Object.fromEntries(given.filter((one) => !isBuiltIn(one))),
  };
}

interface Filled {
  readonly fields: FieldValues;
}

/** The form's own values as they are kept. */
export const ownValues = (
  form: readonly FormField[],
  builtIn: Readonly<Record<string, unknown>>,
  own: ReturnType<typeof givenFields>,
  before?: Filled,
): FieldValues =>
  keptFields(
    form.filter(({ api_name }) => !Object.hasOwn(builtIn, api_name)),
    own,
    before?.fields,
  );

/** The value that a record has of a form's field, wherever it is kept. */
export function valueOf(record: Filled, builtIn: Readonly<Record<string, unknown>>, api_name: string): unknown {
  const place: object = Object.hasOwn(builtIn, api_name) ? record : record.fields;
  return new Map<string, unknown>(Object.entries(place)).get(api_name) ?? null;
}

/**
 * Refuses a record that lacks what its form requires, and says what; and one with more fields than fit. What it lacked before, under the same form, is no fault
 * of this change.
 */
export function requireForm<R extends BaseRecord & Filled & { readonly group_key: string }>(
  form: readonly FormField[],
  builtIn: Readonly<Record<string, unknown>>,
  after: R,
  before?: R,
): void {
  const lacks = (record: R) => missingFields(form, (name) => valueOf(record, builtIn, name) !== null);
  const known = before?.group_key === after.group_key ? lacks(before) : [];
  const [first] = lacks(after).filter((name) => !known.includes(name));
  if (first !== undefined) {
    const field = Object.hasOwn(builtIn, first) ? first : `fields.${first}`;
    throw new CallerError("invalid", `'${first}' is a required property`, field);
  }
  if (tooManyBytes(after, before) !== undefined) {
    throw new CallerError("invalid", `the record would take more than ${MOST_RECORD_BYTES / 1000} KB`, "fields");
  }
}
