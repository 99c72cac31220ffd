import { AwsError } from "./aws-error.ts";
import type { LocalClock } from "./clock.ts";
import { notifyQueues } from "./s3-notifications.ts";
import type { Notify } from "./s3-notifications.ts";
import type { S3Request } from "./s3-request.ts";
import type { Bucket, StoredObject } from "./s3-store.ts";

/** What the operations of S3 share. */
export interface S3Context {
  readonly clock: LocalClock;
  readonly region: string;
  readonly notify: Notify;
  readonly buckets: Map<string, Bucket>;
  readonly nextSequencer: () => string;
}

/** The bucket of a request, or S3's refusal. */
export function requireBucket(context: S3Context, name: string): Bucket {
  const bucket = context.buckets.get(name);
  if (bucket !== undefined) return bucket;
  throw new AwsError("NoSuchBucket", 404, "The specified bucket does not exist", { BucketName: name });
}

/** Makes an object visible and tells the queues in the same breath, so that a kill can hardly come between. */
export function commitObject(
  context: S3Context,
  request: Pick<S3Request, "id">,
  bucket: Bucket,
  object: Omit<StoredObject, "modified" | "sequencer">,
  event: string,
): StoredObject {
  const committed = { ...object, modified: context.clock.now(), sequencer: context.nextSequencer() };
  bucket.put(committed);
  announce(context, request, bucket, committed, event);
  return committed;
}

/** Tells the queues what happened to an object. */
export function announce(
  context: S3Context,
  request: Pick<S3Request, "id">,
  bucket: Bucket,
  object: StoredObject,
  name: string,
): void {
  const { clock, region, notify } = context;
  notifyQueues(bucket, object, { name, time: clock.now(), region, requestId: request.id }, notify);
}

/** Numbers that grow with each change, also over restarts and whatever the local clock says. */
export function createSequencer(buckets: Iterable<Bucket>): () => string {
  let last = 0;
  for (const bucket of buckets) {
    for (const key of bucket.keys()) last = Math.max(last, Number.parseInt(bucket.get(key)?.sequencer ?? "0", 16));
  }
  return () => {
    last = Math.max(last + 1, Date.now() * 1000);
    return last.toString(16).toUpperCase().padStart(18, "0");
  };
}
