import type { Context } from "aws-lambda";
import * as z from "zod";
import { createHandler as createApi } from "../../functions/api/handler.ts";
import { createHandler as createAuthorizer } from "../../functions/authorizer/handler.ts";
import { createProgram, type ProgramInput } from "../../shared/access/create-program.ts";
import { createToken, type TokenHolder, type TokenTerms } from "../../shared/access/credentials.ts";
import { type Teammate, teammateItem } from "../../shared/access/teammates.ts";
import type { Announce } from "../../shared/recording/record-change.ts";
import type { ApiDependencies } from "../../shared/api/dependencies.ts";
import type { OutcomeReader } from "../../shared/api/imports/list-import-rows.ts";
import type { ExportMessage } from "../../shared/exports/export-bundle.ts";
import type { ImportMessage } from "../../shared/imports/import-message.ts";
import { undoneReader } from "../../shared/imports/undone-rows.ts";
import { effectReader } from "../../shared/imports/outcomes.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import type { MailMessage } from "../../shared/mail/mail-message.ts";
import { EVERYTHING, type ExportJob, NOT_BEGUN, exportJob } from "../../shared/records/export-job.ts";
import { DEFAULT_OPTIONS, type ImportJob, importJob } from "../../shared/records/import-job.ts";
import { accessToken } from "../../shared/records/access-token.ts";
import { keyPair } from "../../shared/records/key-pair.ts";
import { utcDay } from "../../shared/records/utc-day.ts";
import { announceChanges } from "../../shared/webhooks/announce-changes.ts";
import { createHeardEvents } from "../../shared/webhooks/heard-events.ts";
import type { WebhookMessage } from "../../shared/webhooks/webhook-message.ts";
import { matchRoute } from "../../infra/local/gateway-event.ts";
import type { BaseRecord, Declaration } from "../../shared/records/record.ts";
import { createCountingKeys } from "../fakes/counting-keys.ts";
import { createCountingTokens } from "../fakes/counting-tokens.ts";
import { createFixedClock } from "../fakes/fixed-clock.ts";
import { createKillSwitch, type KillSwitch } from "../fakes/kill-switch.ts";
import { createMemoryLinkSigner } from "../fakes/memory-link-signer.ts";
import { createMemoryObjectStore } from "../fakes/memory-object-store.ts";
import { createMemoryQueue, type MemoryQueue } from "../fakes/memory-queue.ts";
import { createMemoryTable } from "../fakes/memory-table.ts";
import { createMemoryUploadLinkSigner } from "../fakes/memory-upload-link-signer.ts";
import { createSilentLog } from "../fakes/silent-log.ts";

export interface Call {
  readonly authorization?: string | undefined;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly rawBody?: string;
  readonly contentType?: string | undefined;
  /** Further headers, by their names in small letters. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** Of a list: the keys of its items, and whether there are more. */
  readonly keys: readonly unknown[];
  readonly hasMore: boolean | undefined;
  readonly json: unknown;
}

