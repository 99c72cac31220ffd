import type { ObjectStore } from "../ports.ts";
import type { ImportJob, ImportStep } from "../records/import-job.ts";
import { notesKey } from "./drop.ts";
import { findKept, keepFirst, type KeptOutcome } from "./outcomes.ts";

/** What rows come to, before anything of it is written. */
export interface Notes {
  /** Notes it; gives what was noted of them first, if it was not this. */
  keep(decided: readonly KeptOutcome[]): Promise<readonly KeptOutcome[] | undefined>;
  /** What is noted of the rows from one on. */
  find(row: number): Promise<readonly KeptOutcome[] | undefined>;
}

/**
 * Rows that are taken in file order may change what rows before them read: an address given up by one is free for the
 * next. So what is decided is noted first, and whoever comes to the same rows again, after a crash or beside another
 * worker, carries out what is noted instead of deciding by what later rows have changed since.
 */
export function notesOf(uploads: ObjectStore, { program, key }: ImportJob, step: ImportStep): Notes {
  return {
    async keep(decided) {
      const [first] = decided;
      if (first === undefined) return undefined;
      const noted = await keepFirst(uploads, notesKey(program, key, step, first.row), decided);
      return noted === decided ? undefined : noted;
    },
    find: (row) => findKept(uploads, notesKey(program, key, step, row)),
  };
}
