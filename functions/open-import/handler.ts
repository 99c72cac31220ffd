import middy from "@middy/core";
import type { S3Event, SQSEvent } from "aws-lambda";
import type { openImport } from "../../shared/imports/open-import.ts";

/** Opens an import for every object that a notification names; S3's test notification names none. */
export const createHandler = (deps: { open: ReturnType<typeof openImport> }) =>
  middy<SQSEvent, void>().handler(async ({ Records }) => {
    for (const { body } of Records) {
      const notification: Partial<S3Event> = JSON.parse(body);
      for (const { s3 } of notification.Records ?? []) {
        const { key, eTag: etag, sequencer } = s3.object;
        await deps.open({ key: decodeURIComponent(key.replaceAll("+", " ")), etag, sequencer });
      }
    }
  });
