import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { AwsError } from "./aws-error.ts";
import { type Access, accessLogLine } from "./s3-access-log-line.ts";
import { writeBytes } from "./s3-body.ts";
import { commitObject } from "./s3-context.ts";
import type { S3Context } from "./s3-context.ts";
import type { Bucket } from "./s3-store.ts";
import { childrenOf, childText, parseXml } from "./xml.ts";

/** S3 takes hours; nobody here wants to wait for more than an object that holds several lines where there are many. */
const DELIVERY_MS = 500;

const LAST_ANSWERS_MS = 1000;

const SETTING = "logging";

/** The access logs of all buckets that have one. */
export interface AccessLog {
  /** Tells of a request, once it has been answered, where its bucket asks for that. */
  follow(response: ServerResponse, tell: () => Access): void;
  /** Delivers what has not been yet, answers that end about now among it. */
  close(): Promise<void>;
}

interface Target {
  readonly bucket: string;
  readonly prefix: string;
}

/** Checks a logging document, which may also turn the log off, and keeps it. */
export function configureAccessLog({ buckets }: S3Context, bucket: Bucket, document: string): void {
  const target = readTarget(document);
  if (target !== undefined && !buckets.has(target.bucket)) {
    throw new AwsError("InvalidTargetBucketForLogging", 400, "The target bucket for logging does not exist", {
      TargetBucket: target.bucket,
    });
  }
  bucket.saveSetting(SETTING, document);
}

/** Collects lines and puts them, as objects that are announced like any other, where each bucket wants them. */
export function createAccessLog(context: S3Context): AccessLog {
  const waiting = new Map<string, { readonly target: Target; readonly lines: string[] }>();
  const open = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let delivered = Promise.resolve();

  function deliver(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const logs = [...waiting.values()];
    waiting.clear();
    for (const { target, lines } of logs) {
      // One after the other; like S3's own, a log that cannot be written is lost and stops nothing.
      delivered = delivered.then(() => putLog(context, target, lines)).catch(() => undefined);
    }
    return delivered;
  }

  function note(access: Access): void {
    const document = context.buckets.get(access.request.bucket)?.setting(SETTING);
    const target = document === undefined ? undefined : readTarget(document);
    if (target === undefined) return;
    const id = JSON.stringify(target);
    const log = waiting.get(id) ?? { target, lines: [] };
    log.lines.push(`${accessLogLine(access)}\n`);
    waiting.set(id, log);
    timer ??= setTimeout(deliver, DELIVERY_MS).unref();
  }

  return {
    follow(response, tell) {
      const { promise, resolve } = Promise.withResolvers<void>();
      open.add(promise);
      response.once("close", () => {
        open.delete(promise);
        note(tell());
        resolve();
      });
    },
    async close() {
      // A server is closed before the last of its answers hear of it.
      await Promise.race([Promise.all(open), pause(LAST_ANSWERS_MS, undefined, { ref: false })]);
      await deliver();
    },
  };
}

async function putLog(context: S3Context, target: Target, lines: readonly string[]): Promise<void> {
  const bucket = context.buckets.get(target.bucket);
  if (bucket === undefined) return;
  const id = randomBytes(8).toString("hex").toUpperCase();
  const time = new Date(context.clock.now()).toISOString().slice(0, 19).replaceAll(/[T:]/g, "-");
  const { segment, md5, checksums } = await writeBytes(pieces(lines), bucket);
  const object = {
    key: `${target.prefix}${time}-${id}`,
    size: segment.size,
    etag: md5.toString("hex"),
    headers: { "content-type": "text/plain" },
    metadata: {},
    tags: {},
    checksums,
    checksumType: "FULL_OBJECT" as const,
    segments: [segment],
  };
  commitObject(context, { id }, bucket, object, "ObjectCreated:Put");
}

async function* pieces(lines: readonly string[]): AsyncGenerator<Buffer> {
  yield Buffer.from(lines.join(""));
}

function readTarget(document: string): Target | undefined {
  const [enabled] = childrenOf(parseXml(document), "LoggingEnabled");
  if (enabled === undefined) return undefined;
  return { bucket: childText(enabled, "TargetBucket") ?? "", prefix: childText(enabled, "TargetPrefix") ?? "" };
}
