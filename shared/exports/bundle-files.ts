import { applicationsFile } from "../records/awaited-files.ts";
import type { Bundle } from "../records/bundle.ts";
import { customer } from "../records/customer.ts";
import { deal } from "../records/deal.ts";
import { lead } from "../records/lead.ts";
import { partnership } from "../records/partnership.ts";
import { reward } from "../records/reward.ts";
import { transaction } from "../records/transaction.ts";

/** The files of a bundle, by what a request may ask for, in the order they stand in the archive. */
export const bundleFiles = {
  applications: applicationsFile,
  customers: customer.bundle,
  deals: deal.bundle,
  leads: lead.bundle,
  partners: partnership.bundle,
  rewards: reward.bundle,
  transactions: transaction.bundle,
} as const satisfies Readonly<Record<string, Bundle>>;

/** What a request may name. */
export const bundleFileNames: readonly string[] = Object.keys(bundleFiles);

export type BundleFileName = keyof typeof bundleFiles;
