import { DROP_PREFIX, REPORT_PREFIX, WORK_PREFIX } from "../names.ts";
import { derivedKey } from "../records/derived-key.ts";
import type { ImportStep } from "../records/import-job.ts";
import { PROGRAM_KEY } from "../records/program.ts";

/** Folders below a type that ask for an option. */
const OPTION_FOLDERS = {
  "disable-triggers": "disable_triggers",
  "send-invites": "send_invites",
  "dry-run": "dry_run",
} as const;

type FolderOption = (typeof OPTION_FOLDERS)[keyof typeof OPTION_FOLDERS];

/** What an object key in the upload bucket asks for: `imports/<program>/<type>[/<option>...][/<job>]/<name>.csv`. */
export interface Drop {
  readonly program: string;
  readonly type: string | null;
  readonly filename: string;
  readonly options: Readonly<Partial<Record<FolderOption, true>>>;
  /** A folder that could be the key of an import that waits for this file. */
  readonly job: string | null;
}

const JOB_KEY = /^imp_\w{1,64}$/;

/** Undefined when the key does not even name a program. */
export function readDropKey(key: string): Drop | undefined {
  if (!key.startsWith(DROP_PREFIX)) return undefined;
  const [program = "", type, ...rest] = key.slice(DROP_PREFIX.length).split("/");
  if (!PROGRAM_KEY.test(program)) return undefined;
  const folders = rest.slice(0, -1);
  return {
    program,
    type: rest.length > 0 ? (type ?? null) : null,
    filename: rest.at(-1) ?? type ?? "",
    options: Object.fromEntries(
      Object.entries(OPTION_FOLDERS).flatMap(([folder, option]) => (folders.includes(folder) ? [[option, true]] : [])),
    ),
    job: folders.find((folder) => JOB_KEY.test(folder)) ?? null,
  };
}

/** A key has 1,024 bytes, and the folders before the name take up to 200 of them. */
const MOST_NAME_BYTES = 255;

/** A name as part of an object key: nothing in it leads elsewhere or means something to an upload form. */
export function safeFilename(name: string): string {
  const plain = name
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029/\\$]/gu, "_")
    .trim();
  if (/^\.*$/.test(plain)) return "file.csv";
  // The end of a name, with its ending, tells more than its beginning.
  let safe = plain;
  while (Buffer.byteLength(safe) > MOST_NAME_BYTES) safe = safe.slice(1).replace(/^[\uDC00-\uDFFF]/, "");
  return safe;
}

/** Where the file of an import belongs that was asked for beforehand. */
export const uploadKey = (program: string, type: string, job: string, filename: string): string =>
  `${DROP_PREFIX}${program}/${type}/${job}/${filename}`;

/** The folder, and the type, of archives that hold files of several types. */
export const ARCHIVE = "archive";

/** The import of a file of an archive, by its turn. */
export const childKey = (archive: string, at: number): string => derivedKey("imp_", archive, String(at));

const folder = (prefix: string, program: string, job: string): string => `${prefix}${program}/${job}/`;

/** The copy an import works on, untouched by whoever overwrites the dropped file. */
export const sourceKey = (program: string, job: string): string => `${folder(WORK_PREFIX, program, job)}source.csv`;

/** A file of an archive, unpacked. */
export const archivedKey = (program: string, job: string, at: number): string =>
  `${folder(WORK_PREFIX, program, job)}${String(at).padStart(3, "0")}.csv`;

/** Kept with the outcomes, which are read back part by part as planned. */
export const planKey = (program: string, job: string): string => `${folder(REPORT_PREFIX, program, job)}plan.json`;

const stepName = ({ turn, part }: ImportStep): string => `${String(part).padStart(6, "0")}-${turn}`;

/** Outcomes of one part; rows that waited for their turn have a file of their own. */
export const outcomesKey = (program: string, job: string, step: ImportStep): string =>
  `${folder(REPORT_PREFIX, program, job)}${step.phase}/rows/${stepName(step)}.ndjson`;

/** What was decided of the rows from one on, in a part whose rows are taken in file order. */
export const notesKey = (program: string, job: string, step: ImportStep, row: number): string =>
  `${folder(REPORT_PREFIX, program, job)}${step.phase}/notes/${stepName(step)}-${row}.ndjson`;

/** What became of the rows of a step when their import was undone. */
export const undoneKey = (program: string, job: string, step: ImportStep): string =>
  `${folder(REPORT_PREFIX, program, job)}undo/${stepName(step)}.ndjson`;

/** What a step would have written, where rows are only checked. */
export const shadowKey = (program: string, job: string, step: ImportStep): string =>
  `${folder(WORK_PREFIX, program, job)}shadow/${stepName(step)}`;

/** Object keys take longer names than file systems do. */
const LONGEST_STEM = 200;

/** What an error file is saved as: by the name of the file that its rows come from. */
export function errorsFilename(filename: string): string {
  const stem = filename.replace(/\.gz$/i, "").replace(/(?<=.)\.[^.]*$/, "");
  return `${stem.slice(-LONGEST_STEM)}-errors.csv`;
}

export const errorsKey = (program: string, job: string): string => `${folder(REPORT_PREFIX, program, job)}errors.csv`;
