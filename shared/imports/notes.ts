import type { ObjectStore } from "../ports.ts";
import type { ImportJob, ImportStep } from "../records/import-job.ts";
import { notesKey } from "./drop.ts";
import { keepFirst, type KeptOutcome } from "./outcomes.ts";

/** Notes what rows come to, before anything of it is written; gives what was noted of them first, if it was not this. */
export type Note = (decided: readonly KeptOutcome[]) => Promise<readonly KeptOutcome[] | undefined>;

/**
 * Rows that are taken in file order may change what rows before them read: an address given up by one is free for the
 * next. So what is decided is noted first, and whoever comes to the same rows again, after a crash or beside another
 * worker, carries out what is noted instead of deciding by what later rows have changed since.
 */
export const notesOf =
  (uploads: ObjectStore, { program, key }: ImportJob, step: ImportStep): Note =>
  async (decided) => {
    const [first] = decided;
    if (first === undefined) return undefined;
    const noted = await keepFirst(uploads, notesKey(program, key, step, first.row), decided);
    return noted === decided ? undefined : noted;
  };
