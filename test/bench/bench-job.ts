import { bundleFileNames } from "../../shared/exports/bundle-files.ts";
import { EVERYTHING, type ExportJob, NOT_BEGUN } from "../../shared/records/export-job.ts";

export const AS_OF = Date.UTC(2026, 0, 1);

/** A request for all of the bench's program. */
export const benchJob: ExportJob = {
  program: "bench",
  key: "exp_1",
  ...NOT_BEGUN,
  files: [],
  as_of: AS_OF,
  filters: { ...EVERYTHING, files: [...bundleFileNames] },
  requested_by: "bench",
  member_email: "a@bench.example",
  created_at: AS_OF,
  updated_at: AS_OF,
};
