/** Constants that infrastructure and runtime must agree on. Imports nothing. */

export const TABLE_KEYS = { pk: "pk", sk: "sk" } as const;

/**
 * The table's indexes, by their names. `list`: a program's records of a kind by creation. `owned`: a partner's. `updated`:
 * a program's by their last change, and, of kinds that are not listed so, what has no worth in US dollars. `search`: a program's partners by name, with nothing but what is searched for.
 */
export const INDEXES = {
  list: { pk: "lpk", sk: "lsk", includes: null },
  owned: { pk: "opk", sk: "osk", includes: null },
  updated: { pk: "upk", sk: "usk", includes: null },
  search: { pk: "spk", sk: "ssk", includes: ["search"] },
} as const;

export type IndexName = keyof typeof INDEXES;

/** Program-wide indexes are sharded, because one partition of an index takes 1,000 writes a second. */
export const LIST_SHARDS = 8;

/** Items that carry this attribute (epoch seconds) are deleted some time after it. */
export const EXPIRY_ATTRIBUTE = "expires";

/**
 * A request to the table that was given up has been carried out within so many milliseconds, or never will be. Clocks of
 * different machines differ by less, too.
 */
export const LANDING_MS = 2_000;

/** Upload bucket: what is dropped, what the importer works on, and what it reports. */
export const DROP_PREFIX = "imports/";
export const WORK_PREFIX = "work/";
export const REPORT_PREFIX = "reports/";

/** Upload bucket, too: what people attach to deals. */
export const DEAL_FILE_PREFIX = "deal-files/";

/** Export bucket: finished bundles, and the pieces of those under way. */
export const BUNDLE_PREFIX = "exports/";
export const SPOOL_PREFIX = "spool/";

/** How long a finished bundle is kept. */
export const BUNDLE_DAYS = 1;

/** Log bucket: who read what in the export bucket, as S3 tells it. */
export const ACCESS_LOG_PREFIX = "access/";

/** The session that signs links; whoever follows one shows in S3's log by this name. */
export const LINK_SESSION = "download-link";

/** How long a mailed link is open, and one that is followed at once. */
export const LINK_MINUTES = 30;
export const REDIRECT_MINUTES = 5;

/** Deliveries of an export's message before it is given up. */
export const EXPORT_ATTEMPTS = 3;

/** How long a mailed one-time code can be used to sign in. */
export const SIGN_IN_MINUTES = 15;

/** In place of the address of a page to sign in on, where there is none. */
export const NO_PAGE = "none";

export const API_BASE = "/api/v2";

/** Other names of the base, by which clients of the contract call it. */
export const API_BASE_SHORT = "/v2";
export const API_BASE_OF_DEALS = "/api/deals";
export const API_BASE_OF_DISTI = "/api/disti";

/** How long the gateway remembers who somebody is, and so how long a revoked credential may still open the door. */
export const AUTHORIZER_CACHE_SECONDS = 60;

/** Whether webhooks may lead to this machine and its network: on a developer's machine, never in the cloud. */
export const WEBHOOK_ADDRESSES = { private: "allow", public: "refuse" } as const;
export const mayBePrivate = (addresses: string): boolean => addresses === WEBHOOK_ADDRESSES.private;

/** Environment variables that the functions read; infrastructure sets them. */
export const ENV = {
  table: "TABLE",
  uploadBucket: "UPLOAD_BUCKET",
  exportBucket: "EXPORT_BUCKET",
  logBucket: "LOG_BUCKET",
  importQueue: "IMPORT_QUEUE_URL",
  exportQueue: "EXPORT_QUEUE_URL",
  mailQueue: "MAIL_QUEUE_URL",
  webhookQueue: "WEBHOOK_QUEUE_URL",
  webhookAddresses: "WEBHOOK_PRIVATE_ADDRESSES",
  sender: "MAIL_SENDER",
  operator: "OPERATOR_EMAIL",
  signInPage: "SIGN_IN_PAGE",
  bundleLinkRole: "BUNDLE_LINK_ROLE_ARN",
  reportLinkRole: "REPORT_LINK_ROLE_ARN",
  dealFileLinkRole: "DEAL_FILE_LINK_ROLE_ARN",
} as const;
