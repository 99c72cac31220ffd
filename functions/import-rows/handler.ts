import middy from "@middy/core";
import type { SQSEvent } from "aws-lambda";
import type { closeImport } from "../../shared/imports/close-import.ts";
import type { ImportMessage } from "../../shared/imports/import-message.ts";
import type { importPart } from "../../shared/imports/import-part.ts";

interface Dependencies {
  readonly part: ReturnType<typeof importPart>;
  readonly close: ReturnType<typeof closeImport>;
}

/** Takes the steps of imports from their queue. What throws is delivered again. */
export const createHandler = ({ part, close }: Dependencies) =>
  middy<SQSEvent, void>().handler(async ({ Records }) => {
    for (const { body } of Records) {
      const message: ImportMessage = JSON.parse(body);
      await (message.step === "part" ? part(message) : close(message));
    }
  });
