import { openAsBlob } from "node:fs";
import { stat, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { effectsTold } from "../shared/imports/effects-told.ts";
import { API_BASE } from "../shared/names.ts";
import type { UploadForm } from "../shared/ports.ts";
import type { ApiClient } from "./local/api-client.ts";
import { importLine, outcomeCounts, type ShownImport } from "./local/import-line.ts";
import type { Screen } from "./local/screen.ts";
import { StartProblem } from "./local/start-problem.ts";
import { watchJob } from "./local/watch-job.ts";

/** What the command was told to import. */
export interface FileImport {
  readonly file: string;
  readonly type: string;
  /** The program it is meant for; undefined for that of the credentials. */
  readonly program: string | undefined;
  readonly options: Readonly<Record<string, unknown>>;
  /** Where the error file is kept, if it is. */
  readonly errors: string | undefined;
  /** Whether progress is drawn in place. */
  readonly isTerminal: boolean;
}

interface Job extends ShownImport {
  readonly key: string;
  readonly type: string | null;
  readonly program: string;
  readonly filename: string;
  readonly rows: Readonly<Record<string, number>>;
  readonly reason: string | null;
  readonly effects: { readonly rewards: number; readonly mails: number; readonly moves: number };
  readonly reward_amounts: Readonly<Record<string, number>>;
  readonly options: { readonly dry_run: boolean };
  readonly warnings: readonly { readonly message: string }[];
}

interface Outcome {
  readonly row: number;
  readonly line: number;
  readonly column: string | null;
  readonly message: string | null;
  readonly hint: string | null;
}

const MOST_ERRORS = 10;

/** Nothing failed, some rows did, or the import did, or that of a file of an archive. */
export type ExitCode = 0 | 1 | 2;

/** Imports a file through the API and shows how it goes, until its end. */
export async function importFile(api: ApiClient, wanted: FileImport, screen: Screen): Promise<ExitCode> {
  const key = await send(api, wanted, screen);
  const watch = {
    path: `/imports/${key}`,
    line: (one: Job, seconds: number) => importLine(wanted.type, one, seconds),
    isOver: ({ status }: Job) => ["completed", "failed", "canceled"].includes(status),
    whenLeft: `${key} goes on by itself. To stop it: POST ${API_BASE}/imports/${key}/cancel`,
    isTerminal: wanted.isTerminal,
  };
  const job = await watchJob(api.ask, watch, screen);
  for (const line of summary(job)) screen.line(line);
  const files = await filesOf(api, job, wanted);
  for (const one of files) screen.line(importLine(one.type ?? "", one, 0));
  if (failed(job) > 0 && files.length === 0) await tellErrors(api, job, wanted, screen);
  if ([job, ...files].some(({ status }) => status !== "completed")) return 2;
  return failed(job) > 0 ? 1 : 0;
}

const failed = ({ rows }: Job): number => rows["failed"] ?? 0;

/** Asks for the import and uploads its file. */
async function send({ ask }: ApiClient, { file, type, program, options }: FileImport, screen: Screen): Promise<string> {
  const bytes = await sizeOf(file);
  const filename = basename(file);
  const job = await ask<Job & { upload: UploadForm }>("POST", "/imports", { type, filename, bytes, options });
  if (program !== undefined && job.program !== program) {
    await ask("POST", `/imports/${job.key}/cancel`);
    throw new StartProblem(`The credentials are of the program "${job.program}", not of "${program}".`);
  }
  screen.progress(importLine(type, { status: `uploading ${bytes.toLocaleString("en")} bytes` }, 0));
  const { url, fields } = job.upload;
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", await openAsBlob(file), filename);
  const response = await fetch(url, { method: "POST", body: form });
  if (response.ok) return job.key;
  const why = /<Message>([^<]*)</.exec(await response.text())?.[1] ?? "no reason was given";
  throw new StartProblem(`The upload of ${file} was refused (${response.status}): ${why}`);
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw new StartProblem(`There is no file ${file}.`);
  if (!found.isFile()) throw new StartProblem(`${file} is not a file.`);
  if (found.size === 0) throw new StartProblem(`${file} is empty. It needs a header line and rows.`);
  return found.size;
}

function summary(job: Job): string[] {
  const { key, rows, status, reason, warnings, options } = job;
  const name = options.dry_run ? "Dry run" : "Import";
  const counts = outcomeCounts(rows);
  return [
    "",
    `  ${name} ${key} is ${status}${reason === null ? "" : `: ${reason}`}`,
    `  ${(rows["total"] ?? 0).toLocaleString("en")} rows${counts === "" ? "" : `: ${counts}`}`,
    ...(options.dry_run ? ["  Nothing was written; this is what would be."] : []),
    ...effectsTold(job).map(([what, value]) => `  ${what}: ${value}`),
    ...warnings.map(({ message }) => `  Note: ${message}`),
  ];
}

/** The imports of the files of an archive, in their order. */
async function filesOf({ ask }: ApiClient, { key }: Job, { file }: FileImport): Promise<readonly Job[]> {
  if (!file.toLowerCase().endsWith(".zip")) return [];
  return (await ask<{ items: Job[] }>("GET", `/imports?archive_key=${key}&limit=50`)).items.toReversed();
}

async function tellErrors(api: ApiClient, job: Job, { errors }: FileImport, screen: Screen): Promise<void> {
  const path = `/imports/${job.key}`;
  const { items } = await api.ask<{ items: Outcome[] }>("GET", `${path}/rows?outcome=failed&limit=${MOST_ERRORS}`);
  const count = failed(job);
  const isAll = items.length === count;
  screen.line(`\n  ${isAll ? "The" : `The first ${items.length} of ${count.toLocaleString("en")}`} failed rows:`);
  for (const { row, line, column, message, hint } of items) {
    const where = `row ${row} (line ${line})${column === null ? "" : `, ${column}`}`;
    screen.line(`    ${where}: ${[message, hint].filter((one) => one !== null).join(". ")}`);
  }
  const isNothingIn = job.options.dry_run || job.status === "failed";
  if (errors === undefined) {
    screen.line(`  All of them: GET ${API_BASE}${path}/errors.csv (--errors <file> saves them)`);
  } else {
    await writeFile(errors, await api.document(`${path}/errors.csv`));
    screen.line(`  All of them are in ${errors}`);
  }
  screen.line(
    isNothingIn
      ? "  None of the good rows is in: mend these in your file, and import the whole of it"
      : "  Mend them there and import that file: rows that are in already stay as they are",
  );
}
