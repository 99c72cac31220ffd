import { AwsError } from "./aws-error.ts";

/** A refusal of SQS; the second name is the one from the older protocol, which some clients still look at. */
export function sqsError(code: string, message: string, queryCode = code): AwsError {
  return new AwsError(code, 400, message, { queryCode });
}

/** The refusal of a parameter's value. */
export function invalidValue(message: string): AwsError {
  return sqsError("InvalidParameterValue", message);
}

/** The refusal of a queue that is not there. */
export function noSuchQueue(): AwsError {
  const message = "The specified queue does not exist.";
  return sqsError("QueueDoesNotExist", message, "AWS.SimpleQueueService.NonExistentQueue");
}
