import { createHash } from "node:crypto";
import { AwsError } from "./aws-error.ts";
import { createByteReader } from "./byte-reader.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ChunkSigning } from "./signature.ts";
import { hmacHex, sameText, scopeText, sha256Hex } from "./sigv4.ts";

/** How a chunked body is signed and where its trailing headers go. */
export interface ChunkedBody {
  /** Present when each chunk carries a signature. */
  readonly signing?: ChunkSigning;
  readonly trailers: Map<string, string>;
}

/** Takes the aws-chunked framing off a body, verifying each chunk's signature and filling the trailers. */
export async function* decodeAwsChunked(source: AsyncIterable<Buffer>, body: ChunkedBody): AsyncGenerator<Buffer> {
  const reader = createByteReader(source);
  let previous = body.signing?.seedSignature ?? "";
  for (;;) {
    const [size = "", extension = ""] = (await frameLine(reader)).split(";");
    if (!/^[0-9a-f]{1,8}$/i.test(size)) throw incomplete();
    const length = Number.parseInt(size, 16);
    const hash = createHash("sha256");
    for await (const piece of wholeChunk(reader, length)) {
      if (body.signing) hash.update(piece);
      yield piece;
    }
    if (body.signing) {
      const signature = extension.replace("chunk-signature=", "");
      requireSignature(
        body.signing,
        "AWS4-HMAC-SHA256-PAYLOAD",
        [previous, sha256Hex(""), hash.digest("hex")],
        signature,
      );
      previous = signature;
    }
    if (length === 0) break;
    if ((await reader.line()) !== "") throw incomplete();
  }
  await readTrailers(reader, body, previous);
}

async function readTrailers(reader: ByteReader, { signing, trailers }: ChunkedBody, previous: string): Promise<void> {
  let signed = "";
  for (let line = await reader.line(); line !== undefined && line !== ""; line = await reader.line()) {
    const [, name = "", value = ""] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    trailers.set(name.toLowerCase(), value);
    if (name.toLowerCase() !== "x-amz-trailer-signature") signed += `${name.toLowerCase()}:${value.trim()}\n`;
  }
  if (!signing || signed === "") return;
  const signature = trailers.get("x-amz-trailer-signature") ?? "";
  requireSignature(signing, "AWS4-HMAC-SHA256-TRAILER", [previous, sha256Hex(signed)], signature);
}

function requireSignature(signing: ChunkSigning, kind: string, parts: readonly string[], signature: string): void {
  const text = [kind, signing.amzDate, scopeText(signing.scope), ...parts].join("\n");
  if (sameText(hmacHex(signing.key, text), signature)) return;
  throw new AwsError("SignatureDoesNotMatch", 403, "The signature of a chunk of the body does not match.");
}

async function* wholeChunk(reader: ByteReader, length: number): AsyncGenerator<Buffer> {
  try {
    yield* reader.bytes(length);
  } catch {
    throw incomplete();
  }
}

async function frameLine(reader: ByteReader): Promise<string> {
  const line = await reader.line();
  if (line === undefined) throw incomplete();
  return line;
}

function incomplete(): AwsError {
  return new AwsError("IncompleteBody", 400, "The request body terminated unexpectedly");
}
