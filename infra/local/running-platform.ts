import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { FunctionName } from "../platform.ts";
import { CREDENTIALS, REGION, SENDER } from "./account.ts";
import { type Cloud, startCloud } from "./cloud.ts";
import { startDynoxide } from "./dynoxide.ts";
import type { OnFailure } from "./failures.ts";
import { type AwsEndpoints, environmentOf } from "./function-environment.ts";
import { createPools, functionNames, type FunctionPools, startPollers, type Timeouts } from "./functions.ts";
import { startHttpFront } from "./http-front.ts";
import { provision, type Provisioned } from "./provision.ts";
import { sessionRoles } from "./session-roles.ts";

export interface Endpoints {
  readonly api: string;
  readonly mailbox: string;
  readonly control: string;
  readonly aws: AwsEndpoints;
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
  /** Starts a process of each such function ahead of its first event. */
  warm(isWanted: (name: FunctionName) => boolean): Promise<void>;
  close(): Promise<void>;
}

export interface PlatformOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly onFailure: OnFailure;
  readonly timeouts?: Timeouts;
}

/** Starts servers, resources, functions and event sources; addresses given in AWS_ENDPOINT_URL_* replace the servers'. */
export async function startPlatform(options: PlatformOptions): Promise<RunningPlatform> {
  const { dataDir, port, onFailure, timeouts = {} } = options;
  await using started = new AsyncDisposableStack();
  const logDir = join(dataDir, "logs");
  mkdirSync(logDir, { recursive: true });
  let pools: FunctionPools | undefined;
  const cloud = await startLocalCloud(dataDir, () => pools);
  started.defer(() => cloud.close());
  const aws = {
    dynamodb: given("DYNAMODB") ?? (await ownDynamo(dataDir, logDir, started)),
    s3: given("S3") ?? cloud.endpoints.s3,
    sqs: given("SQS") ?? cloud.endpoints.sqs,
    ses: given("SES") ?? cloud.endpoints.ses,
    sts: given("STS") ?? cloud.endpoints.sts,
  };
  const clients = createClients(aws);
  const resources = await provision(clients);

  const running = createPools((name) => environmentOf(name, aws, resources), { logDir, timeouts });
  pools = running;
  const pollers = startPollers(clients.sqs, resources, running, onFailure);
  // Together: the pollers wait for what is under way, which the pools let end or kill.
  started.defer(() => closeAll([...pollers, ...Object.values(running)]));

  const front = await startHttpFront({ api: running.api, authorizer: running.authorizer, port, onFailure });
  started.defer(() => front.close());
  const whole = started.move();
  return {
    endpoints: { api: front.url, mailbox: cloud.endpoints.mailbox, control: cloud.endpoints.control, aws },
    region: REGION,
    credentials: CREDENTIALS,
    resources,
    clients,
    pids: (name) => running[name].pids(),
    warm: async (isWanted) =>
      void (await Promise.all(
        functionNames()
          .filter(isWanted)
          .map((name) => running[name].warm()),
      )),
    close: () => whole.disposeAsync(),
  };
}

const given = (service: string): string | undefined => process.env[`AWS_ENDPOINT_URL_${service}`];

function startLocalCloud(dataDir: string, pools: () => FunctionPools | undefined): Promise<Cloud> {
  return startCloud({
    dataDir: join(dataDir, "cloud"),
    ...CREDENTIALS,
    region: REGION,
    roles: sessionRoles,
    verifiedSenders: [SENDER],
    functions: () => Object.fromEntries(Object.entries(pools() ?? {}).map(([name, pool]) => [name, pool.pids()])),
  });
}

async function ownDynamo(dataDir: string, logDir: string, started: AsyncDisposableStack): Promise<string> {
  const dynamo = await startDynoxide({ dbPath: join(dataDir, "dynamodb.db"), logPath: join(logDir, "dynamodb.log") });
  started.defer(() => dynamo.close());
  return dynamo.url;
}

function createClients(aws: AwsEndpoints): RunningPlatform["clients"] {
  const client = { region: REGION, credentials: { ...CREDENTIALS } };
  return {
    dynamo: new DynamoDBClient({ ...client, endpoint: aws.dynamodb }),
    s3: new S3Client({ ...client, endpoint: aws.s3, forcePathStyle: true }),
    sqs: new SQSClient({ ...client, endpoint: aws.sqs }),
  };
}

async function closeAll(parts: readonly { close(): Promise<void> }[]): Promise<void> {
  await Promise.all(parts.map((part) => part.close()));
}
