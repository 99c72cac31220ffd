import type { ExportJob } from "../records/export-job.ts";

/** Far longer than an export waits for its turn. */
const STUCK_MS = 60 * 60 * 1000;

/**
 * Whether nobody is going to take up an export, as far as one can tell: whoever was asked for it may have died between
 * the job and its message. If somebody does after all, it is built as any other.
 */
export const isStuck = ({ status, created_at }: Pick<ExportJob, "status" | "created_at">, now: number): boolean =>
  status === "queued" && now - created_at > STUCK_MS;
