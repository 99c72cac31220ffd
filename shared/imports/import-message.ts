import type { ImportPhase } from "../records/import-job.ts";
import type { Part } from "./plan.ts";

interface About {
  readonly program: string;
  readonly key: string;
  readonly phase: ImportPhase;
}

/** What the import queue carries: parts to check or to import, at the end of a phase the job to close, and steps to undo. */
export type ImportMessage =
  | (About & { readonly step: "part"; readonly turn: 1 | 2; readonly part: Part })
  | (About & { readonly step: "close" })
  /** `at` counts the steps of the import from the last one back. */
  | { readonly step: "undo"; readonly program: string; readonly key: string; readonly at: number };
