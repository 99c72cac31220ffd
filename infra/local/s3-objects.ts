import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AwsError } from "./aws-error.ts";
import { answerEmpty, answerXml, commonHeaders } from "./s3-answer.ts";
import { readAttributes, requireKeyLength } from "./s3-attributes.ts";
import { receiveBody, writeBytes } from "./s3-body.ts";
import { requireReadable, requireWritable } from "./s3-conditions.ts";
import { announce, commitObject, requireBucket } from "./s3-context.ts";
import type { S3Context } from "./s3-context.ts";
import { readRange } from "./s3-range.ts";
import type { ByteRange } from "./s3-range.ts";
import type { SignedS3Request } from "./s3-request.ts";
import { requireObject } from "./s3-store.ts";
import type { Bucket, StoredObject } from "./s3-store.ts";
import { textElement } from "./xml.ts";

const OVERRIDES = [
  "content-type",
  "content-disposition",
  "content-encoding",
  "content-language",
  "cache-control",
  "expires",
];
const LARGEST_COPY = 5 * 1024 ** 3;

/** PutObject. */
export async function putObject(context: S3Context, request: SignedS3Request): Promise<void> {
  const bucket = requireBucket(context, request.bucket);
  requireKeyLength(request.key);
  const attributes = readAttributes(request);
  requireWritable(request, bucket.get(request.key));
  const { segment, md5, checksums } = await receiveBody(request, bucket);
  try {
    // Asked again: another writer may have been faster while the bytes came in.
    requireWritable(request, bucket.get(request.key));
  } catch (error) {
    bucket.discard([segment.file]);
    throw error;
  }
  const object = {
    ...attributes,
    key: request.key,
    size: segment.size,
    etag: md5.toString("hex"),
    checksums,
    checksumType: "FULL_OBJECT" as const,
    segments: [segment],
  };
  const { etag } = commitObject(context, request, bucket, object, "ObjectCreated:Put");
  answerEmpty(request, 200, { etag: `"${etag}"`, ...checksumHeaders(checksums), "content-length": "0" });
}

/** GetObject and HeadObject. */
export async function getObject(context: S3Context, request: SignedS3Request): Promise<void> {
  const bucket = requireBucket(context, request.bucket);
  const object = requireVisible(bucket, request);
  requireReadable(request, object);
  const range = readRange(request.header("range"), object.size);
  const { start, end } = range ?? { start: 0, end: object.size - 1 };
  const headers = { ...objectHeaders(request, object, range), "content-length": String(end - start + 1) };
  request.response.writeHead(range ? 206 : 200, headers);
  if (request.method === "HEAD") return void request.response.end();
  const release = bucket.hold(object);
  try {
    await pipeline(Readable.from(counted(readBytes(bucket, object, start, end), request.sent)), request.response);
  } finally {
    release();
  }
}

/** CopyObject. */
export async function copyObject(context: S3Context, request: SignedS3Request): Promise<void> {
  const target = requireBucket(context, request.bucket);
  requireKeyLength(request.key);
  const { bucket: from, object: source } = readCopySource(context, request);
  requireReadable(request, source, "x-amz-copy-source-");
  requireWritable(request, target.get(request.key));
  const attributes = copiedAttributes(request, source, from === target && source.key === request.key);
  const release = from.hold(source);
  const bytes = readBytes(from, source, 0, source.size - 1);
  const { segment, md5, checksums } = await writeBytes(bytes, target).finally(release);
  const copy = {
    ...attributes,
    key: request.key,
    size: segment.size,
    etag: md5.toString("hex"),
    checksums,
    checksumType: "FULL_OBJECT" as const,
    segments: [segment],
  };
  const { etag, modified } = commitObject(context, request, target, copy, "ObjectCreated:Copy");
  const lastModified = new Date(modified).toISOString();
  answerXml(request, "CopyObjectResult", textElement("LastModified", lastModified) + textElement("ETag", `"${etag}"`));
}

