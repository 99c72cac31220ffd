import { customer } from "./customer.ts";
import { deal } from "./deal.ts";
import { exportJob } from "./export-job.ts";
import { group } from "./group.ts";
import { importJob } from "./import-job.ts";
import { lead } from "./lead.ts";
import { manager } from "./manager.ts";
import { partnership } from "./partnership.ts";
import { program } from "./program.ts";
import { reward } from "./reward.ts";
import { tag } from "./tag.ts";
import { transaction } from "./transaction.ts";

/** The one list of all nouns. */
export const records = {
  program,
  group,
  partnership,
  manager,
  tag,
  customer,
  transaction,
  reward,
  lead,
  deal,
  importJob,
  exportJob,
} as const;
