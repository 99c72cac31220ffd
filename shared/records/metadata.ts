import * as z from "zod";
import { CellProblem, type CellType } from "./cell.ts";

const MOST_ATTRIBUTES = 25;
const LONGEST_NAME = 30;
const LONGEST_VALUE = 100;

/** What the table keeps of a number: neither very large nor very small ones. */
const isKept = (value: number): boolean => Math.abs(value) <= 1e15 && (value === 0 || Math.abs(value) >= 1e-9);

const name = z
  .string()
  .min(1)
  .max(LONGEST_NAME)
  // Records are plain objects, which know these already.
  .refine((one) => !(one in {}), { error: "this name is taken by the platform" });

const value = z.union([
  z.string().max(LONGEST_VALUE),
  z.number().refine(isKept, { error: "a number has at most 15 digits, and 9 behind the point" }),
  z.boolean(),
]);

/** What its maker says of a record, for their own use: up to 25 names of at most 30 characters, values of at most 100. */
export const metadata = z.record(name, value).refine((all) => Object.keys(all).length <= MOST_ATTRIBUTES, {
  error: `has more than ${MOST_ATTRIBUTES} attributes`,
});

export type Metadata = z.output<typeof metadata>;

function parsed(cell: string): unknown {
  try {
    return JSON.parse(cell);
  } catch {
    return undefined;
  }
}

/** The same in a cell, as a JSON object. */
export const metadataColumn: CellType<Metadata> = {
  format: "JSON object of up to 25 names with texts, numbers or flags",
  example: '{"order":"A-17"}',
  read: (cell) =>
    metadata.safeParse(parsed(cell)).data ??
    new CellProblem(
      "bad_metadata",
      "is no JSON object of up to 25 names of at most 30 characters, with values of at most 100",
      'Write it as {"name":"value"}, or leave it empty.',
    ),
};

export const metadataCell = (all: Metadata): string => (Object.keys(all).length === 0 ? "" : JSON.stringify(all));
