import { Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { CfnQueuePolicy, type Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { type BucketName, buckets, type QueueName } from "../platform.ts";

export interface WorkBucketProps {
  readonly name: BucketName;
  readonly queues: Readonly<Record<QueueName, Queue>>;
  readonly retain: boolean;
}

/** A closed bucket whose objects expire by prefix, and whose new objects are announced to a queue. */
export class WorkBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { name, queues, retain }: WorkBucketProps) {
    super(scope, id);
    const { expire, notify } = buckets[name];

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

    // Server access logs would need a third bucket that keeps IP addresses and the query strings of signed links, and
    // would tell less than what there is: each job record names its object, its digest and who asked. An account that
    // wants to know of every read turns on CloudTrail data events for these buckets.
    Validations.of(this.bucket).acknowledge({
      id: "AwsSolutions-S1",
      reason: "Jobs record who brought or asked for each object; access logs would only add personal data to guard.",
    });

    if (notify) this.announce(queues[notify.queue], notify.prefix);
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
