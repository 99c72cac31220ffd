import { rmSync } from "node:fs";
import { join } from "node:path";
import { AwsError } from "./aws-error.ts";
import { configureAccessLog } from "./s3-access-log.ts";
import { answerEmpty, answerXml } from "./s3-answer.ts";
import { requireBucket } from "./s3-context.ts";
import type { S3Context } from "./s3-context.ts";
import { parseDocument, readDocument } from "./s3-document.ts";
import { configureNotifications } from "./s3-notifications.ts";
import { removeObject } from "./s3-objects.ts";
import type { SignedS3Request } from "./s3-request.ts";
import { makeBucket, openBucket, requireObject } from "./s3-store.ts";
import { childrenOf, childText, escapeXml, textElement } from "./xml.ts";

const BUCKET_NAME = /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Settings that are kept and given back, and what is answered when there are none. */
const SETTINGS: Readonly<Record<string, { root: string; missing?: string }>> = {
  versioning: { root: "VersioningConfiguration" },
  notification: { root: "NotificationConfiguration" },
  logging: { root: "BucketLoggingStatus" },
  lifecycle: { root: "LifecycleConfiguration", missing: "NoSuchLifecycleConfiguration" },
  tagging: { root: "Tagging", missing: "NoSuchTagSet" },
};

/** The setting that a request is about, if any. */
export function settingOf({ query }: SignedS3Request): string | undefined {
  return Object.keys(SETTINGS).find((name) => query.has(name));
}

/** ListBuckets. */
export async function listBuckets({ buckets }: S3Context, request: SignedS3Request): Promise<void> {
  const sorted = [...buckets.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  const described = sorted.map(({ name, created }) => {
    const date = textElement("CreationDate", new Date(created).toISOString());
    return `<Bucket>${textElement("Name", name)}${date}</Bucket>`;
  });
  const owner = `<Owner>${textElement("ID", "LOCAL")}</Owner>`;
  answerXml(request, "ListAllMyBucketsResult", `${owner}<Buckets>${described.join("")}</Buckets>`);
}

/** CreateBucket. */
export async function createBucket(context: S3Context, request: SignedS3Request, dataDir: string): Promise<void> {
  await readDocument(request);
  const name = request.bucket;
  if (!BUCKET_NAME.test(name)) throw new AwsError("InvalidBucketName", 400, "The specified bucket is not valid.");
  const exists = context.buckets.has(name);
  // The oldest region forgives creating one's own bucket again.
  if (exists && context.region !== "us-east-1") {
    const message = "Your previous request to create the named bucket succeeded and you already own it.";
    throw new AwsError("BucketAlreadyOwnedByYou", 409, message);
  }
  if (!exists) {
    makeBucket(join(dataDir, name), context.clock.now());
    context.buckets.set(name, openBucket(join(dataDir, name), name));
  }
  answerEmpty(request, 200, { location: `/${name}`, "content-length": "0" });
}

/** HeadBucket. */
export async function headBucket(context: S3Context, request: SignedS3Request): Promise<void> {
  requireBucket(context, request.bucket);
  answerEmpty(request, 200, { "x-amz-bucket-region": context.region });
}

/** DeleteBucket. */
export async function deleteBucket(context: S3Context, request: SignedS3Request, dataDir: string): Promise<void> {
  const bucket = requireBucket(context, request.bucket);
  if (bucket.keys().length > 0) {
    throw new AwsError("BucketNotEmpty", 409, "The bucket you tried to delete is not empty");
  }
  context.buckets.delete(bucket.name);
  rmSync(join(dataDir, bucket.name), { recursive: true, force: true });
  answerEmpty(request, 204);
}

/** GetBucketLocation. */
export async function getBucketLocation(context: S3Context, request: SignedS3Request): Promise<void> {
  requireBucket(context, request.bucket);
  answerXml(request, "LocationConstraint", context.region === "us-east-1" ? "" : escapeXml(context.region));
}

/** Puts, gives back or removes a setting of a bucket. */
export async function bucketSetting(context: S3Context, request: SignedS3Request, name: string): Promise<void> {
  const bucket = requireBucket(context, request.bucket);
  if (request.method === "DELETE") {
    bucket.saveSetting(name, undefined);
    return answerEmpty(request, 204);
  }
  if (request.method === "PUT") {
    const document = await readDocument(request);
    parseDocument(document);
    if (name === "notification") configureNotifications(bucket, document, context.notify, context.clock.now());
    else if (name === "logging") configureAccessLog(context, bucket, document);
    else bucket.saveSetting(name, document);
    return answerEmpty(request, 200, { "content-length": "0" });
  }
  const { root = "", missing } = SETTINGS[name] ?? {};
  const document = bucket.setting(name);
  if (document === undefined && missing !== undefined)
    throw new AwsError(missing, 404, "There is no such configuration.");
  const content = /^[^]*?<\w+[^>]*?>([^]*)<\/\w+>\s*$/.exec(document ?? "")?.[1] ?? "";
  answerXml(request, root, content);
}

/** Puts, gives back or removes the tags of an object. */
export async function objectTagging(context: S3Context, request: SignedS3Request): Promise<void> {
  const bucket = requireBucket(context, request.bucket);
  const document = request.method === "PUT" ? await readDocument(request) : "<Tagging/>";
  const object = requireObject(bucket, request.key);
  if (request.method === "GET") {
    const tags = Object.entries(object.tags).map(
      ([key, value]) => `<Tag>${textElement("Key", key)}${textElement("Value", value)}</Tag>`,
    );
    return answerXml(request, "Tagging", `<TagSet>${tags.join("")}</TagSet>`);
  }
  const nodes = childrenOf(parseDocument(document), "TagSet").flatMap((set) => childrenOf(set, "Tag"));
  const tags = nodes.map((node) => [childText(node, "Key") ?? "", childText(node, "Value") ?? ""] as const);
  bucket.put({ ...object, tags: Object.fromEntries(tags) });
  answerEmpty(request, request.method === "DELETE" ? 204 : 200);
}

/** DeleteObjects. */
export async function deleteObjects(context: S3Context, request: SignedS3Request): Promise<void> {
  const bucket = requireBucket(context, request.bucket);
  const root = parseDocument(await readDocument(request));
  const keys = childrenOf(root, "Object").map((node) => childText(node, "Key") ?? "");
  if (keys.length === 0 || keys.length > 1000) {
    throw new AwsError("MalformedXML", 400, "The request must name between 1 and 1000 objects.");
  }
  for (const key of keys) removeObject(context, request, bucket, key);
  const isQuiet = childText(root, "Quiet") === "true";
  const deleted = keys.map((key) => `<Deleted>${textElement("Key", key)}</Deleted>`);
  answerXml(request, "DeleteResult", isQuiet ? "" : deleted.join(""));
}
