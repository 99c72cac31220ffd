import { createHash } from "node:crypto";
import { AwsError } from "./aws-error.ts";
import { answerEmpty, answerXml } from "./s3-answer.ts";
import { readAttributes, requireKeyLength } from "./s3-attributes.ts";
import { receiveBody } from "./s3-body.ts";
import { compositeChecksum } from "./s3-checksum.ts";
import { requireWritable } from "./s3-conditions.ts";
import { commitObject, requireBucket } from "./s3-context.ts";
import type { S3Context } from "./s3-context.ts";
import { parseDocument, readDocument } from "./s3-document.ts";
import { checksumHeaders } from "./s3-objects.ts";
import type { SignedS3Request } from "./s3-request.ts";
import type { Upload, UploadedPart } from "./s3-uploads.ts";
import { childrenOf, childText, textElement } from "./xml.ts";

const SMALLEST_PART = 5 * 1024 ** 2;
const MOST_PARTS = 10_000;

/** CreateMultipartUpload. */
export async function createMultipartUpload(context: S3Context, request: SignedS3Request): Promise<void> {
  const bucket = requireBucket(context, request.bucket);
  requireKeyLength(request.key);
  const checksumAlgorithm = request.header("x-amz-checksum-algorithm")?.toLowerCase();
  const upload = bucket.uploads.begin({
    ...readAttributes(request),
    key: request.key,
    initiated: context.clock.now(),
    ...(checksumAlgorithm !== undefined && { checksumAlgorithm }),
  });
  const names = textElement("Bucket", bucket.name) + textElement("Key", request.key);
  answerXml(request, "InitiateMultipartUploadResult", names + textElement("UploadId", upload.id));
}

/** UploadPart; parts may come in any order, and again. */
export async function uploadPart(context: S3Context, request: SignedS3Request): Promise<void> {
  const bucket = requireBucket(context, request.bucket);
  const number = Number(request.query.get("partNumber"));
  if (!Number.isInteger(number) || number < 1 || number > MOST_PARTS) {
    throw new AwsError("InvalidArgument", 400, "Part number must be an integer between 1 and 10000, inclusive");
  }
  const uploadId = request.query.get("uploadId") ?? "";
  bucket.uploads.require(uploadId, request.key);
  const { segment, md5, checksums } = await receiveBody(request, bucket);
  try {
    // Asked again: the upload may have been aborted while the bytes came in.
    const upload = bucket.uploads.require(uploadId, request.key);
    const etag = md5.toString("hex");
    bucket.uploads.savePart(upload, { number, etag, modified: context.clock.now(), checksums, segment });
    answerEmpty(request, 200, { etag: `"${etag}"`, ...checksumHeaders(checksums), "content-length": "0" });
  } catch (error) {
    bucket.discard([segment.file]);
    throw error;
  }
}

/** CompleteMultipartUpload: the parts become the object's segments without being copied. */
export async function completeMultipartUpload(context: S3Context, request: SignedS3Request): Promise<void> {
  const bucket = requireBucket(context, request.bucket);
  const document = await readDocument(request);
  const upload = bucket.uploads.require(request.query.get("uploadId") ?? "", request.key);
  const parts = chooseParts(upload, document);
  requireWritable(request, bucket.get(request.key));
  const md5s = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, "hex")));
  const algorithm = upload.checksumAlgorithm ?? "crc32";
  const checksum = compositeChecksum(
    algorithm,
    parts.map(({ checksums }) => checksums[algorithm] ?? ""),
  );
  const segments = parts.map(({ segment }) => segment);
  const object = {
    key: upload.key,
    headers: upload.headers,
    metadata: upload.metadata,
    tags: upload.tags,
    size: segments.reduce((sum, { size }) => sum + size, 0),
    etag: `${createHash("md5").update(md5s).digest("hex")}-${parts.length}`,
    checksums: { [algorithm]: checksum },
    checksumType: "COMPOSITE" as const,
    segments,
  };
  const { etag } = commitObject(context, request, bucket, object, "ObjectCreated:CompleteMultipartUpload");
  bucket.uploads.end(upload, new Set(segments.map(({ file }) => file)));
  const place = [
    textElement("Location", `http://${request.header("host")}${request.path}`),
    textElement("Bucket", bucket.name),
    textElement("Key", request.key),
  ];
  const sums = textElement("ETag", `"${etag}"`) + textElement(`Checksum${algorithm.toUpperCase()}`, checksum);
  answerXml(request, "CompleteMultipartUploadResult", place.join("") + sums);
}

