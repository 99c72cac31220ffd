import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { AwsError } from "./aws-error.ts";

/** Adds up bytes to the checksums that S3 keeps. */
export interface Checksums {
  update(bytes: Buffer): void;
  /** Base64 by algorithm. */
  result(): Record<string, string>;
}

const HASHES = ["sha1", "sha256"];
const ALGORITHMS = ["crc32", ...HASHES];

/** Always counts CRC32; the others when asked for. */
export function createChecksums(asked: readonly string[]): Checksums {
  const unknown = asked.find((algorithm) => !ALGORITHMS.includes(algorithm));
  if (unknown !== undefined)
    throw new AwsError("NotImplemented", 501, `Checksums of type ${unknown} are not kept here.`);
  const hashes = HASHES.filter((name) => asked.includes(name)).map((name) => ({ name, hash: createHash(name) }));
  let crc = 0;
  return {
    update(bytes) {
      crc = crc32(bytes, crc);
      for (const { hash } of hashes) hash.update(bytes);
    },
    result() {
      const pairs = hashes.map(({ name, hash }) => [name, hash.digest("base64")] as const);
      return { crc32: crc32Text(crc), ...Object.fromEntries(pairs) };
    },
  };
}

/** The checksum of an object made of parts: that of the parts' checksums, and their number. */
export function compositeChecksum(algorithm: string, parts: readonly string[]): string {
  const joined = Buffer.concat(parts.map((part) => Buffer.from(part, "base64")));
  const digest =
    algorithm === "crc32" ? crc32Text(crc32(joined)) : createHash(algorithm).update(joined).digest("base64");
  return `${digest}-${parts.length}`;
}

function crc32Text(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString("base64");
}
