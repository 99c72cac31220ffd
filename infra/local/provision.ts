import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ResourceInUseException,
  type TableDescription,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { StartProblem } from "./start-problem.ts";
import { type BucketName, buckets, type QueueName, queues, table, visibilitySeconds } from "../platform.ts";

/** What the functions are told of the resources made for them. */
export interface Provisioned {
  readonly table: string;
  readonly buckets: Readonly<Record<BucketName, string>>;
  readonly queues: Readonly<Record<QueueName, { readonly url: string; readonly arn: string }>>;
}

const TABLE_NAME = "partner-ledger";

/** Dead letters are kept as long as SQS keeps anything, like on AWS. */
const DEAD_LETTER_SECONDS = 14 * 24 * 3600;

/** Makes table, buckets, queues, notification rules and access logs from the platform's description, unless they are there already. */
export async function provision(clients: {
  dynamo: DynamoDBClient;
  s3: S3Client;
  sqs: SQSClient;
}): Promise<Provisioned> {
  const [made] = await Promise.all([createQueues(clients.sqs), createTable(clients.dynamo)]);
  // The logs first: a bucket that does not exist yet takes no access log.
  await Promise.all([createBucket(clients.s3, "uploads", made), createBucket(clients.s3, "logs", made)]);
  await createBucket(clients.s3, "exports", made);
  return {
    table: TABLE_NAME,
    buckets: { uploads: bucketName("uploads"), logs: bucketName("logs"), exports: bucketName("exports") },
    queues: made,
  };
}

/** The name of a bucket of the description. */
export const bucketName = (name: BucketName): string => `partner-ledger-${name}`;

async function createQueues(sqs: SQSClient): Promise<Provisioned["queues"]> {
  const [uploads, imports, exports, mail, downloads, webhooks] = await Promise.all([
    createQueue(sqs, "uploads"),
    createQueue(sqs, "imports"),
    createQueue(sqs, "exports"),
    createQueue(sqs, "mail"),
    createQueue(sqs, "downloads"),
    createQueue(sqs, "webhooks"),
  ]);
  return { uploads, imports, exports, mail, downloads, webhooks };
}

/** The table of the description, as DynamoDB is asked for it. */
export function tableRequest(TableName: string): CreateTableCommandInput {
  const names = [
    table.partitionKey,
    table.sortKey,
    ...table.indexes.flatMap((index) => [index.partitionKey, index.sortKey]),
  ];
  const keys = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: "HASH" as const },
    { AttributeName: sort, KeyType: "RANGE" as const },
  ];
  return {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: keys(table.partitionKey, table.sortKey),
    GlobalSecondaryIndexes: table.indexes.map(({ name, partitionKey, sortKey, includes }) => ({
      IndexName: name,
      KeySchema: keys(partitionKey, sortKey),
      Projection:
        includes === null ? { ProjectionType: "ALL" } : { ProjectionType: "INCLUDE", NonKeyAttributes: [...includes] },
    })),
  };
}

async function createTable(dynamo: DynamoDBClient): Promise<void> {
  try {
    await dynamo.send(new CreateTableCommand(tableRequest(TABLE_NAME)));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  // Elsewhere than here a table takes a while to be made.
  const made = await waitUntilTableExists({ client: dynamo, maxWaitTime: 120, minDelay: 1 }, { TableName: TABLE_NAME });
  requireIndexes(made.reason);
}

/** A table of an earlier version lacks what this one reads by. */
function requireIndexes(described: { readonly Table?: TableDescription | undefined }): void {
  const there = new Set(described.Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName));
  const missing = table.indexes.filter(({ name }) => !there.has(name)).map(({ name }) => name);
  if (missing.length === 0) return;
  throw new StartProblem(
    `The table ${TABLE_NAME} was made by an earlier version and lacks the indexes ${missing.join(", ")}. ` +
      "Start with an empty one: npm start -- --fresh",
  );
}

async function createQueue(sqs: SQSClient, name: QueueName): Promise<{ url: string; arn: string }> {
  const deadLetters = await queueOf(sqs, `partner-ledger-${name}-dead-letters`, {
    MessageRetentionPeriod: String(DEAD_LETTER_SECONDS),
  });
  return queueOf(sqs, `partner-ledger-${name}`, {
    VisibilityTimeout: String(visibilitySeconds(name)),
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: deadLetters.arn,
      maxReceiveCount: queues[name].maxReceiveCount,
    }),
  });
}

async function queueOf(
  sqs: SQSClient,
  QueueName: string,
  Attributes: Record<string, string>,
): Promise<{ url: string; arn: string }> {
  const { QueueUrl: url = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  const found = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] }));
  return { url, arn: found.Attributes?.["QueueArn"] ?? "" };
}

async function createBucket(s3: S3Client, name: BucketName, made: Provisioned["queues"]): Promise<void> {
  const Bucket = bucketName(name);
  await s3.send(new CreateBucketCommand({ Bucket })).catch((error: Error) => {
    if (!/BucketAlready/.test(error.name)) throw error;
  });
  const { notify, accessLog } = buckets[name];
  if (accessLog !== undefined) {
    const LoggingEnabled = { TargetBucket: bucketName(accessLog.bucket), TargetPrefix: accessLog.prefix };
    await s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: { LoggingEnabled } }));
  }
  if (notify === undefined) return;
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: {
        QueueConfigurations: [
          {
            QueueArn: made[notify.queue].arn,
            Events: ["s3:ObjectCreated:*"],
            Filter: { Key: { FilterRules: [{ Name: "prefix", Value: notify.prefix }] } },
          },
        ],
      },
    }),
  );
}