/** AbortMultipartUpload. */
export async function abortMultipartUpload(context: S3Context, request: SignedS3Request): Promise<void> {
  const { uploads } = requireBucket(context, request.bucket);
  uploads.end(uploads.require(request.query.get("uploadId") ?? "", request.key), new Set());
  answerEmpty(request, 204);
}

/** ListParts. */
export async function listParts(context: S3Context, request: SignedS3Request): Promise<void> {
  const bucket = requireBucket(context, request.bucket);
  const upload = bucket.uploads.require(request.query.get("uploadId") ?? "", request.key);
  const after = Number(request.query.get("part-number-marker") ?? 0);
  const limit = Math.min(Number(request.query.get("max-parts") ?? 1000), 1000);
  const left = sortedParts(upload).filter(({ number }) => number > after);
  const page = left.slice(0, limit);
  const content = [
    textElement("Bucket", bucket.name),
    textElement("Key", upload.key),
    textElement("UploadId", upload.id),
    textElement("PartNumberMarker", after),
    textElement("NextPartNumberMarker", page.at(-1)?.number ?? 0),
    textElement("MaxParts", limit),
    textElement("IsTruncated", left.length > page.length),
    ...page.map(describePart),
  ];
  answerXml(request, "ListPartsResult", content.join(""));
}

/** ListMultipartUploads. */
export async function listMultipartUploads(context: S3Context, request: SignedS3Request): Promise<void> {
  const bucket = requireBucket(context, request.bucket);
  const prefix = request.query.get("prefix") ?? "";
  const uploads = bucket.uploads.all().filter(({ key }) => key.startsWith(prefix));
  const described = uploads.map(({ key, id, initiated }) => {
    const began = textElement("Initiated", new Date(initiated).toISOString());
    return `<Upload>${textElement("Key", key)}${textElement("UploadId", id)}${began}</Upload>`;
  });
  const head = textElement("Bucket", bucket.name) + textElement("Prefix", prefix) + textElement("IsTruncated", false);
  answerXml(request, "ListMultipartUploadsResult", head + described.join(""));
}

function chooseParts(upload: Upload, document: string): UploadedPart[] {
  const named = childrenOf(parseDocument(document), "Part");
  if (named.length === 0) throw new AwsError("MalformedXML", 400, "The XML you provided names no part.");
  let previous = 0;
  const parts = named.map((node) => {
    const number = Number(childText(node, "PartNumber"));
    if (!(number > previous)) {
      throw new AwsError("InvalidPartOrder", 400, "The list of parts was not in ascending order.");
    }
    previous = number;
    const part = upload.parts.get(number);
    if (part?.etag === childText(node, "ETag")?.replaceAll('"', "") && part) return part;
    const message = "One or more of the specified parts could not be found. The part may not have been uploaded.";
    throw new AwsError("InvalidPart", 400, message, { PartNumber: String(number) });
  });
  // S3 wants no gaps in the numbers of an upload with checksums, and our uploads have them.
  if (parts.some(({ number }, index) => number !== index + 1)) {
    throw new AwsError("InvalidPartOrder", 400, "The part numbers must be consecutive and begin with 1.");
  }
  const small = parts.slice(0, -1).find(({ segment }) => segment.size < SMALLEST_PART);
  if (small === undefined) return parts;
  const message = "Your proposed upload is smaller than the minimum allowed size";
  throw new AwsError("EntityTooSmall", 400, message, { PartNumber: String(small.number) });
}

function sortedParts({ parts }: Upload): UploadedPart[] {
  return [...parts.values()].sort((left, right) => left.number - right.number);
}

function describePart({ number, etag, modified, segment, checksums }: UploadedPart): string {
  const content = [
    textElement("PartNumber", number),
    textElement("LastModified", new Date(modified).toISOString()),
    textElement("ETag", `"${etag}"`),
    textElement("Size", segment.size),
    textElement("ChecksumCRC32", checksums["crc32"]),
  ];
  return `<Part>${content.join("")}</Part>`;
}
