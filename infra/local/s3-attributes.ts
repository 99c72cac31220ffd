import { AwsError } from "./aws-error.ts";
import type { S3Request } from "./s3-request.ts";
import type { StoredObject } from "./s3-store.ts";

/** The headers that an object keeps and gives back. */
export type ObjectAttributes = Pick<StoredObject, "headers" | "metadata" | "tags">;

const KEPT_HEADERS = [
  "content-type",
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "expires",
];
const METADATA_PREFIX = "x-amz-meta-";
const LARGEST_METADATA = 2048;

/** Reads what a request says about the object it makes. */
export function readAttributes(request: S3Request): ObjectAttributes {
  const names = [...Object.keys(request.incoming.headers), ...request.query.keys()];
  return {
    ...keepHeaders((name) => request.header(name)),
    ...keepMetadata(names.map((name) => [name, request.header(name) ?? ""])),
    tags: Object.fromEntries(new URLSearchParams(request.header("x-amz-tagging") ?? "")),
  };
}

/** Chooses the headers that are kept; the framing of the transfer is not part of the object. */
export function keepHeaders(header: (name: string) => string | undefined): Pick<ObjectAttributes, "headers"> {
  const headers: Record<string, string> = { "content-type": "binary/octet-stream" };
  for (const name of KEPT_HEADERS) {
    const value = header(name)?.replace(/^aws-chunked(,\s*|$)/, "");
    if (value !== undefined && value !== "") headers[name] = value;
  }
  return { headers };
}

/** Chooses the user's metadata. */
export function keepMetadata(named: Iterable<readonly [string, string]>): Pick<ObjectAttributes, "metadata"> {
  const kept = [...named].filter(([name]) => name.startsWith(METADATA_PREFIX));
  const size = kept.reduce((sum, [name, value]) => sum + name.length - METADATA_PREFIX.length + value.length, 0);
  if (size > LARGEST_METADATA) {
    throw new AwsError("MetadataTooLarge", 400, "Your metadata headers exceed the maximum allowed metadata size");
  }
  return { metadata: Object.fromEntries(kept.map(([name, value]) => [name.slice(METADATA_PREFIX.length), value])) };
}

/** Refuses keys longer than S3 takes. */
export function requireKeyLength(key: string): void {
  if (Buffer.byteLength(key) > 1024) throw new AwsError("KeyTooLongError", 400, "Your key is too long");
}
