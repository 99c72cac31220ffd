import type { ExportJob } from "../records/export-job.ts";

/** Whether an export is still to come. */
export const isOpen = ({ status }: Pick<ExportJob, "status">): boolean => status === "queued" || status === "running";
