import middy from "@middy/core";
import type { SQSEvent } from "aws-lambda";
import type { importSteps } from "../../shared/imports/import-steps.ts";
import type { ImportMessage } from "../../shared/imports/import-message.ts";

/** Takes the steps of imports from their queue. What throws is delivered again. */
export const createHandler = ({ work }: { work: ReturnType<typeof importSteps> }) =>
  middy<SQSEvent, void>().handler(async ({ Records }) => {
    for (const { body } of Records) {
      const message: ImportMessage = JSON.parse(body);
      await work(message);
    }
  });
