import type { Part } from "./plan.ts";

/** What the import queue carries: parts to import, and at the end the job to close. */
export type ImportMessage =
  | { readonly step: "part"; readonly program: string; readonly key: string; readonly turn: 1 | 2; readonly part: Part }
  | { readonly step: "close"; readonly program: string; readonly key: string };
