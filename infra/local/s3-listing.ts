import { AwsError } from "./aws-error.ts";
import { answerXml } from "./s3-answer.ts";
import { requireBucket } from "./s3-context.ts";
import type { S3Context } from "./s3-context.ts";
import type { SignedS3Request } from "./s3-request.ts";
import type { Bucket } from "./s3-store.ts";
import { textElement } from "./xml.ts";

interface Page {
  readonly keys: string[];
  readonly prefixes: string[];
  /** Where the next page goes on, when there is one. */
  readonly next?: string;
}

/** ListObjectsV2. */
export async function listObjects(context: S3Context, request: SignedS3Request): Promise<void> {
  const bucket = requireBucket(context, request.bucket);
  if (request.query.get("list-type") !== "2") {
    throw new AwsError("NotImplemented", 501, "Only version 2 of the listing is answered here.");
  }
  const text = (name: string) => request.query.get(name) ?? undefined;
  const [prefix = "", delimiter = "", token, startAfter] = [
    "prefix",
    "delimiter",
    "continuation-token",
    "start-after",
  ].map(text);
  const limit = readLimit(text("max-keys"));
  const after = token === undefined ? (startAfter ?? "") : Buffer.from(token, "base64url").toString();
  const page = readPage(bucket.keys(), { prefix, delimiter, after, limit });
  const shown = text("encoding-type") === "url" ? encodeURIComponent : (key: string) => key;
  const content = [
    textElement("Name", bucket.name),
    textElement("Prefix", shown(prefix)),
    delimiter && textElement("Delimiter", shown(delimiter)),
    textElement("MaxKeys", limit),
    textElement("KeyCount", page.keys.length + page.prefixes.length),
    textElement("IsTruncated", page.next !== undefined),
    textElement("StartAfter", startAfter && shown(startAfter)),
    textElement("EncodingType", text("encoding-type")),
    textElement("ContinuationToken", token),
    textElement("NextContinuationToken", page.next && Buffer.from(page.next).toString("base64url")),
    ...page.keys.map((key) => describeKey(bucket, key, shown)),
    ...page.prefixes.map((common) => `<CommonPrefixes>${textElement("Prefix", shown(common))}</CommonPrefixes>`),
  ];
  answerXml(request, "ListBucketResult", content.join(""));
}

interface PageQuery {
  readonly prefix: string;
  readonly delimiter: string;
  readonly after: string;
  readonly limit: number;
}

function readPage(sorted: readonly string[], { prefix, delimiter, after, limit }: PageQuery): Page {
  const keys: string[] = [];
  const prefixes: string[] = [];
  let last = "";
  for (const key of sorted.slice(firstAfter(sorted, after))) {
    if (!key.startsWith(prefix)) continue;
    const cut = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const common = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
    // A prefix that an earlier page has listed is not listed again for the keys that follow.
    if (common !== undefined && (common === prefixes.at(-1) || after.startsWith(common))) {
      last = key;
      continue;
    }
    if (keys.length + prefixes.length >= limit)
      return limit === 0 ? { keys, prefixes } : { keys, prefixes, next: last };
    if (common === undefined) keys.push(key);
    else prefixes.push(common);
    last = key;
  }
  return { keys, prefixes };
}

/** Binary search over byte order. */
function firstAfter(sorted: readonly string[], after: string): number {
  const target = Buffer.from(after);
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Buffer.compare(Buffer.from(sorted[middle] ?? ""), target) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return 1000;
  if (/^\d+$/.test(text)) return Math.min(Number(text), 1000);
  throw new AwsError("InvalidArgument", 400, "Provided max-keys not an integer or within integer range");
}

function describeKey(bucket: Bucket, key: string, shown: (key: string) => string): string {
  const object = bucket.get(key);
  if (object === undefined) return "";
  const content = [
    textElement("Key", shown(key)),
    textElement("LastModified", new Date(object.modified).toISOString()),
    textElement("ETag", `"${object.etag}"`),
    textElement("Size", object.size),
    textElement("StorageClass", "STANDARD"),
  ];
  return `<Contents>${content.join("")}</Contents>`;
}