/** Both functions of the API over a table in memory, joined as API Gateway joins them. */
export function createWorld({
  outcomes = noOutcomes,
  exportQueue = createMemoryQueue<ExportMessage>(),
  webhookQueue = createMemoryQueue<WebhookMessage>(),
  killSwitch = createKillSwitch(),
}: {
  outcomes?: OutcomeReader;
  exportQueue?: MemoryQueue<ExportMessage>;
  webhookQueue?: MemoryQueue<WebhookMessage>;
  killSwitch?: KillSwitch;
} = {}) {
  const clock = createFixedClock();
  const table = createMemoryTable({ killSwitch });
  const ledger = createLedger({ table, clock });
  const objects = createMemoryObjectStore();
  const bundles = createMemoryObjectStore({ killSwitch });
  const log = createSilentLog();
  const newKey = createCountingKeys();
  const randomToken = createCountingTokens();
  const access = { table, ledger, clock, newKey, randomToken };
  const authorizer = createAuthorizer({ table, clock, log });
  const mailQueue = createMemoryQueue<MailMessage>();
  const uploadLinks = createMemoryUploadLinkSigner();
  const reportLinks = createMemoryLinkSigner();
  const effects = effectReader(objects);
  const importQueue = createMemoryQueue<ImportMessage>();
  const heard = createHeardEvents({ ledger, clock });
  const ports = {
    table,
    ledger,
    objects,
    bundles,
    uploadLinks,
    reportLinks,
    dealFileLinks: createMemoryLinkSigner(),
    bundleLinks: createMemoryLinkSigner(),
    outcomes,
    effects,
    undone: undoneReader(objects),
    importQueue,
    exportQueue,
    mailQueue,
    announce: ((program, changes, mark) =>
      announceChanges({ webhooks: webhookQueue, heard, clock }, program, changes, mark)) satisfies Announce,
    webhookQueue,
    mayBePrivate: false,
    clock,
    newKey,
    randomToken,
    log,
  };
  const api = createApi(ports satisfies ApiDependencies);

  async function call(method: string, path: string, request: Call = {}): Promise<Reply> {
    const {
      authorization,
      query = {},
      body,
      rawBody = body === undefined ? undefined : JSON.stringify(body),
    } = request;
    const { contentType = rawBody === undefined ? undefined : "application/json", headers = {} } = request;
    const matched = matchRoute(method, path);
    if (matched === undefined) return reply(404, JSON.stringify({ message: "Not Found" }));
    const isOpen = !matched.route.authorized;
    if (!isOpen && authorization === undefined) return reply(401, JSON.stringify({ message: "Unauthorized" }));
    const event = {
      ...gatewayEvent(method, path, query),
      headers: { ...headers, ...(authorization !== undefined && { authorization }) },
    };
    const who = isOpen ? { isAuthorized: true, context: {} } : await authorizer(event, context);
    if (!who.isAuthorized) return reply(403, JSON.stringify({ message: "Forbidden" }));
    const { requestContext } = event;
    const answer = await api(
      {
        ...event,
        headers: { ...event.headers, ...(contentType !== undefined && { "content-type": contentType }) },
        requestContext: { ...requestContext, authorizer: { lambda: { ...who.context } } },
        ...(rawBody !== undefined && { body: rawBody }),
      },
      context,
    );
    return reply(answer.statusCode ?? 0, answer.body ?? "", answer.headers);
  }

  async function start(input: Partial<ProgramInput> = {}) {
    const made = await createProgram(access, { key: "acme", name: "Acme", admin_email: "ada@acme.example", ...input });
    await useAll();
    return { ...made, basic: basic(made.publicKey, made.secretKey), bearer: `Bearer ${made.teammates[0]?.token}` };
  }

  /** Credentials have been used today already, so that requests write nothing beside their own. */
  async function useAll() {
    for (const { pk, sk, _kind: kind } of table.items()) {
      if (kind !== keyPair.kind && kind !== accessToken.kind) continue;
      await table.write({ update: { pk, sk }, set: { last_used_on: utcDay(clock()) } });
    }
  }

  return {
    gatewayEvent,
    clock,
    table,
    ledger,
    objects,
    bundles,
    killSwitch,
    ports,
    exportQueue,
    mailQueue,
    webhookQueue,
    log,
    access,
    call,
    start,
    async bearerOf(holder: TokenHolder, terms?: TokenTerms) {
      const token = await createToken(access, holder, terms);
      await useAll();
      return `Bearer ${token}`;
    },
    async hire(program: string, teammate: Partial<Teammate> & Pick<Teammate, "email">) {
      await table.write({ put: teammateItem(program, { name: "", role: "member", permissions: [], ...teammate }) });
    },
    /** Puts records into the ledger as they are. */
    async put<R extends BaseRecord>(declaration: Declaration<R>, ...records: R[]) {
      for (const after of records) await ledger.commit({ mark: after.key, changes: [{ declaration, after }] });
      return records;
    },
    async addImport(overrides: Partial<ImportJob> = {}) {
      const job = anImportJob(overrides);
      await ledger.commit({ mark: job.key, changes: [{ declaration: importJob, after: job }] });
      return job;
    },
    async addExport(overrides: Partial<ExportJob> = {}) {
      const job = anExportJob(overrides);
      await ledger.commit({ mark: job.key, changes: [{ declaration: exportJob, after: job }] });
      return job;
    },
  };
}

