import type { IncomingMessage, ServerResponse } from "node:http";
import { randomBytes } from "node:crypto";
import type { Verified } from "./signature.ts";

/** One request to S3, its address taken apart. */
export interface S3Request {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly id: string;
  readonly method: string;
  /** The path as it was sent. */
  readonly path: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  /** How much of a body has left in answer to it, for the access log. */
  readonly sent: { bytes: number };
  /** A header; in presigned links, x-amz headers may also stand in the query. */
  header(name: string): string | undefined;
}

/** A request whose signature has been verified. */
export interface SignedS3Request extends S3Request {
  readonly identity: Verified;
}

/** Takes the address of a request apart; throws URIError on a broken percent sign. */
export function readS3Request(incoming: IncomingMessage, response: ServerResponse): S3Request {
  const [path = "/", ...search] = (incoming.url ?? "/").split("?");
  const [, bucket = "", ...key] = path.split("/");
  const query = new URLSearchParams(search.join("?"));
  return {
    incoming,
    response,
    id: randomBytes(8).toString("hex").toUpperCase(),
    method: incoming.method ?? "GET",
    path,
    bucket: decodeURIComponent(bucket),
    key: decodeURIComponent(key.join("/")),
    query,
    sent: { bytes: 0 },
    header(name) {
      const value = incoming.headers[name];
      if (value !== undefined) return Array.isArray(value) ? value.join(",") : value;
      return name.startsWith("x-amz-") ? (query.get(name) ?? undefined) : undefined;
    },
  };
}
