import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** The parts of a request that a signature covers; `path` is as it was sent. */
export interface SignedParts {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** Date, region and service that a signing key is made for. */
export interface SigningScope {
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** Hexadecimal SHA-256. */
export function sha256Hex(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Hexadecimal HMAC-SHA-256. */
export function hmacHex(key: Buffer, text: string): string {
  return hmac(key, text).toString("hex");
}

/** Derives the key that signs requests of one day, region and service. */
export function signingKey(secretAccessKey: string, { date, region, service }: SigningScope): Buffer {
  const parts = [date, region, service, "aws4_request"];
  return parts.reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secretAccessKey}`));
}

/** The text whose HMAC is the signature of a request. */
export function stringToSign(amzDate: string, scope: SigningScope, canonical: string): string {
  return ["AWS4-HMAC-SHA256", amzDate, scopeText(scope), sha256Hex(canonical)].join("\n");
}

/** The scope as it is written in signatures. */
export function scopeText({ date, region, service }: SigningScope): string {
  return `${date}/${region}/${service}/aws4_request`;
}

/** The canonical form of a request, over which signer and verifier agree. */
export function canonicalRequest(
  { method, path, query, headers }: SignedParts,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  const lines = signedHeaders.map((name) => `${name}:${headerText(headers[name])}\n`);
  return [
    method,
    canonicalPath(path),
    canonicalQuery(query),
    lines.join(""),
    signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

/** Compares without telling by its duration where two texts differ. */
export function sameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/** Milliseconds of a time stamp such as 20260131T235959Z; NaN when it is none. */
export function parseAmzDate(text: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (parts === null) return Number.NaN;
  const [, year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function canonicalPath(path: string): string {
  return path
    .split("/")
    .map((segment) => encode(decodeURIComponent(segment)))
    .join("/");
}

function canonicalQuery(query: URLSearchParams): string {
  const pairs = [...query].filter(([name]) => name !== "X-Amz-Signature");
  return pairs
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map((pair) => pair.join("="))
    .join("&");
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function headerText(value: string | string[] | undefined): string {
  const text = Array.isArray(value) ? value.join(",") : (value ?? "");
  return text.trim().replace(/ +/g, " ");
}
