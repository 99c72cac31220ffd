import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { SESClient } from "@aws-sdk/client-ses";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";

/** The clients of AWS, made when they are called for. Region, credentials and endpoints come from the environment. */

/**
 * A logger without `info` and `error`: for each that exists, the client walks all it sends and receives to redact it,
 * which doubles its work, whether or not anything is then logged.
 */
const logger = { debug: () => undefined, warn: () => undefined } as unknown as Console;

const MAX_ATTEMPTS = 5;

/** Enough for the ledger's writes at once beside its reads. */
const SOCKETS = 64;

/** An unanswered request is tried again well before its function runs out of time. */
const waiting = (requestTimeout: number) => ({
  connectionTimeout: 2_000,
  requestTimeout,
  throwOnRequestTimeout: true,
  httpAgent: { maxSockets: SOCKETS },
  httpsAgent: { maxSockets: SOCKETS },
});

const settings = (requestTimeout: number) => ({
  logger,
  maxAttempts: MAX_ATTEMPTS,
  requestHandler: waiting(requestTimeout),
});

export const createDynamoClient = (): DynamoDBClient => new DynamoDBClient(settings(10_000));

/** Parts of an upload take their time. */
export const createS3Client = (overrides: Pick<S3ClientConfig, "credentials"> = {}): S3Client =>
  new S3Client({ ...settings(60_000), ...overrides });

export const createSqsClient = (): SQSClient => new SQSClient(settings(10_000));

export const createSesClient = (): SESClient => new SESClient(settings(20_000));

export const createStsClient = (): STSClient => new STSClient(settings(10_000));
