const EXPORT = "exp_";
const REPORT = "vrex_";

/** The key by which clients of reports know an export. */
export const reportExportKey = (exportKey: string): string => `${REPORT}${exportKey.slice(EXPORT.length)}`;

/** The export that such a key means; undefined for what is none. */
export const exportKeyOf = (key: string | undefined): string | undefined =>
  key?.startsWith(REPORT) ? `${EXPORT}${key.slice(REPORT.length)}` : undefined;
