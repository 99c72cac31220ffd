import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { functions, type QueueName, queues, visibilitySeconds } from "../platform.ts";
import type { Alarms } from "./alarms.ts";

export interface QueueWithDlqProps {
  readonly name: QueueName;
  readonly alarms: Alarms;
}

/** A work queue that cannot exist without its dead-letter queue, nor that without an alarm that says what to do. */
export class QueueWithDlq extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { name, alarms }: QueueWithDlqProps) {
    super(scope, id);
    const { consumer, maxReceiveCount, longestDelaySeconds = 0, alarm } = queues[name];
    const visibility = Duration.seconds(visibilitySeconds(name));

    const guarded = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, removalPolicy: RemovalPolicy.DESTROY };
    // The age of a message counts from its first sending, so the dead-letter queue has to keep longer than the queue:
    // 14 days, the most that SQS keeps, leave ten to mend the cause after the queue's four.
    const deadLetters = new Queue(this, "DeadLetters", { ...guarded, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, "Queue", {
      ...guarded,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: visibility,
      deadLetterQueue: { queue: deadLetters, maxReceiveCount },
    });

    alarms.add(
      new Alarm(this, "DeadLettersAlarm", {
        alarmDescription: alarm,
        metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: "max" }),
        threshold: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
    );

    const tooOld = Duration.seconds(2 * visibility.toSeconds() + longestDelaySeconds);
    // A message this old has failed at least once and waits for its third attempt, or nothing takes messages at all.
    alarms.add(
      new Alarm(this, "WaitingAlarm", {
        alarmDescription:
          `The ${name} queue holds a message that has waited for two whole attempts (${tooOld.toMinutes()} minutes): ` +
          `${consumer} (${functions[consumer].description.toLowerCase()}) fails, is throttled, or does not keep up. ` +
          `Nothing is lost yet. Read the ${consumer} log; when it is busy and without errors, let it finish.`,
        metric: this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5), statistic: "max" }),
        threshold: tooOld.toSeconds(),
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
    );
  }
}
