import { AwsError } from "./aws-error.ts";
import type { Bucket, StoredObject } from "./s3-store.ts";
import { childrenOf, childText, parseXml } from "./xml.ts";

/** Delivers the body of a message to a queue; throws when there is no such queue. */
export type Notify = (queueArn: string, body: string) => void;

/** Something that happened to an object. */
export interface ObjectEvent {
  /** Such as ObjectCreated:Put. */
  readonly name: string;
  readonly time: number;
  readonly region: string;
  readonly requestId: string;
}

interface Rule {
  readonly id: string;
  readonly queueArn: string;
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

const SETTING = "notification";

/** Checks a notification document, sends each queue the test message that S3 sends, and keeps the document. */
export function configureNotifications(bucket: Bucket, document: string, notify: Notify, time: number): void {
  for (const { queueArn } of readRules(document)) {
    const test = {
      Service: "Amazon S3",
      Event: "s3:TestEvent",
      Time: new Date(time).toISOString(),
      Bucket: bucket.name,
    };
    try {
      notify(queueArn, JSON.stringify(test));
    } catch {
      const message = "Unable to validate the following destination configurations";
      throw new AwsError("InvalidArgument", 400, message, { ArgumentName: queueArn });
    }
  }
  bucket.saveSetting(SETTING, document);
}

/** Tells the queues whose rules match. */
export function notifyQueues(bucket: Bucket, object: StoredObject, event: ObjectEvent, notify: Notify): void {
  const document = bucket.setting(SETTING);
  if (document === undefined) return;
  for (const rule of readRules(document)) {
    if (!isMatch(rule, `s3:${event.name}`, object.key)) continue;
    const body = JSON.stringify({ Records: [describeEvent(rule, bucket, object, event)] });
    try {
      notify(rule.queueArn, body);
    } catch {
      // The queue was deleted since: S3 drops the event, and the object stays.
    }
  }
}

function readRules(document: string): Rule[] {
  const root = parseXml(document);
  return childrenOf(root, "QueueConfiguration").map((node) => {
    const filters = childrenOf(node, "Filter").flatMap((filter) => childrenOf(filter, "S3Key"));
    const named = filters.flatMap((filter) => childrenOf(filter, "FilterRule"));
    const filter = (name: string) =>
      named.map((rule) => (childText(rule, "Name")?.toLowerCase() === name ? childText(rule, "Value") : "")).join("");
    return {
      id: childText(node, "Id") ?? "",
      queueArn: childText(node, "Queue") ?? "",
      events: childrenOf(node, "Event").map(({ text }) => text),
      prefix: filter("prefix"),
      suffix: filter("suffix"),
    };
  });
}

function isMatch({ events, prefix, suffix }: Rule, name: string, key: string): boolean {
  const isWanted = events.some((event) => (event.endsWith("*") ? name.startsWith(event.slice(0, -1)) : name === event));
  return isWanted && key.startsWith(prefix) && key.endsWith(suffix);
}

function describeEvent(rule: Rule, bucket: Bucket, object: StoredObject, event: ObjectEvent) {
  const isRemoval = event.name.startsWith("ObjectRemoved");
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: event.region,
    eventTime: new Date(event.time).toISOString(),
    eventName: event.name,
    userIdentity: { principalId: "LOCAL" },
    requestParameters: { sourceIPAddress: "127.0.0.1" },
    responseElements: { "x-amz-request-id": event.requestId, "x-amz-id-2": event.requestId },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: rule.id,
      bucket: { name: bucket.name, ownerIdentity: { principalId: "LOCAL" }, arn: `arn:aws:s3:::${bucket.name}` },
      object: {
        key: encodeKey(object.key),
        ...(!isRemoval && { size: object.size, eTag: object.etag }),
        sequencer: object.sequencer,
      },
    },
  };
}

/** Keys are encoded as in forms, except for their slashes. */
function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+")
    .replaceAll("%2F", "/");
}