/** DeleteObject, which does not mind a missing key. */
export async function deleteObject(context: S3Context, request: SignedS3Request): Promise<void> {
  removeObject(context, request, requireBucket(context, request.bucket), request.key);
  answerEmpty(request, 204);
}

/** Removes an object, when it is there, and tells the queues. */
export function removeObject(context: S3Context, request: SignedS3Request, bucket: Bucket, key: string): void {
  const object = bucket.get(key);
  if (object === undefined) return;
  bucket.remove(key);
  announce(context, request, bucket, { ...object, sequencer: context.nextSequencer() }, "ObjectRemoved:Delete");
}

/** Checksums as headers. */
export function checksumHeaders(checksums: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(checksums).map(([name, value]) => [`x-amz-checksum-${name}`, value]));
}

/** Those who may only read learn nothing about keys that are not there. */
function requireVisible(bucket: Bucket, request: SignedS3Request): StoredObject {
  if (request.identity.allow === undefined || bucket.get(request.key)) return requireObject(bucket, request.key);
  throw new AwsError("AccessDenied", 403, "Access Denied");
}

function objectHeaders(request: SignedS3Request, object: StoredObject, range: ByteRange | undefined) {
  const metadata = Object.entries(object.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value] as const);
  const overrides = OVERRIDES.map((name) => [name, request.query.get(`response-${name}`)] as const);
  // Header text is Latin-1 on the wire; browsers read these bytes as the UTF-8 they are.
  const set = overrides.map(([name, value]) => [name, value && Buffer.from(value).toString("latin1")] as const);
  const withChecksums = request.header("x-amz-checksum-mode") === "ENABLED" && range === undefined;
  const tags = Object.keys(object.tags).length;
  return {
    ...commonHeaders(request),
    ...object.headers,
    ...Object.fromEntries(metadata),
    ...Object.fromEntries(set.filter(([, value]) => value !== null)),
    ...(withChecksums && { ...checksumHeaders(object.checksums), "x-amz-checksum-type": object.checksumType }),
    ...(range && { "content-range": `bytes ${range.start}-${range.end}/${object.size}` }),
    ...(tags > 0 && { "x-amz-tagging-count": String(tags) }),
    "accept-ranges": "bytes",
    etag: `"${object.etag}"`,
    "last-modified": new Date(object.modified).toUTCString(),
  };
}

function readCopySource(context: S3Context, request: SignedS3Request): { bucket: Bucket; object: StoredObject } {
  const [path = ""] = (request.header("x-amz-copy-source") ?? "").replace(/^\//, "").split("?");
  const [name = "", ...key] = decodeURIComponent(path).split("/");
  const bucket = requireBucket(context, name);
  const object = requireObject(bucket, key.join("/"));
  if (object.size > LARGEST_COPY) {
    throw new AwsError("InvalidRequest", 400, "The specified copy source is larger than the maximum allowable size.");
  }
  return { bucket, object };
}

function copiedAttributes(request: SignedS3Request, source: StoredObject, isSame: boolean) {
  const given = readAttributes(request);
  const isReplaced = request.header("x-amz-metadata-directive") === "REPLACE";
  if (isSame && !isReplaced) {
    const message =
      "This copy request is illegal because it is trying to copy an object to itself without changing it.";
    throw new AwsError("InvalidRequest", 400, message);
  }
  const tags = request.header("x-amz-tagging-directive") === "REPLACE" ? given.tags : source.tags;
  const { headers, metadata } = isReplaced ? given : source;
  return { headers, metadata, tags };
}

/** A piece counts as sent when the next one is asked for. */
async function* counted(pieces: AsyncIterable<Buffer>, sent: { bytes: number }): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    yield piece;
    sent.bytes += piece.length;
  }
}

async function* readBytes(bucket: Bucket, object: StoredObject, start: number, end: number): AsyncGenerator<Buffer> {
  let offset = 0;
  for (const { file, size } of object.segments) {
    const from = Math.max(start - offset, 0);
    const to = Math.min(end - offset, size - 1);
    if (from <= to) yield* createReadStream(bucket.pathOf(file), { start: from, end: to, highWaterMark: 1 << 18 });
    offset += size;
  }
}
