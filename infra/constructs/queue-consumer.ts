import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { type QueueName, queues } from "../platform.ts";
import type { ServiceFunction } from "./service-function.ts";

export interface QueueConsumerProps {
  readonly name: QueueName;
  readonly queue: Queue;
  readonly consumer: ServiceFunction;
}

/** Hands the messages of a queue to its function, so many at once and each on its own. */
export class QueueConsumer extends Construct {
  constructor(scope: Construct, id: string, { name, queue, consumer }: QueueConsumerProps) {
    super(scope, id);

    // What the mapping itself needs, acting as the function.
    consumer.role.addToPolicy(
      new PolicyStatement({
        actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        resources: [queue.queueArn],
      }),
    );

    new EventSourceMapping(this, "Mapping", {
      target: consumer.function,
      eventSourceArn: queue.queueArn,
      // A message is minutes of work: in a batch, one that fails would bring the others back with it.
      batchSize: 1,
      // Messages above the limit stay in the queue untouched, where reserved concurrency would use up their attempts.
      maxConcurrency: queues[name].concurrency,
    });
  }
}
