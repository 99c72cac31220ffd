import { auditEntry } from "./audit-entry.ts";
import { customer } from "./customer.ts";
import { exportJob } from "./export-job.ts";
import { group } from "./group.ts";
import { importJob } from "./import-job.ts";
import { partnership } from "./partnership.ts";
import { program } from "./program.ts";
import { reward } from "./reward.ts";
import { transaction } from "./transaction.ts";

/** The one list of all nouns. */
export const records = {
  program,
  group,
  partnership,
  customer,
  transaction,
  reward,
  importJob,
  exportJob,
  auditEntry,
} as const;
