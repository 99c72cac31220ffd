import {
  ACCESS_LOG_PREFIX,
  API_BASE,
  BUNDLE_DAYS,
  BUNDLE_PREFIX,
  DEAL_FILE_PREFIX,
  DROP_PREFIX,
  ENV,
  EXPORT_ATTEMPTS,
  EXPIRY_ATTRIBUTE,
  INDEXES,
  REPORT_PREFIX,
  SPOOL_PREFIX,
  TABLE_KEYS,
  WORK_PREFIX,
} from "../shared/names.ts";

/**
 * What runs where, as data: the CDK stacks and the local platform are both built from this description, so that
 * neither can have a table, queue, rule or permission that the other lacks.
 */

export interface TableDescription {
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly expiryAttribute: string;
  readonly indexes: readonly {
    readonly name: string;
    readonly partitionKey: string;
    readonly sortKey: string;
    /** The only attributes it has beside keys; all of them where there is no such list. */
    readonly includes: readonly string[] | null;
  }[];
}

export interface BucketDescription {
  /** Objects below the prefix are deleted after so many days; unfinished multipart uploads after one. */
  readonly expire: readonly { readonly prefix: string; readonly days: number }[];
  /** Object-created events below the prefix go to the queue. */
  readonly notify?: { readonly prefix: string; readonly queue: QueueName };
  /** S3 tells of every request to the bucket there: within hours mostly, and as well as it can. */
  readonly accessLog?: { readonly bucket: BucketName; readonly prefix: string };
}

export interface QueueDescription {
  readonly consumer: FunctionName;
  /** How many invocations of the consumer may run at once. */
  readonly concurrency: number;
  /** Failed deliveries before a message is put aside in the dead-letter queue. */
  readonly maxReceiveCount: number;
  /** How long messages may be sent to wait, where that is part of the work. */
  readonly longestDelaySeconds?: number;
  /** The text of the alarm on the dead-letter queue: what broke, what it means, what to do. */
  readonly alarm: string;
}

export type TableVerb = "BatchGetItem" | "Query" | "PutItem" | "UpdateItem" | "DeleteItem" | "PartiQLInsert";
export type ObjectVerb = "GetObject" | "PutObject" | "AbortMultipartUpload" | "DeleteObject";

export interface FunctionDescription {
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: readonly (keyof typeof ENV)[];
  readonly table?: readonly TableVerb[];
  /** Whether it may query the indexes, too. */
  readonly indexes?: boolean;
  readonly objects?: readonly {
    readonly bucket: BucketName;
    readonly prefix: string;
    readonly verbs: readonly ObjectVerb[];
  }[];
  /** May learn that an object is missing: to who may not list the bucket, S3 answers 403 instead of 404. */
  readonly lists?: readonly BucketName[];
  readonly sends?: readonly QueueName[];
  /** May send mail, as the configured sender only. */
  readonly mails?: boolean;
  /** May sign links to these, each by a role that can read them and nothing else; told in that role's variable. */
  readonly signsLinks?: readonly DownloadRoleName[];
}

export interface DownloadRoleDescription {
  readonly description: string;
  readonly bucket: BucketName;
  readonly prefix: string;
  readonly verbs: readonly ObjectVerb[];
  /** Where the functions that sign with it find the role. */
  readonly variable: keyof typeof ENV;
}

export type DownloadRoleName = "bundles" | "reports" | "deal-files";
export type BucketName = "uploads" | "logs" | "exports";
export type QueueName = "uploads" | "imports" | "exports" | "mail" | "downloads" | "webhooks";
export type FunctionName =
  | "api"
  | "authorizer"
  | "open-import"
  | "import-rows"
  | "export-bundle"
  | "send-mail"
  | "note-downloads"
  | "send-webhooks";

export const table: TableDescription = {
  partitionKey: TABLE_KEYS.pk,
  sortKey: TABLE_KEYS.sk,
  expiryAttribute: EXPIRY_ATTRIBUTE,
  indexes: Object.entries(INDEXES).map(([name, { pk, sk, includes }]) => ({
    name,
    partitionKey: pk,
    sortKey: sk,
    includes,
  })),
};

export const buckets: Readonly<Record<BucketName, BucketDescription>> = {
  uploads: {
    // Dropped files are kept long enough to be traced back from any row's audit trail of the quarter.
    expire: [
      { prefix: DROP_PREFIX, days: 90 },
      { prefix: WORK_PREFIX, days: 14 },
      { prefix: REPORT_PREFIX, days: 90 },
    ],
    notify: { prefix: DROP_PREFIX, queue: "uploads" },
  },
  // Before the bucket whose access log it takes, as it has to be there first.
  logs: {
    // It holds addresses and the links that were followed, so it is kept for as long as an alarm of a Friday may take.
    expire: [{ prefix: ACCESS_LOG_PREFIX, days: 7 }],
    notify: { prefix: ACCESS_LOG_PREFIX, queue: "downloads" },
  },
  exports: {
    expire: [
      { prefix: BUNDLE_PREFIX, days: BUNDLE_DAYS },
      { prefix: SPOOL_PREFIX, days: 1 },
    ],
    accessLog: { bucket: "logs", prefix: ACCESS_LOG_PREFIX },
  },
};

