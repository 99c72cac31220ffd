import type { ImportPhase } from "../records/import-job.ts";
import type { Part } from "./plan.ts";

interface About {
  readonly program: string;
  readonly key: string;
  readonly phase: ImportPhase;
}

/** What the import queue carries: parts to check or to import, and at the end of a phase the job to close. */
export type ImportMessage =
  | (About & { readonly step: "part"; readonly turn: 1 | 2; readonly part: Part })
  | (About & { readonly step: "close" });