const noOutcomes: OutcomeReader = async () => Promise.resolve({ items: [], has_more: false });

export const basic = (publicKey: string, secretKey: string): string =>
  `Basic ${Buffer.from(`${publicKey}:${secretKey}`).toString("base64")}`;

export const anImportJob = (overrides: Partial<ImportJob> = {}): ImportJob => ({
  program: "acme",
  key: "imp_1",
  created_at: 1_000,
  updated_at: 1_000,
  type: "customers",
  source: "imports/acme/customers/march.csv",
  filename: "march.csv",
  sha256: null,
  bytes: 120,
  status: "completed",
  phase: "import",
  reason_code: null,
  reason: null,
  options: DEFAULT_OPTIONS,
  rows: { total: 4, processed: 4, created: 2, updated: 1, unchanged: 0, skipped: 0, failed: 1 },
  effects: { rewards: 0, mails: 0, moves: 0 },
  reward_amounts: {},
  warnings: [],
  started_at: 1_000,
  finished_at: 2_000,
  requested_by: "bucket",
  cancel_requested_at: null,
  undo: null,
  archive_key: null,
  parts: 1,
  parts_done: 1,
  ...overrides,
});

const ALL_FILES = ["applications", "customers", "deals", "leads", "partners", "rewards", "transactions"];

const AS_OF = Date.UTC(2026, 3, 1, 12);

export const anExportJob = (overrides: Partial<ExportJob> = {}): ExportJob => ({
  program: "acme",
  key: "exp_1",
  created_at: 1_000,
  updated_at: 1_000,
  ...NOT_BEGUN,
  status: "completed",
  as_of: AS_OF,
  filters: { ...EVERYTHING, files: [...ALL_FILES] },
  files: [
    { name: "partners.csv", rows: 1234, bytes: 99, sha256: "0" },
    { name: "deals.csv", rows: 1, bytes: 99, sha256: "0" },
  ],
  progress: 100,
  requested_by: "pk_1",
  member_email: "ada@acme.example",
  started_at: AS_OF + 1_000,
  finished_at: AS_OF + 2_000,
  ...overrides,
});

const listed = z.object({
  data: z.object({ items: z.array(z.object({ key: z.unknown() })), has_more: z.boolean() }),
});

function reply(
  status: number,
  text: string,
  headers: Reply["headers"] = { "content-type": "application/json" },
): Reply {
  const json: unknown = String(headers["content-type"]).startsWith("application/json") ? JSON.parse(text) : undefined;
  const { data } = listed.safeParse(json).data ?? {};
  return { status, headers, text, json, keys: data?.items.map(({ key }) => key) ?? [], hasMore: data?.has_more };
}

const gatewayEvent = (method: string, path: string, query: Readonly<Record<string, string>>) => ({
  version: "2.0" as const,
  type: "REQUEST" as const,
  routeArn: "arn",
  identitySource: [],
  routeKey: `${method} ${path}`,
  rawPath: path,
  rawQueryString: new URLSearchParams(query).toString(),
  cookies: [],
  stageVariables: {},
  queryStringParameters: { ...query },
  isBase64Encoded: false,
  requestContext: {
    accountId: "000000000000",
    apiId: "api",
    domainName: "api.test",
    domainPrefix: "api",
    http: { method, path, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "test" },
    requestId: "request",
    routeKey: `${method} ${path}`,
    stage: "$default",
    time: "01/Apr/2026:12:00:00 +0000",
    timeEpoch: 0,
  },
});

/** What Lambda says about an invocation. */
export const context: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: "function",
  functionVersion: "1",
  invokedFunctionArn: "arn",
  memoryLimitInMB: "512",
  awsRequestId: "request",
  logGroupName: "group",
  logStreamName: "stream",
  getRemainingTimeInMillis: () => 10_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};
