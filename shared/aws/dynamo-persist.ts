import { DynamoDBServiceException } from "@aws-sdk/client-dynamodb";
import type { Patience } from "../ports.ts";
import { createPatience } from "./patience.ts";

/** Refusals that pass: DynamoDB was busy, or another writer was at the same item. */
const PASSING = new Set([
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ThrottlingException",
  "TransactionConflictException",
  "TransactionInProgressException",
]);

export const isPassing = (error: unknown): boolean =>
  error instanceof DynamoDBServiceException && PASSING.has(error.name);

/** Repeats what DynamoDB refused for reasons that pass, beyond the few attempts of its client. */
export async function persist<Answer>(work: () => Promise<Answer>, wait: Patience = createPatience()): Promise<Answer> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error)) throw error;
      await wait(error);
    }
  }
}
