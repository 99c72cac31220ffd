import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { clientSettings, once } from "./client-settings.ts";

export const s3 = /* @__PURE__ */ once(() => createS3Client());

/** An S3 client of one's own, such as one with a session's credentials; parts of an upload take their time. */
export function createS3Client(overrides: S3ClientConfig = {}): S3Client {
  return new S3Client({ ...clientSettings(60_000), ...overrides });
}
