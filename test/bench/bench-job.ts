import { bundleFileNames } from "../../shared/exports/bundle-files.ts";
import type { ExportJob } from "../../shared/records/export-job.ts";

export const AS_OF = Date.UTC(2026, 0, 1);

/** A request for all of the bench's program. */
export const benchJob: ExportJob = {
  program: "bench",
  key: "exp_1",
  status: "queued",
  reason: null,
  as_of: AS_OF,
  filters: { all_time: true, from: null, to: null, group_key: null, files: [...bundleFileNames] },
  files: [],
  progress: 0,
  expires_at: null,
  requested_by: "bench",
  member_email: "a@bench.example",
  finished_at: null,
  created_at: AS_OF,
  updated_at: AS_OF,
};
