import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { rmSync } from "node:fs";
import { decodeAwsChunked } from "./aws-chunked.ts";
import { AwsError } from "./aws-error.ts";
import { createChecksums } from "./s3-checksum.ts";
import type { SignedS3Request } from "./s3-request.ts";
import type { Bucket, Segment } from "./s3-store.ts";
import { sameText } from "./sigv4.ts";

/** Bytes that have arrived whole, and what they add up to. */
export interface ReceivedBytes {
  readonly segment: Segment;
  readonly md5: Buffer;
  readonly sha256: string | undefined;
  readonly checksums: Readonly<Record<string, string>>;
}

const CHECKSUM_HEADER = /^x-amz-checksum-(crc32|crc32c|crc64nvme|sha1|sha256)$/;
const LARGEST_BODY = 5 * 1024 ** 3;

/** Streams a request's body to a file of the bucket and holds it against every length, hash and checksum it came with. */
export async function receiveBody(request: SignedS3Request, bucket: Bucket): Promise<ReceivedBytes> {
  const { payloadHash, chunks } = request.identity;
  const isChunked = payloadHash.startsWith("STREAMING-");
  const length = request.header(isChunked ? "x-amz-decoded-content-length" : "content-length");
  if (length === undefined)
    throw new AwsError("MissingContentLength", 411, "You must provide the Content-Length header.");
  if (Number(length) > LARGEST_BODY) throw new AwsError("EntityTooLarge", 400, "Your proposed upload is too large.");
  const trailers = new Map<string, string>();
  const signing = payloadHash.startsWith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD") ? { signing: chunks } : {};
  const source = isChunked ? decodeAwsChunked(request.incoming, { ...signing, trailers }) : request.incoming;

  const received = await writeBytes(source, bucket, announcedAlgorithms(request), /^[0-9a-f]{64}$/.test(payloadHash));
  try {
    if (received.segment.size !== Number(length)) {
      throw new AwsError("IncompleteBody", 400, "You did not provide the number of bytes that you announced.");
    }
    if (received.sha256 !== undefined && !sameText(received.sha256, payloadHash)) {
      const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
      throw new AwsError("XAmzContentSHA256Mismatch", 400, message);
    }
    requireDigests(request, received, trailers);
  } catch (error) {
    bucket.discard([received.segment.file]);
    throw error;
  }
  return received;
}

/** Streams bytes to a new file of the bucket. */
export async function writeBytes(
  source: AsyncIterable<Buffer>,
  bucket: Bucket,
  algorithms: readonly string[] = [],
  withSha256 = false,
): Promise<ReceivedBytes> {
  const checksums = createChecksums(algorithms);
  const md5 = createHash("md5");
  const sha256 = withSha256 ? createHash("sha256") : undefined;
  const file = bucket.newFile();
  const target = await open(bucket.pathOf(file), "wx");
  let size = 0;
  try {
    for await (const bytes of source) {
      md5.update(bytes);
      sha256?.update(bytes);
      checksums.update(bytes);
      size += bytes.length;
      await target.writeFile(bytes);
    }
  } catch (error) {
    rmSync(bucket.pathOf(file), { force: true });
    throw error;
  } finally {
    await target.close();
  }
  return { segment: { file, size }, md5: md5.digest(), sha256: sha256?.digest("hex"), checksums: checksums.result() };
}

function announcedAlgorithms(request: SignedS3Request): string[] {
  const names = [...checksumHeaders(request).keys(), ...(request.header("x-amz-trailer") ?? "").split(/\s*,\s*/)];
  const algorithms = names.map((name) => CHECKSUM_HEADER.exec(name.toLowerCase())?.[1]);
  return algorithms.filter((algorithm) => algorithm !== undefined);
}

/** Headers only: in the query of a link the SDK states the checksum of the empty body that it had when signing. */
function checksumHeaders(request: SignedS3Request): Map<string, string> {
  const found = Object.keys(request.incoming.headers).filter((name) => CHECKSUM_HEADER.test(name));
  return new Map(found.map((name) => [name, request.header(name) ?? ""]));
}

function requireDigests(request: SignedS3Request, received: ReceivedBytes, trailers: Map<string, string>): void {
  const md5 = request.header("content-md5");
  if (md5 !== undefined && Buffer.from(md5, "base64").length !== 16) {
    throw new AwsError("InvalidDigest", 400, "The Content-MD5 you specified was invalid.");
  }
  if (md5 !== undefined && !sameText(md5, received.md5.toString("base64"))) {
    throw new AwsError("BadDigest", 400, "The Content-MD5 you specified did not match what we received.");
  }
  for (const [name, value] of [...checksumHeaders(request), ...trailers]) {
    const algorithm = CHECKSUM_HEADER.exec(name)?.[1];
    if (algorithm === undefined || sameText(value, received.checksums[algorithm] ?? "")) continue;
    throw new AwsError(
      "BadDigest",
      400,
      `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
    );
  }
  for (const name of (request.header("x-amz-trailer") ?? "").split(/\s*,\s*/)) {
    if (name === "" || trailers.has(name.toLowerCase())) continue;
    throw new AwsError("MalformedTrailerError", 400, "The request contained trailing data that was not well-formed.");
  }
}
