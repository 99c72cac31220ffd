import { Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { CfnQueuePolicy, type Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { type BucketName, buckets, type QueueName } from "../platform.ts";

export interface WorkBucketProps {
  readonly name: BucketName;
  readonly queues: Readonly<Record<QueueName, Queue>>;
  /** The buckets made so far that may take access logs. */
  readonly logs: Partial<Readonly<Record<BucketName, Bucket>>>;
  readonly retain: boolean;
}

/** A closed bucket whose objects expire by prefix, whose new ones are announced to a queue, and whose readers are logged. */
export class WorkBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { name, queues, logs, retain }: WorkBucketProps) {
    super(scope, id);
    const { expire, notify, accessLog } = buckets[name];

    this.bucket = new Bucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      lifecycleRules: [
        // Parts of an upload that was never completed cannot be seen, but they are paid for.
        { id: "unfinished-uploads", abortIncompleteMultipartUploadAfter: Duration.days(1) },
        ...expire.map(({ prefix, days }) => ({
          id: prefix.replace(/\/$/, ""),
          prefix,
          expiration: Duration.days(days),
        })),
      ],
    });

    if (accessLog) this.logAccess(logs[accessLog.bucket], accessLog.prefix);
    else {
      // A log of the logs would never come to rest. An account that wants to know of every read of a dropped file turns on
      // CloudTrail data events for the bucket.
      Validations.of(this.bucket).acknowledge({
        id: "AwsSolutions-S1",
        reason:
          "Only downloads of exports are audited by access logs. The upload bucket's jobs record who brought each object, " +
          "and a bucket of access logs that took its own would fill itself.",
      });
    }

    if (notify) this.announce(queues[notify.queue], notify.prefix);
  }

  /**
   * Lets S3 write the access log of this bucket, and of no other, below the prefix. Written out, because CDK's own helper
   * opens the other bucket by an ACL, which a bucket that has none refuses, unless a flag of the whole app says otherwise.
   */
  private logAccess(logs: Bucket | undefined, prefix: string): void {
    const { node } = this.bucket;
    if (!(node.defaultChild instanceof CfnBucket)) throw new TypeError(`${node.path} has no bucket resource`);
    if (!logs) throw new TypeError(`${node.path} comes before the bucket of its access log`);
    node.defaultChild.loggingConfiguration = { destinationBucketName: logs.bucketName, logFilePrefix: prefix };

    logs.addToResourcePolicy(
      new PolicyStatement({
        sid: "AccessLog",
        principals: [new ServicePrincipal("logging.s3.amazonaws.com")],
        actions: ["s3:PutObject"],
        resources: [logs.arnForObjects(`${prefix}*`)],
        conditions: {
          ArnLike: { "aws:SourceArn": this.bucket.bucketArn },
          StringEquals: { "aws:SourceAccount": Stack.of(this).account },
        },
      }),
    );
  }

  /** Written on the bucket itself: CDK's own helper deploys a further function that may rewire every bucket of the account. */
  private announce(queue: Queue, prefix: string): void {
    const { node } = this.bucket;
    if (!(node.defaultChild instanceof CfnBucket)) throw new TypeError(`${node.path} has no bucket resource`);
    node.defaultChild.notificationConfiguration = {
      queueConfigurations: [
        {
          event: "s3:ObjectCreated:*",
          queue: queue.queueArn,
          filter: { s3Key: { rules: [{ name: "prefix", value: prefix }] } },
        },
      ],
    };

    // S3 tries the queue while the bucket is made, so the permission must come first and cannot name the bucket. Its
    // account has to do; the consumer reads only its own bucket, whatever a message says.
    queue.addToResourcePolicy(
      new PolicyStatement({
        sid: "ObjectsOfThisAccount",
        principals: [new ServicePrincipal("s3.amazonaws.com")],
        actions: ["sqs:SendMessage"],
        resources: [queue.queueArn],
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    );
    for (const child of queue.node.findAll()) {
      if (child instanceof CfnQueuePolicy) node.defaultChild.addResourceDependency(child);
    }
  }
}
