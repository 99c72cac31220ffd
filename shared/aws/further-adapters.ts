/**
 * What a function needs beside the table, in one module: loaded later, and at once, as each file of its own would take
 * longer to find than to run.
 */
export { createS3Client, s3 } from "./s3-client.ts";
export { createLinkSigner } from "./s3-link-signer.ts";
export { createS3ObjectStore } from "./s3-object-store.ts";
export { createUploadLinkSigner } from "./s3-upload-link-signer.ts";
export { sqs } from "./sqs-client.ts";
export { createSqsQueue } from "./sqs-queue.ts";
export { sts } from "./sts-client.ts";
