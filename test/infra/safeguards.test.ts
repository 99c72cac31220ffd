import { Bucket } from "aws-cdk-lib/aws-s3";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { buckets, queues } from "../../infra/platform.ts";
import { newApp, PolicyDocument, synthesized } from "./synthesized.ts";

const { all, of, read } = synthesized();

const QueueProperties = z.object({
  RedrivePolicy: z.object({ deadLetterTargetArn: z.unknown(), maxReceiveCount: z.number() }).optional(),
  MessageRetentionPeriod: z.number(),
  SqsManagedSseEnabled: z.boolean(),
  VisibilityTimeout: z.number().optional(),
});
const deployed = of("AWS::SQS::Queue").map(({ id, properties }) => ({ id, ...QueueProperties.parse(properties) }));
const deadLettersOf = ({ RedrivePolicy }: (typeof deployed)[number]) =>
  RedrivePolicy ? [read(RedrivePolicy.deadLetterTargetArn)] : [];
const deadLetters = deployed.flatMap(deadLettersOf);
const work = deployed.filter(({ id }) => !deadLetters.includes(id));

const Alarm = z.object({
  AlarmDescription: z.string(),
  AlarmActions: z.array(z.unknown()),
  OKActions: z.array(z.unknown()),
  MetricName: z.string(),
  Threshold: z.number(),
  Dimensions: z.array(z.object({ Value: z.unknown() })),
});
const alarms = of("AWS::CloudWatch::Alarm").map(({ properties }) => Alarm.parse(properties));

describe("queues", () => {
  it("all have a dead-letter queue of their own, which keeps messages for 14 days", () => {
    expect(work).toHaveLength(Object.keys(queues).length);
    expect(work.filter((queue) => deadLettersOf(queue).length === 0)).toEqual([]);
    expect(new Set(deadLetters).size).toBe(work.length);
    for (const queue of deployed.filter(({ id }) => deadLetters.includes(id)))
      expect(queue.MessageRetentionPeriod).toBe(14 * 86_400);
  });

  it("put a message aside after the described number of deliveries", () => {
    expect(work.map(({ RedrivePolicy }) => RedrivePolicy?.maxReceiveCount)).toEqual(
      Object.values(queues).map(({ maxReceiveCount }) => maxReceiveCount),
    );
  });

  it("ring when their dead-letter queue holds anything, with a text that says what to do", () => {
    const ringing = alarms.filter(
      ({ MetricName, Threshold }) => MetricName === "ApproximateNumberOfMessagesVisible" && Threshold === 1,
    );
    expect(ringing.flatMap(({ Dimensions }) => Dimensions.map(({ Value }) => read(Value))).toSorted()).toEqual(
      deadLetters.toSorted(),
    );
    expect(ringing.map(({ AlarmDescription }) => AlarmDescription)).toEqual(
      Object.values(queues).map(({ alarm }) => alarm),
    );
  });

  it("ring when their oldest message waits", () => {
    const waiting = alarms.filter(({ MetricName }) => MetricName === "ApproximateAgeOfOldestMessage");
    expect(waiting.flatMap(({ Dimensions }) => Dimensions.map(({ Value }) => read(Value)))).toEqual(
      work.map(({ id }) => id),
    );
  });

  it("hide a message for at least six times the timeout of the function that takes it, as many at once as described", () => {
    const Mapping = z.object({
      EventSourceArn: z.unknown(),
      FunctionName: z.unknown(),
      BatchSize: z.literal(1),
      ScalingConfig: z.object({ MaximumConcurrency: z.number() }),
    });
    const timeouts = new Map(
      of("AWS::Lambda::Function").map(({ id, properties }) => [id, Number(properties["Timeout"])]),
    );
    const mappings = of("AWS::Lambda::EventSourceMapping").map(({ properties }) => Mapping.parse(properties));
    expect(mappings.map(({ EventSourceArn }) => read(EventSourceArn))).toEqual(work.map(({ id }) => id));
    expect(mappings.map(({ ScalingConfig }) => ScalingConfig.MaximumConcurrency)).toEqual(
      Object.values(queues).map(({ concurrency }) => concurrency),
    );
    for (const { EventSourceArn, FunctionName } of mappings) {
      const queue = work.find(({ id }) => id === read(EventSourceArn));
      expect(queue?.VisibilityTimeout, read(FunctionName)).toBeGreaterThanOrEqual(
        6 * (timeouts.get(read(FunctionName)) ?? Infinity),
      );
    }
  });
});

describe("a new object", () => {
  it("is announced to the queue of its bucket, which S3 may send to before the bucket is made", () => {
    const Notified = z.object({
      NotificationConfiguration: z
        .object({
          QueueConfigurations: z.array(z.object({ Event: z.string(), Queue: z.unknown(), Filter: z.unknown() })),
        })
        .optional(),
    });
    const notified = of("AWS::S3::Bucket").flatMap(({ id, after, properties }) =>
      (Notified.parse(properties).NotificationConfiguration?.QueueConfigurations ?? []).map(
        ({ Event, Queue, Filter }) => ({
          from: id,
          event: Event,
          to: read(Queue),
          prefix: Filter,
          after,
        }),
      ),
    );
    expect(notified).toEqual([
      {
        from: "Uploads/Bucket",
        event: "s3:ObjectCreated:*",
        to: "UploadsQueue/Queue",
        prefix: { S3Key: { Rules: [{ Name: "prefix", Value: buckets.uploads.notify?.prefix }] } },
        after: ["UploadsQueue/Queue/Policy"],
      },
      {
        from: "Logs/Bucket",
        event: "s3:ObjectCreated:*",
        to: "DownloadsQueue/Queue",
        prefix: { S3Key: { Rules: [{ Name: "prefix", Value: buckets.logs.notify?.prefix }] } },
        after: ["DownloadsQueue/Queue/Policy"],
      },
    ]);
  });
});

