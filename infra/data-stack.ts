import { Annotations, CfnOutput, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { AttributeType, ProjectionType, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { EmailIdentity, Identity } from "aws-cdk-lib/aws-ses";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { Alarms } from "./constructs/alarms.ts";
import { QueueWithDlq } from "./constructs/queue-with-dlq.ts";
import { WorkBucket } from "./constructs/work-bucket.ts";
import { type BucketName, type QueueName, table } from "./platform.ts";
import { EXAMPLE_DOMAIN, type Settings } from "./settings.ts";

/**
 * What must survive: the records, the files, the messages under way, the verified sender and the confirmed alarm
 * subscription. Bucket and queue are in one stack, because a notification ties them together.
 */
export class DataStack extends Stack {
  readonly table: TableV2;
  readonly buckets: Readonly<Record<BucketName, Bucket>>;
  readonly queues: Readonly<Record<QueueName, Queue>>;
  readonly alarms: Alarms;

  constructor(scope: Construct, id: string, { settings, ...props }: StackProps & { readonly settings: Settings }) {
    super(scope, id, { terminationProtection: settings.retain, ...props });
    const { operator, retain, sender } = settings;

    this.alarms = new Alarms(this, "Alarms", { operator });
    this.table = this.createTable(retain);

    const queue = (name: QueueName, at: string): Queue =>
      new QueueWithDlq(this, at, { name, alarms: this.alarms }).queue;
    this.queues = {
      uploads: queue("uploads", "UploadsQueue"),
      imports: queue("imports", "ImportsQueue"),
      exports: queue("exports", "ExportsQueue"),
      mail: queue("mail", "MailQueue"),
      downloads: queue("downloads", "DownloadsQueue"),
      webhooks: queue("webhooks", "WebhooksQueue"),
    };

    const bucket = (name: BucketName, at: string, logs: Partial<Record<BucketName, Bucket>> = {}): Bucket =>
      new WorkBucket(this, at, { name, queues: this.queues, logs, retain }).bucket;
    const uploads = bucket("uploads", "Uploads");
    const logs = bucket("logs", "Logs");
    this.buckets = { uploads, logs, exports: bucket("exports", "Exports", { logs }) };

    this.createSender(settings);

    new CfnOutput(this, "TableName", { value: this.table.tableName });
    new CfnOutput(this, "UploadBucketName", { value: this.buckets.uploads.bucketName });
    if ([sender, operator].some((address) => address.endsWith(`@${EXAMPLE_DOMAIN}`))) {
      Annotations.of(this).addInfo("Before deploying, set real addresses: -c sender=... -c operator=...");
    }
  }

  private createTable(retain: boolean): TableV2 {
    const text = (name: string): { name: string; type: AttributeType } => ({ name, type: AttributeType.STRING });
    return new TableV2(this, "Table", {
      partitionKey: text(table.partitionKey),
      sortKey: text(table.sortKey),
      timeToLiveAttribute: table.expiryAttribute,
      globalSecondaryIndexes: table.indexes.map(({ name, partitionKey, sortKey, includes }) => ({
        indexName: name,
        partitionKey: text(partitionKey),
        sortKey: text(sortKey),
        // A list answers with whole records; reading each again would cost more than the index's copy.
        ...(includes === null
          ? { projectionType: ProjectionType.ALL }
          : { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...includes] }),
      })),
      // Any second of the last 35 days can be restored, beside the images that the ledger itself keeps.
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: retain,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  private createSender({ createIdentity, senderIdentity, retain }: Settings): void {
    if (!createIdentity) return;

    const isAddress = senderIdentity.includes("@");
    const sender = new EmailIdentity(this, "Sender", {
      identity: isAddress ? Identity.email(senderIdentity) : Identity.domain(senderIdentity),
    });
    sender.applyRemovalPolicy(retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);

    // SES mails an address to verify it; a domain is verified by these DNS records.
    const records = isAddress ? [] : sender.dkimRecords;
    for (const [index, { name, value }] of records.entries()) {
      new CfnOutput(this, `SenderDns${index + 1}`, { value: `${name} CNAME ${value}` });
    }
  }
}
