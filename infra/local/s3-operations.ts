import { AwsError } from "./aws-error.ts";
import * as buckets from "./s3-buckets.ts";
import type { S3Context } from "./s3-context.ts";
import { listObjects } from "./s3-listing.ts";
import * as multipart from "./s3-multipart.ts";
import * as objects from "./s3-objects.ts";
import type { SignedS3Request } from "./s3-request.ts";

type Operation = (context: S3Context, request: SignedS3Request) => Promise<void>;

/** Parts of buckets and objects that are not kept here; without this list they would be taken for the whole. */
const UNANSWERED = (
  "accelerate acl analytics attributes cors encryption intelligent-tiering inventory legal-hold metrics " +
  "object-lock ownershipControls policy policyStatus publicAccessBlock renameObject replication requestPayment " +
  "restore retention select torrent versionId versions website"
).split(" ");

/** Finds the operation that a verb, an address and its query mean. */
export function chooseOperation(request: SignedS3Request, dataDir: string): Operation {
  const operation = request.bucket === "" ? serviceOperation(request) : undefined;
  const inBucket = request.key === "" ? bucketOperation(request, dataDir) : objectOperation(request);
  const chosen = request.bucket === "" ? operation : inBucket;
  if (chosen && !UNANSWERED.some((name) => request.query.has(name))) return chosen;
  throw new AwsError("NotImplemented", 501, `${request.method} with these parameters is not answered here.`);
}

function serviceOperation({ method }: SignedS3Request): Operation | undefined {
  return method === "GET" ? buckets.listBuckets : undefined;
}

function bucketOperation(request: SignedS3Request, dataDir: string): Operation | undefined {
  const { method, query } = request;
  const setting = buckets.settingOf(request);
  if (setting !== undefined) {
    return (context) => buckets.bucketSetting(context, request, setting);
  }
  if (method === "POST") return query.has("delete") ? buckets.deleteObjects : undefined;
  if (method === "HEAD") return buckets.headBucket;
  if (method === "PUT") return (context) => buckets.createBucket(context, request, dataDir);
  if (method === "DELETE") return (context) => buckets.deleteBucket(context, request, dataDir);
  if (method !== "GET") return undefined;
  if (query.has("location")) return buckets.getBucketLocation;
  return query.has("uploads") ? multipart.listMultipartUploads : listObjects;
}

function objectOperation(request: SignedS3Request): Operation | undefined {
  const { method, query } = request;
  if (query.has("tagging")) return buckets.objectTagging;
  if (query.has("uploadId")) return partOperation(request);
  if (method === "POST") return query.has("uploads") ? multipart.createMultipartUpload : undefined;
  if (method === "PUT") return request.header("x-amz-copy-source") ? objects.copyObject : objects.putObject;
  if (method === "DELETE") return objects.deleteObject;
  return method === "GET" || method === "HEAD" ? objects.getObject : undefined;
}

function partOperation(request: SignedS3Request): Operation | undefined {
  const { method } = request;
  if (method === "PUT" && !request.header("x-amz-copy-source")) return multipart.uploadPart;
  if (method === "POST") return multipart.completeMultipartUpload;
  if (method === "DELETE") return multipart.abortMultipartUpload;
  return method === "GET" ? multipart.listParts : undefined;
}
