import { AwsError } from "./aws-error.ts";
import type { S3Request } from "./s3-request.ts";
import type { StoredObject } from "./s3-store.ts";

/** Refuses a write whose If-Match or If-None-Match does not hold. */
export function requireWritable(request: S3Request, object: StoredObject | undefined): void {
  if (request.header("if-none-match") === "*" && object !== undefined) throw preconditionFailed("If-None-Match");
  const match = request.header("if-match");
  if (match === undefined) return;
  if (object === undefined) throw new AwsError("NoSuchKey", 404, "The specified key does not exist.");
  if (!matches(match, object)) throw preconditionFailed("If-Match");
}

/** Refuses a read whose conditions do not hold; `prefix` is x-amz-copy-source- when the read is part of a copy. */
export function requireReadable(request: S3Request, object: StoredObject, prefix = ""): void {
  const condition = (name: string) => request.header(`${prefix}${name}`);
  const modified = Math.floor(object.modified / 1000) * 1000;
  const [match, since] = [condition("if-match"), condition("if-unmodified-since")];
  if (match !== undefined && !matches(match, object)) throw preconditionFailed("If-Match");
  if (match === undefined && since !== undefined && modified > Date.parse(since)) {
    throw preconditionFailed("If-Unmodified-Since");
  }
  const [noneMatch, modifiedSince] = [condition("if-none-match"), condition("if-modified-since")];
  const isSame = noneMatch !== undefined && matches(noneMatch, object);
  const isOld = noneMatch === undefined && modifiedSince !== undefined && modified <= Date.parse(modifiedSince);
  if (!isSame && !isOld) return;
  throw prefix === "" ? new AwsError("NotModified", 304, "Not Modified") : preconditionFailed("If-None-Match");
}

function matches(condition: string, { etag }: StoredObject): boolean {
  const tags = condition.split(",").map((tag) => tag.trim().replace(/^W\//, "").replaceAll('"', ""));
  return tags.includes("*") || tags.includes(etag);
}

function preconditionFailed(condition: string): AwsError {
  const message = "At least one of the pre-conditions you specified did not hold";
  return new AwsError("PreconditionFailed", 412, message, { Condition: condition });
}
