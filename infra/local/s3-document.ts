import { AwsError } from "./aws-error.ts";
import { decodeAwsChunked } from "./aws-chunked.ts";
import type { SignedS3Request } from "./s3-request.ts";
import { parseXml } from "./xml.ts";
import type { XmlNode } from "./xml.ts";
import { sameText, sha256Hex } from "./sigv4.ts";

const LARGEST_DOCUMENT = 4 * 1024 ** 2;

/** Reads the XML document that some operations carry. */
export async function readDocument(request: SignedS3Request): Promise<string> {
  const { payloadHash, chunks } = request.identity;
  const isSigned = payloadHash.startsWith("STREAMING-AWS4");
  const body = { trailers: new Map<string, string>(), ...(isSigned && { signing: chunks }) };
  const isChunked = payloadHash.startsWith("STREAMING-");
  const source: AsyncIterable<Buffer> = isChunked ? decodeAwsChunked(request.incoming, body) : request.incoming;
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of source) {
    size += piece.length;
    if (size > LARGEST_DOCUMENT) throw new AwsError("MaxMessageLengthExceeded", 400, "Your request was too big.");
    pieces.push(piece);
  }
  const content = Buffer.concat(pieces);
  if (/^[0-9a-f]{64}$/.test(payloadHash) && !sameText(sha256Hex(content), payloadHash)) {
    throw new AwsError("XAmzContentSHA256Mismatch", 400, "The provided hash does not match what was computed.");
  }
  return content.toString();
}

/** Parses such a document, or gives S3's refusal. */
export function parseDocument(document: string): XmlNode {
  try {
    return parseXml(document);
  } catch {
    throw new AwsError("MalformedXML", 400, "The XML you provided was not well-formed.");
  }
}