describe("requests to a bucket", () => {
  it("are told of where links lead to, in a bucket that is not told of itself", () => {
    const Logged = z.object({
      LoggingConfiguration: z.object({ DestinationBucketName: z.unknown(), LogFilePrefix: z.string() }).optional(),
    });
    const logged = of("AWS::S3::Bucket").map(({ id, properties }) => {
      const { LoggingConfiguration: log } = Logged.parse(properties);
      return [id, log && `${read(log.DestinationBucketName)}/${log.LogFilePrefix}`];
    });
    expect(logged).toEqual([
      ["Uploads/Bucket", undefined],
      ["Logs/Bucket", undefined],
      ["Exports/Bucket", "Logs/Bucket/access/"],
    ]);
    // What was announced can be read for as long as its message may wait.
    expect(buckets.logs.expire).toEqual([{ prefix: buckets.exports.accessLog?.prefix, days: 7 }]);
    expect(buckets.logs.notify?.prefix).toBe(buckets.exports.accessLog?.prefix);
  });
});

describe("alarms", () => {
  it("all reach the operator, when they ring and when they are over, and say what to do", () => {
    for (const { AlarmActions, OKActions, AlarmDescription } of alarms) {
      expect([...AlarmActions, ...OKActions].map(read)).toEqual(["Alarms/Topic", "Alarms/Topic"]);
      expect(AlarmDescription).toMatch(/Read|read|Check/);
    }
    expect(of("AWS::SNS::Subscription").map(({ properties }) => properties["Endpoint"])).toEqual([
      "operator@example.com",
    ]);
  });
});

describe("what is stored", () => {
  it("is encrypted", () => {
    expect(deployed.filter(({ SqsManagedSseEnabled }) => !SqsManagedSseEnabled)).toEqual([]);
    expect(of("AWS::S3::Bucket").filter(({ properties }) => properties["BucketEncryption"] === undefined)).toEqual([]);
  });

  it("cannot be reached by plain HTTP", () => {
    const refusing = all
      .filter(({ type }) => ["AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy"].includes(type))
      .filter(({ properties }) => {
        const { Statement } = PolicyDocument.parse(properties["PolicyDocument"]);
        return Statement.some(
          ({ Effect, Condition }) => Effect === "Deny" && Condition?.["Bool"]?.["aws:SecureTransport"] === "false",
        );
      })
      .map(({ id }) => id.replace(/\/Policy$/, ""));
    const reachable = all.filter(({ type }) =>
      ["AWS::SQS::Queue", "AWS::S3::Bucket", "AWS::SNS::Topic"].includes(type),
    );
    expect(refusing.toSorted()).toEqual(reachable.map(({ id }) => id).toSorted());
  });

  it("in buckets is closed to the public and expires as described", () => {
    const deployedBuckets = of("AWS::S3::Bucket");
    const Lifecycle = z.object({
      Rules: z.array(
        z.object({
          Prefix: z.string().optional(),
          ExpirationInDays: z.number().optional(),
          AbortIncompleteMultipartUpload: z.unknown().optional(),
        }),
      ),
    });
    for (const { properties } of deployedBuckets) {
      const closed = {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      };
      expect(properties["PublicAccessBlockConfiguration"]).toEqual(closed);
      expect(Lifecycle.parse(properties["LifecycleConfiguration"]).Rules[0]?.AbortIncompleteMultipartUpload).toEqual({
        DaysAfterInitiation: 1,
      });
    }
    const expiring = deployedBuckets.map(({ properties }) =>
      Lifecycle.parse(properties["LifecycleConfiguration"])
        .Rules.slice(1)
        .map(({ Prefix, ExpirationInDays }) => ({ prefix: Prefix, days: ExpirationInDays })),
    );
    expect(expiring).toEqual(Object.values(buckets).map(({ expire }) => expire));
  });

  it("in the table can be restored to any second, and survives its stack", () => {
    expect(tableOf(synthesized())).toMatchObject({
      deletion: "Retain",
      replica: { ...restorable, DeletionProtectionEnabled: true },
    });
  });

  it("on a trial stage goes with its stack", () => {
    const trial = synthesized({ retain: "no" });
    expect(tableOf(trial)).toMatchObject({
      deletion: "Delete",
      replica: { ...restorable, DeletionProtectionEnabled: false },
    });
    expect(trial.of("AWS::S3::Bucket").map(({ deletion }) => deletion)).toEqual(["Delete", "Delete", "Delete"]);
  });
});

const restorable = { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } };
const tableOf = (found: ReturnType<typeof synthesized>) => {
  const [table] = found.of("AWS::DynamoDB::GlobalTable");
  const { Replicas } = z.object({ Replicas: z.tuple([z.record(z.string(), z.unknown())]) }).parse(table?.properties);
  return { deletion: table?.deletion, replica: Replicas[0] };
};

describe("cdk-nag", () => {
  it("finds nothing that is not explained where it is made", () => {
    const { app } = newApp();
    app.synth();
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
  });

  it("would find a bucket without protection", () => {
    const { app, data } = newApp();
    new Bucket(data, "Open");
    app.synth();
    const found = new AwsSolutionsChecks(app).validateScope(app).violations.map(({ ruleName }) => ruleName);
    expect(found).toEqual(["AwsSolutions-S1", "AwsSolutions-S10"]);
  });
});