/** The only thing that the role behind a link may do. Every function that signs such links has one to itself. */
export const downloadRoles = {
  bundles: {
    description: "Behind each link to a bundle: may read the export bundles and nothing else",
    bucket: "exports",
    prefix: BUNDLE_PREFIX,
    verbs: ["GetObject"],
    variable: "bundleLinkRole",
  },
  reports: {
    description: "Behind each link to an error file: may read the reports of imports and nothing else",
    bucket: "uploads",
    prefix: REPORT_PREFIX,
    verbs: ["GetObject"],
    variable: "reportLinkRole",
  },
  "deal-files": {
    description: "Behind each link to a file of a deal: may read the files of deals and nothing else",
    bucket: "uploads",
    prefix: DEAL_FILE_PREFIX,
    verbs: ["GetObject"],
    variable: "dealFileLinkRole",
  },
} as const satisfies Readonly<Record<DownloadRoleName, DownloadRoleDescription>>;

export const queues: Readonly<Record<QueueName, QueueDescription>> = {
  uploads: {
    consumer: "open-import",
    concurrency: 5,
    maxReceiveCount: 5,
    alarm:
      "A dropped CSV file could not be opened after five attempts, so none of its rows is imported. " +
      "Nothing is lost: the file is still in the upload bucket. Read the open-import log for the cause, " +
      "mend it, then start a redrive of this dead-letter queue.",
  },
  imports: {
    consumer: "import-rows",
    concurrency: 10,
    maxReceiveCount: 5,
    alarm:
      "A part of an import failed five times, so its job stays at 'running' and its rows are not all imported. " +
      "Repeating is safe: rows already written are recognised. Read the import-rows log for the cause, mend it, " +
      "then start a redrive of this dead-letter queue.",
  },
  exports: {
    consumer: "export-bundle",
    concurrency: 5,
    // The delivery behind the last attempt tells the requester.
    maxReceiveCount: EXPORT_ATTEMPTS + 1,
    alarm:
      "An export failed three times and was given up; its requester has been told so by mail. Read the export-bundle " +
      "log for the cause and mend it, then let the export be asked for anew. The message itself may be deleted.",
  },
  mail: {
    consumer: "send-mail",
    concurrency: 5,
    maxReceiveCount: 5,
    alarm:
      "A mail (a bundle's link, or an import's result) was refused five times, or it is not known whether it left. " +
      "Read the send-mail log. After 'mail.refused', check that the sender's SES identity is verified and out of the " +
      "sandbox, then start a redrive of this dead-letter queue within a day, for bundles are kept no longer. After " +
      "'mail.unconfirmed', ask whether it came; if not, let a fresh link be asked for. It is not sent twice.",
  },
  downloads: {
    consumer: "note-downloads",
    concurrency: 2,
    maxReceiveCount: 5,
    alarm:
      "An access log of the export bucket could not be worked through in five attempts, so the audit log lacks downloads " +
      "that it tells of. Exports and links are not affected. Read the note-downloads log for the cause, mend it, then " +
      "start a redrive of this dead-letter queue within six days, for access logs are kept no longer than a week.",
  },
  webhooks: {
    consumer: "send-webhooks",
    // Most of their time they wait for the servers of others.
    concurrency: 20,
    maxReceiveCount: 5,
    // Between two attempts at a delivery.
    longestDelaySeconds: 900,
    alarm:
      "An event could not be handed to webhooks, or an attempt at a delivery not be noted, in five attempts: what the " +
      "message tells of is not delivered until it is mended. A target that fails is no reason, for that is noted and tried " +
      "again. Nothing is lost yet. Read the send-webhooks log for the cause, mend it, then start a redrive of this " +
      "dead-letter queue. Receivers may get an event twice then, and know it by its webhook-id.",
  },
};

/**
 * SQS hides a message for six times the consumer's timeout, as Lambda's event source mapping asks for. It is also how
 * long a failed message waits for its next attempt, so that a timeout longer than needed is paid for in waiting.
 */
export const visibilitySeconds = (queue: QueueName): number => 6 * functions[queues[queue].consumer].timeoutSeconds;

