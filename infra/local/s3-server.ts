import { existsSync, mkdirSync, readdirSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { AwsError } from "./aws-error.ts";
import type { LocalClock } from "./clock.ts";
import { listen } from "./listen.ts";
import type { LocalServer } from "./listen.ts";
import { type AccessLog, createAccessLog } from "./s3-access-log.ts";
import { answerError } from "./s3-answer.ts";
import { createSequencer } from "./s3-context.ts";
import type { S3Context } from "./s3-context.ts";
import type { Notify } from "./s3-notifications.ts";
import { chooseOperation } from "./s3-operations.ts";
import { isPostForm, postObject } from "./s3-post.ts";
import { readS3Request } from "./s3-request.ts";
import type { S3Request, SignedS3Request } from "./s3-request.ts";
import { openBucket } from "./s3-store.ts";
import type { Bucket } from "./s3-store.ts";
import { verifyRequest } from "./signature.ts";
import type { CredentialsLookup, SignatureRules, Verified } from "./signature.ts";

/** What the local S3 needs. */
export interface S3Options {
  readonly port?: number;
  readonly dataDir: string;
  readonly clock: LocalClock;
  readonly credentials: CredentialsLookup;
  readonly region: string;
  readonly notify: Notify;
}

/** Starts an S3 that checks signatures and expiry, and keeps its objects as files. */
export async function startS3({ port, dataDir, clock, credentials, region, notify }: S3Options): Promise<LocalServer> {
  const buckets = openBuckets(dataDir);
  const nextSequencer = createSequencer(buckets.values());
  const context: S3Context = { clock, region, notify, buckets, nextSequencer };
  const rules: SignatureRules = { clock, credentials, region, service: "s3" };
  const accessLog = createAccessLog(context);
  const server = await listen(
    (incoming, response) => serve({ context, rules, dataDir, accessLog }, incoming, response),
    port,
  );
  return {
    ...server,
    async close() {
      await server.close();
      await accessLog.close();
    },
  };
}

interface Serving {
  readonly context: S3Context;
  readonly rules: SignatureRules;
  readonly dataDir: string;
  readonly accessLog: AccessLog;
}

async function serve(
  { context, rules, dataDir, accessLog }: Serving,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const time = context.clock.now();
  let request: S3Request;
  try {
    request = readS3Request(incoming, response);
  } catch {
    return void response.writeHead(400).end();
  }
  let requester: string | undefined;
  let errorCode: string | undefined;
  accessLog.follow(response, () => ({ request, time, requester, errorCode }));
  try {
    if (isPostForm(request)) return await postObject(context, request, rules);
    const signed = { ...request, identity: authenticate(request, rules) };
    requester = signed.identity.requester;
    requireAllowed(signed);
    await chooseOperation(signed, dataDir)(context, signed);
  } catch (error) {
    errorCode = error instanceof AwsError ? error.code : "InternalError";
    refuse(request, error);
  }
}

function authenticate(request: S3Request, rules: SignatureRules): Verified {
  const { method, path, query, incoming } = request;
  return verifyRequest({ method, path, query, headers: incoming.headers }, rules);
}

/** Limited credentials may read objects below their prefixes, and nothing else. */
function requireAllowed({ identity, method, bucket, key, query }: SignedS3Request): void {
  if (identity.allow === undefined) return;
  const isPlain = ["tagging", "uploads", "uploadId"].every((name) => !query.has(name));
  const isRead = (method === "GET" || method === "HEAD") && key !== "" && isPlain;
  const isAllowed = identity.allow.some((grant) => grant.bucket === bucket && key.startsWith(grant.prefix));
  if (!isRead || !isAllowed) throw new AwsError("AccessDenied", 403, "Access Denied");
}

function refuse(request: S3Request, error: unknown): void {
  const { incoming, response } = request;
  // A body that nobody wants is still read, or the client would not get to see the answer.
  incoming.removeAllListeners("readable").resume();
  if (response.headersSent || (incoming.destroyed && !incoming.complete)) return void response.destroy();
  if (error instanceof AwsError) return answerError(request, error);
  answerError(request, new AwsError("InternalError", 500, error instanceof Error ? error.message : String(error)));
}

function openBuckets(dataDir: string): Map<string, Bucket> {
  mkdirSync(dataDir, { recursive: true });
  const names = readdirSync(dataDir).filter((name) => existsSync(join(dataDir, name, "bucket.json")));
  return new Map(names.map((name) => [name, openBucket(join(dataDir, name), name)]));
}
