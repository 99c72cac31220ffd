import middy from "@middy/core";
import type { S3Event, SQSEvent } from "aws-lambda";
import type { noteDownloads } from "../../shared/exports/note-downloads.ts";

/** Reads every object of the access log that a notification names; S3's test notification names none. */
export const createHandler = (deps: { note: ReturnType<typeof noteDownloads> }) =>
  middy<SQSEvent, void>().handler(async ({ Records }) => {
    for (const { body } of Records) {
      const notification: Partial<S3Event> = JSON.parse(body);
      for (const { s3 } of notification.Records ?? []) {
        await deps.note(decodeURIComponent(s3.object.key.replaceAll("+", " ")));
      }
    }
  });