export const functions: Readonly<Record<FunctionName, FunctionDescription>> = {
  api: {
    description: "Answers the HTTPS API",
    timeoutSeconds: 29,
    memoryMb: 1024,
    environment: [
      "table",
      "uploadBucket",
      "exportBucket",
      "exportQueue",
      "importQueue",
      "mailQueue",
      "webhookQueue",
      "webhookAddresses",
    ],
    // A unique value that a record gives up is free again.
    table: ["BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"],
    indexes: true,
    objects: [
      { bucket: "uploads", prefix: REPORT_PREFIX, verbs: ["GetObject"] },
      // Only to sign uploads: a signature can do what its signer can.
      { bucket: "uploads", prefix: DROP_PREFIX, verbs: ["PutObject"] },
      // To sign uploads, and to see whether they have arrived.
      { bucket: "uploads", prefix: DEAL_FILE_PREFIX, verbs: ["GetObject", "PutObject"] },
      // An export that is taken back takes its bundle with it.
      { bucket: "exports", prefix: BUNDLE_PREFIX, verbs: ["DeleteObject"] },
    ],
    lists: ["uploads"],
    sends: ["exports", "imports", "mail", "webhooks"],
    signsLinks: ["reports", "deal-files", "bundles"],
  },
  authorizer: {
    description: "Turns an Authorization header into a principal",
    timeoutSeconds: 5,
    memoryMb: 512,
    environment: ["table"],
    table: ["BatchGetItem"],
  },
  "open-import": {
    description: "Checks a dropped file, plans its parts and opens its job",
    // Planning takes some seconds for a million rows.
    timeoutSeconds: 300,
    memoryMb: 1769,
    environment: ["table", "uploadBucket", "importQueue", "mailQueue", "webhookQueue"],
    table: ["BatchGetItem", "Query", "PutItem", "UpdateItem"],
    objects: [
      // Files of an archive are dropped one by one.
      { bucket: "uploads", prefix: DROP_PREFIX, verbs: ["GetObject", "PutObject"] },
      { bucket: "uploads", prefix: WORK_PREFIX, verbs: ["GetObject", "PutObject", "AbortMultipartUpload"] },
      { bucket: "uploads", prefix: REPORT_PREFIX, verbs: ["GetObject", "PutObject"] },
    ],
    lists: ["uploads"],
    sends: ["imports", "mail", "webhooks"],
  },
  "import-rows": {
    description: "Imports or checks one part of a file, closes an import, or undoes a part of one",
    // A part takes seconds, closing an import of a million rows with all of them failed less than a minute.
    timeoutSeconds: 120,
    memoryMb: 1769,
    environment: ["table", "uploadBucket", "importQueue", "mailQueue", "webhookQueue"],
    table: ["BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "PartiQLInsert"],
    objects: [
      { bucket: "uploads", prefix: DROP_PREFIX, verbs: ["GetObject", "PutObject"] },
      { bucket: "uploads", prefix: WORK_PREFIX, verbs: ["GetObject", "PutObject"] },
      { bucket: "uploads", prefix: REPORT_PREFIX, verbs: ["GetObject", "PutObject", "AbortMultipartUpload"] },
    ],
    lists: ["uploads"],
    sends: ["imports", "mail", "webhooks"],
  },
  "export-bundle": {
    description: "Writes one export bundle into the export bucket",
    // Tens of thousands of rows a second; what it does not finish, the next invocation does.
    timeoutSeconds: 300,
    memoryMb: 1769,
    environment: ["table", "exportBucket", "exportQueue", "mailQueue", "webhookQueue"],
    table: ["BatchGetItem", "Query", "PutItem", "UpdateItem"],
    objects: [
      // Removed again where the export was taken back while its bundle was on the way.
      { bucket: "exports", prefix: BUNDLE_PREFIX, verbs: ["PutObject", "AbortMultipartUpload", "DeleteObject"] },
      { bucket: "exports", prefix: SPOOL_PREFIX, verbs: ["GetObject", "PutObject"] },
    ],
    lists: ["exports"],
    // To itself, what one invocation does not finish.
    sends: ["exports", "mail", "webhooks"],
  },
  "send-mail": {
    description: "Sends one mail, signing the link it carries",
    timeoutSeconds: 30,
    memoryMb: 512,
    environment: ["table", "uploadBucket", "exportBucket", "mailQueue", "sender", "operator", "signInPage"],
    table: ["BatchGetItem", "PutItem", "UpdateItem"],
    sends: ["mail"],
    mails: true,
    signsLinks: ["bundles", "reports"],
  },
  "note-downloads": {
    description: "Writes the downloads of bundles that S3 tells of into the audit log",
    timeoutSeconds: 60,
    memoryMb: 512,
    environment: ["table", "logBucket"],
    table: ["BatchGetItem", "PutItem"],
    objects: [{ bucket: "logs", prefix: ACCESS_LOG_PREFIX, verbs: ["GetObject"] }],
    lists: ["logs"],
  },
  // In no VPC, as all of them: what it posts goes to the internet, and there is no network of ours that it could reach.
  "send-webhooks": {
    description: "Posts what happens to the program's webhooks, signed",
    // One request takes ten seconds at most.
    timeoutSeconds: 30,
    memoryMb: 512,
    environment: ["table", "webhookQueue", "mailQueue", "webhookAddresses"],
    table: ["BatchGetItem", "Query", "PutItem", "UpdateItem"],
    // To itself, the next attempts.
    sends: ["webhooks", "mail"],
  },
};

/** Every variable of a function, those of its roles among them. */
export const variablesOf = (name: FunctionName): readonly (keyof typeof ENV)[] => {
  const { environment, signsLinks = [] } = functions[name];
  return [...environment, ...signsLinks.map((role) => downloadRoles[role].variable)];
};

export const api = { base: API_BASE, function: "api", authorizer: "authorizer" } as const;
