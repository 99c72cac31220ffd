import { BUNDLE_DAYS } from "../names.ts";
import type { ExportJob } from "../records/export-job.ts";

const DAY = 24 * 60 * 60 * 1000;

/** Until when an export's bundle can be had, in epoch milliseconds; null when there is none. */
export const keptUntil = ({ status, finished_at, revoked_at }: ExportJob): number | null =>
  status === "completed" && finished_at !== null && revoked_at === null ? finished_at + BUNDLE_DAYS * DAY : null;
