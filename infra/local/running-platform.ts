import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { BUNDLE_PREFIX, ENV } from "../../shared/names.ts";
import { functions, type FunctionName, type QueueName, queues } from "../platform.ts";
import { startCloud } from "./cloud.ts";
import { startDynoxide } from "./dynoxide.ts";
import { createFunctionPool, type FunctionPool } from "./function-pool.ts";
import { startHttpFront } from "./http-front.ts";
import { provision, type Provisioned } from "./provision.ts";
import { startQueuePoller } from "./queue-poller.ts";

const REGION = "us-east-1";
const SENDER = "Partner Ledger <ledger@partner-ledger.example>";
const OPERATOR = "operator@partner-ledger.example";
const DOWNLOAD_ROLE = "arn:aws:iam::000000000000:role/partner-ledger-download";

/** Any account will do where nobody else can connect. */
const CREDENTIALS = { accessKeyId: "AKIALOCALPARTNERLEDG", secretAccessKey: "local-secret-of-partner-ledger" };

/** The functions that an import or export keeps busy may have a process for each core; the others have one. */
const poolSize = (name: FunctionName): number => (name === "import-rows" || name === "api" ? Math.min(4, Math.max(2, availableParallelism())) : 1);

export interface Endpoints {
  readonly api: string;
  readonly mailbox: string;
  readonly control: string;
  readonly aws: { readonly dynamodb: string; readonly s3: string; readonly sqs: string; readonly ses: string; readonly sts: string };
}

/** The whole platform in one process tree on loopback. */
export interface RunningPlatform {
  readonly endpoints: Endpoints;
  readonly region: string;
  readonly credentials: typeof CREDENTIALS;
  readonly resources: Provisioned;
  readonly clients: { readonly dynamo: DynamoDBClient; readonly s3: S3Client; readonly sqs: SQSClient };
  /** The processes that a function runs in right now. */
  pids(name: FunctionName): number[];
  close(): Promise<void>;
}

export interface PlatformOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly onFailure: (name: FunctionName, error: Error, attempt: number) => void;
}

/** Starts servers, resources, functions and event sources; addresses given in AWS_ENDPOINT_URL_* replace the servers'. */
export async function startPlatform({ dataDir, port, onFailure }: PlatformOptions): Promise<RunningPlatform> {
  await using started = new AsyncDisposableStack();
  const given = (service: string): string | undefined => process.env[`AWS_ENDPOINT_URL_${service}`];

  const cloud = await startCloud({
    dataDir: join(dataDir, "cloud"),
    ...CREDENTIALS,
    region: REGION,
    roles: { [DOWNLOAD_ROLE]: { allow: [{ action: "s3:GetObject", bucket: "partner-ledger-exports", prefix: BUNDLE_PREFIX }] } },
    verifiedSenders: [SENDER],
  });
  started.defer(() => cloud.close());
  const aws = {
    dynamodb: given("DYNAMODB") ?? (await ownDynamo(dataDir, started)),
    s3: given("S3") ?? cloud.endpoints.s3,
    sqs: given("SQS") ?? cloud.endpoints.sqs,
    ses: given("SES") ?? cloud.endpoints.ses,
    sts: given("STS") ?? cloud.endpoints.sts,
  };

  const client = { region: REGION, credentials: CREDENTIALS };
  const clients = {
    dynamo: new DynamoDBClient({ ...client, endpoint: aws.dynamodb }),
    s3: new S3Client({ ...client, endpoint: aws.s3, forcePathStyle: true }),
    sqs: new SQSClient({ ...client, endpoint: aws.sqs }),
  };
  const resources = await provision(clients);

  const pools = Object.fromEntries(
    functionNames.map((name) => [name, createFunctionPool(name, poolSize(name), environmentOf(name, aws, resources), join(dataDir, "logs"))]),
  ) as Record<FunctionName, FunctionPool>;
  started.defer(async () => void (await Promise.all(Object.values(pools).map((pool) => pool.close()))));

  const pollers = (Object.keys(queues) as QueueName[]).map((queue) => {
    const { consumer } = queues[queue];
    return startQueuePoller({
      sqs: clients.sqs,
      ...resources.queues[queue],
      pool: pools[consumer],
      concurrency: poolSize(consumer),
      onFailure: (error, attempt) => onFailure(consumer, error, attempt),
    });
  });
  started.defer(async () => void (await Promise.all(pollers.map((poller) => poller.close()))));

  const front = await startHttpFront({ api: pools.api, authorizer: pools.authorizer, port });
  started.defer(() => front.close());
  const running = started.move();
  return {
    endpoints: { api: front.url, mailbox: cloud.endpoints.mailbox, control: cloud.endpoints.control, aws },
    region: REGION,
    credentials: CREDENTIALS,
    resources,
    clients,
    pids: (name) => pools[name].pids(),
    close: () => running.disposeAsync(),
  };
}

const functionNames = Object.keys(functions) as FunctionName[];

async function ownDynamo(dataDir: string, started: AsyncDisposableStack): Promise<string> {
  const dynamo = await startDynoxide({ dbPath: join(dataDir, "dynamodb.db") });
  started.defer(() => dynamo.close());
  return dynamo.url;
}

/** Exactly the variables that the deployed function has, and what the SDK needs to find the local servers. */
function environmentOf(name: FunctionName, aws: Endpoints["aws"], resources: Provisioned): Record<string, string> {
  const values: Record<keyof typeof ENV, string> = {
    table: resources.table,
    uploadBucket: resources.buckets.uploads,
    exportBucket: resources.buckets.exports,
    importQueue: resources.queues.imports.url,
    exportQueue: resources.queues.exports.url,
    mailQueue: resources.queues.mail.url,
    sender: SENDER,
    operator: OPERATOR,
    downloadRole: DOWNLOAD_ROLE,
  };
  return {
    ...Object.fromEntries(functions[name].environment.map((variable) => [ENV[variable], values[variable]])),
    PATH: process.env["PATH"] ?? "",
    NODE_NO_WARNINGS: "1",
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: aws.dynamodb,
    AWS_ENDPOINT_URL_S3: aws.s3,
    AWS_ENDPOINT_URL_SQS: aws.sqs,
    AWS_ENDPOINT_URL_SES: aws.ses,
    AWS_ENDPOINT_URL_STS: aws.sts,
  };
}
