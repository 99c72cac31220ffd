import { Stack } from "aws-cdk-lib";
import type { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";

export interface AlarmsProps {
  readonly operator: string;
}

/** Where every alarm goes: the operator's mailbox, both when it rings and when it is over. */
export class Alarms extends Construct {
  private readonly topic: ITopic;

  constructor(scope: Construct, id: string, { operator }: AlarmsProps) {
    super(scope, id);
    // Not encrypted by a key: CloudWatch cannot publish under the free AWS-managed one, and alarm texts hold no records.
    const topic = new Topic(this, "Topic", { displayName: "Partner Ledger alarms", enforceSSL: true });
    topic.addSubscription(new EmailSubscription(operator));

    // A policy of one's own replaces the one by which the account's alarms may publish, so it has to say so again.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "AlarmsOfThisAccount",
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    );
    this.topic = topic;
  }

  add(alarm: Alarm): void {
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
  }
}
