import { entryName } from "./entry-name.ts";
import type { Warning } from "./file-problem.ts";
import { FileProblem } from "./file-problem.ts";
import { IMPORT_TYPE_NAMES } from "./import-type-names.ts";
import { typeOf } from "./import-types.ts";
import type { ArchivedFile } from "./zip-reader.ts";

/** Files of an archive that are imported, in this order, and what is said of the others. */
export interface ArchivePlan {
  readonly files: readonly { readonly type: string; readonly file: ArchivedFile }[];
  readonly warnings: readonly Warning[];
}

/** Unpacked, all files together: what one function unpacks in its time. */
const MOST_BYTES = 2 * 1024 ** 3;
const MOST_FILES = 50;
/** Of the files left out for one reason. */
const MOST_NAMED = 20;

const TABLE = /\.(csv|tsv|txt)$/i;
/** What operating systems put into archives by themselves. */
const CLUTTER = /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/i;
/** What our own exports have beside their tables. */
const TOLD = ["manifest.json", "program.json"];
const UNSAFE = /(^|\/)\.\.(\/|$)|^\/|^[a-z]:|\\|\p{Cc}/iu;

/**
 * What of an archive is imported. The name or a folder of a file tells its type; `folderType` is that of files that do
 * not, and with `only` the one type allowed. Throws a {@link FileProblem} for an archive that cannot be imported.
 */
export function planArchive(
  all: readonly ArchivedFile[],
  { folderType, only }: { readonly folderType: string | null; readonly only: string | null },
): ArchivePlan {
  if (all.some(({ name }) => name === "[Content_Types].xml")) {
    throw new FileProblem(
      "not_csv",
      "The file is an Excel workbook, not CSV. Save or export it as CSV (UTF-8) and drop that.",
    );
  }
  const files: { type: string; file: ArchivedFile }[] = [];
  const leftOut: { why: Why; name: string }[] = [];
  for (const file of all.filter(({ name }) => !isIgnored(name))) {
    const { name } = file;
    const type = typeIn(name) ?? (TABLE.test(name) ? folderType : null);
    if (UNSAFE.test(name)) leftOut.push({ why: "unsafe_name", name });
    else if (/\.zip$/i.test(name)) leftOut.push({ why: "nested_archive", name });
    else if (type === null || typeOf(type) === undefined) leftOut.push({ why: "unknown_entry", name });
    else if (only !== null && type !== only) leftOut.push({ why: "other_type", name });
    else files.push({ type, file });
  }
  requireImportable(files.map(({ file }) => file));
  const order = (type: string) => IMPORT_TYPE_NAMES.findIndex((name) => name === type);
  return {
    files: files.toSorted((a, b) => order(a.type) - order(b.type) || compare(a.file.name, b.file.name)),
    warnings: [...Map.groupBy(leftOut, ({ why }) => why)].map(([why, some]) => ({
      code: why,
      message: `Left out, as ${WHY[why](only)}: ${named(some.map(({ name }) => name))}.`,
    })),
  };
}

const isIgnored = (name: string): boolean => name.endsWith("/") || CLUTTER.test(name) || TOLD.includes(name);

/** Why files of an archive are left out, and how that is told; one warning each, as there may be thousands of files. */
const WHY = {
  unsafe_name: () => "a name may not lead out of the archive",
  nested_archive: () => "archives in archives are not opened",
  unknown_entry: () => `neither name nor folder is one of ${IMPORT_TYPE_NAMES.join(", ")}`,
  other_type: (only: string | null) => `this import is of ${only ?? "another type"}`,
} as const;

type Why = keyof typeof WHY;

function named(names: readonly string[]): string {
  const first = names.slice(0, MOST_NAMED).map((name) => JSON.stringify(entryName(name)));
  const more = names.length - first.length;
  return `${first.join(", ")}${more === 0 ? "" : ` and ${more.toLocaleString("en")} more`}`;
}

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

function typeIn(name: string): string | null {
  const parts = name.toLowerCase().split("/");
  const base = (parts.pop() ?? "").replace(TABLE, "");
  return (
    IMPORT_TYPE_NAMES.find((type) => base === type) ?? IMPORT_TYPE_NAMES.find((type) => parts.includes(type)) ?? null
  );
}

function requireImportable(files: readonly ArchivedFile[]): void {
  if (files.length === 0) {
    const names = IMPORT_TYPE_NAMES.map((type) => `${type}.csv`).join(", ");
    throw new FileProblem("empty_archive", `The archive holds nothing to import. It may have: ${names}.`);
  }
  if (files.length > MOST_FILES)
    throw new FileProblem(
      "too_many_files",
      `The archive holds ${files.length} files to import. Make archives of at most ${MOST_FILES}.`,
    );
  const locked = files.find(({ isEncrypted }) => isEncrypted);
  if (locked !== undefined)
    throw new FileProblem(
      "bad_archive",
      `${entryName(locked.name)} is encrypted. Make the archive without a password.`,
    );
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes > MOST_BYTES)
    throw new FileProblem(
      "archive_too_large",
      `Unpacked, the archive has ${bytes} bytes. Make archives of at most ${MOST_BYTES}.`,
    );
}
