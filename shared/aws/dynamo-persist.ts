import { DynamoDBServiceException } from "@aws-sdk/client-dynamodb";
import { createPatience } from "./patience.ts";

/** Refusals that pass: DynamoDB was busy, or another writer was at the same item. */
const PASSING = new Set([
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ThrottlingException",
  "TransactionConflictException",
  "TransactionInProgressException",
]);

/** Repeats what DynamoDB refused for reasons that pass, beyond the few attempts of its client. */
export async function persist<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  const wait = createPatience();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DynamoDBServiceException && PASSING.has(error.name))) throw error;
      await wait(error);
    }
  }
}
