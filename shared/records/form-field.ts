import * as z from "zod";
import { CellProblem, type CellType, email, flag, majorAmount, text } from "./cell.ts";
import { day } from "./day.ts";
import { plainName } from "./plain-name.ts";
import { someOf } from "./some-of.ts";

export const FIELD_TYPES = ["text", "number", "date", "flag", "choice", "email"] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** What a form asks for: a field that every record of its kind has, or one of the program's own. */
export const formField = z.object({
  api_name: z
    .string()
    .regex(/^[a-z]\w{0,49}$/i, { error: "an api_name has up to 50 of a-z, 0-9 and '_', and begins with a letter" })
    // Rows and records are plain objects, which know these already.
    .refine((name) => !(name in {}), { error: "this api_name is taken by the platform" }),
  label: z.string().trim().min(1).max(100),
  type: z.enum(FIELD_TYPES),
  required: z.boolean(),
  options: z.array(z.string().trim().min(1).max(100)).max(50).meta({ description: "What a choice is made from" }),
});

export type FormField = z.output<typeof formField>;

/** Values of a program's own fields by api_name; dates are `YYYY-MM-DD`. */
export const fieldValues = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export type FieldValues = z.output<typeof fieldValues>;
export type FieldValue = FieldValues[string];

export const aField = (api_name: string, type: FieldType, label: string, required: boolean): FormField => ({
  api_name,
  label,
  type,
  required,
  options: [],
});

const MAX_TEXT = 2000;

// Within what a double holds exactly enough, and DynamoDB at all.
const NUMBER = /^-?\d{0,15}(\.\d{1,9})?$/;

const number: CellType<number> = {
  format: "number, with a decimal point",
  example: "12.5",
  read(cell, reading) {
    const written = majorAmount.read(cell, reading);
    if (written instanceof CellProblem) return written;
    const value = Number(written);
    return NUMBER.test(String(value))
      ? value + 0
      : new CellProblem(
          "number_out_of_range",
          `${JSON.stringify(cell)} has too many digits`,
          "Use at most 15 digits, and 9 behind the point.",
        );
  },
};

const option = (options: readonly string[]): CellType<string> => ({
  format: `one of ${options.join(", ")}`,
  example: options[0] ?? "",
  read: (cell) =>
    options.find((one) => plainName(one) === plainName(cell)) ??
    new CellProblem(
      "bad_choice",
      `${JSON.stringify(cell.slice(0, 60).toWellFormed())} is not one of ${someOf(options)}`,
      `Use one of: ${someOf(options)}.`,
    ),
});

const CELLS: Readonly<Record<FieldType, (field: FormField) => CellType<FieldValue>>> = {
  text: ({ label }) => text(MAX_TEXT, label),
  number: () => number,
  date: () => day,
  flag: () => flag,
  choice: ({ options }) => option(options),
  email: () => email,
};

/** How a cell of a field is read. */
export const fieldCell = (field: FormField): CellType<FieldValue> => CELLS[field.type](field);
