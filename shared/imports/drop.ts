import { DROP_PREFIX, REPORT_PREFIX, WORK_PREFIX } from "../names.ts";
import type { ImportStep } from "../records/import-job.ts";
import { PROGRAM_KEY } from "../records/program.ts";

/** What an object key in the upload bucket asks for: `imports/<program>/<type>[/disable-triggers]/<name>.csv`. */
export interface Drop {
  readonly program: string;
  readonly type: string | null;
  readonly filename: string;
  readonly disableTriggers: boolean;
}

/** Undefined when the key does not even name a program. */
export function readDropKey(key: string): Drop | undefined {
  if (!key.startsWith(DROP_PREFIX)) return undefined;
  const [program = "", type, ...rest] = key.slice(DROP_PREFIX.length).split("/");
  if (!PROGRAM_KEY.test(program)) return undefined;
  return {
    program,
    type: rest.length > 0 ? (type ?? null) : null,
    filename: rest.at(-1) ?? type ?? "",
    disableTriggers: rest.slice(0, -1).includes("disable-triggers"),
  };
}

const folder = (prefix: string, program: string, job: string): string => `${prefix}${program}/${job}/`;

/** The copy an import works on, untouched by whoever overwrites the dropped file. */
export const sourceKey = (program: string, job: string): string => `${folder(WORK_PREFIX, program, job)}source.csv`;

/** Kept with the outcomes, which are read back part by part as planned. */
export const planKey = (program: string, job: string): string => `${folder(REPORT_PREFIX, program, job)}plan.json`;

const stepName = ({ turn, part }: ImportStep): string => `${String(part).padStart(6, "0")}-${turn}`;

/** Outcomes of one part; rows that waited for their turn have a file of their own. */
export const outcomesKey = (program: string, job: string, step: ImportStep): string =>
  `${folder(REPORT_PREFIX, program, job)}${step.phase}/rows/${stepName(step)}.ndjson`;

/** What was decided of the rows from one on, in a part whose rows are taken in file order. */
export const notesKey = (program: string, job: string, step: ImportStep, row: number): string =>
  `${folder(REPORT_PREFIX, program, job)}${step.phase}/notes/${stepName(step)}-${row}.ndjson`;

/** What a step would have written, where rows are only checked. */
export const shadowKey = (program: string, job: string, step: ImportStep): string =>
  `${folder(WORK_PREFIX, program, job)}shadow/${stepName(step)}`;

export const errorsKey = (program: string, job: string): string => `${folder(REPORT_PREFIX, program, job)}errors.csv`;
