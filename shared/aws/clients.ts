import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { SESClient } from "@aws-sdk/client-ses";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";

/**
 * A logger without `info` and `error`: for each that exists, the client walks all it sends and receives to redact it,
 * which doubles its work, whether or not anything is then logged.
 */
const logger = { debug: () => undefined, warn: () => undefined } as NonNullable<S3ClientConfig["logger"]>;

const MAX_ATTEMPTS = 5;

/** Enough for the ledger's writes at once beside its reads. */
const SOCKETS = 64;

/** DynamoDB, made when it is first called for, as all clients are; region, credentials and endpoint come from the environment. */
export const dynamo = /* @__PURE__ */ once(() => new DynamoDBClient(settings(10_000)));

export const s3 = /* @__PURE__ */ once(() => createS3Client());

export const sqs = /* @__PURE__ */ once(() => new SQSClient(settings(10_000)));

/** SES takes no token by which it would know a mail again, so that a repeated request may be a second mail. */
export const ses = /* @__PURE__ */ once(() => new SESClient({ ...settings(20_000), maxAttempts: 1 }));

export const sts = /* @__PURE__ */ once(() => new STSClient(settings(10_000)));

/** An S3 client of one's own, such as one with a session's credentials; parts of an upload take their time. */
export function createS3Client(overrides: S3ClientConfig = {}): S3Client {
  return new S3Client({ ...settings(60_000), ...overrides });
}

function settings(requestTimeout: number) {
  return {
    logger,
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      connectionTimeout: 2_000,
      // An unanswered request is tried again well before its function runs out of time.
      requestTimeout,
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: SOCKETS },
      httpsAgent: { maxSockets: SOCKETS },
    },
  };
}

function once<Client>(make: () => Client): () => Client {
  let made: Client | undefined;
  return () => (made ??= make());
}
