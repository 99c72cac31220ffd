import type { S3Request } from "./s3-request.ts";

/** A request that has been answered. */
export interface Access {
  readonly request: S3Request;
  /** When it came. */
  readonly time: number;
  /** The ARN of whoever signed it; absent when its signature did not hold. */
  readonly requester?: string | undefined;
  /** Why it was refused. */
  readonly errorCode?: string | undefined;
}

const OWNER = "LOCAL";
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The line of S3's server access log format: fields between blanks, `-` where there is nothing to tell. */
export function accessLogLine({ request, time, requester, errorCode }: Access): string {
  const { incoming, response, query } = request;
  const { authorization, referer, host, "user-agent": userAgent } = incoming.headers;
  const isLink = query.has("X-Amz-Signature");
  const isSigned = isLink || authorization !== undefined;
  return [
    OWNER,
    request.bucket,
    `[${timeOf(time)}]`,
    incoming.socket.remoteAddress,
    requester,
    request.id,
    operationOf(request),
    request.key.split("/").map(encodeURIComponent).join("/"),
    `"${request.method} ${incoming.url} HTTP/${incoming.httpVersion}"`,
    response.statusCode,
    errorCode,
    request.sent.bytes || undefined,
    undefined, // The object's size,
    undefined, // total time
    undefined, // and turn-around time are measured by nobody here.
    `"${referer ?? "-"}"`,
    `"${userAgent ?? "-"}"`,
    undefined, // Version.
    request.id,
    isSigned ? "SigV4" : undefined,
    undefined, // Cipher.
    isSigned ? (isLink ? "QueryString" : "AuthHeader") : undefined,
    host,
    undefined, // TLS version.
    undefined, // Access point.
    undefined, // Whether an ACL was needed.
  ]
    .map((field) => (field === undefined || field === "" ? "-" : field))
    .join(" ");
}

/** Such as `06/Feb/2026:00:00:38 +0000`. */
function timeOf(time: number): string {
  const date = new Date(time);
  const day = String(date.getUTCDate()).padStart(2, "0");
  return `${day}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`;
}

/** S3's names of what is asked for below buckets and objects. */
const PARTS = { uploads: "UPLOADS", uploadId: "UPLOAD", delete: "MULTI_OBJECT_DELETE", tagging: "OBJECT_TAGGING" };

function operationOf({ method, key, query, header }: S3Request): string {
  const part = Object.entries(PARTS).find(([name]) => query.has(name))?.[1];
  if (part !== undefined) return `REST.${method}.${query.has("partNumber") ? "PART" : part}`;
  if (key === "") return `REST.${method}.BUCKET`;
  return method === "PUT" && header("x-amz-copy-source") !== undefined ? "REST.COPY.OBJECT" : `REST.${method}.OBJECT`;
}
