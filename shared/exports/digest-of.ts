import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createInflateRaw } from "node:zlib";
import type { ArchiveChunk } from "./spool.ts";

/** What a compressed file holds, by unpacking it. */
export async function digestOf(
  chunks: readonly ArchiveChunk[],
): Promise<{ readonly sha256: string; readonly crc: number; readonly bytes: number }> {
  const hash = createHash("sha256");
  let crc = 0;
  let bytes = 0;
  await pipeline(Readable.from(bytesOf(chunks)), createInflateRaw(), async (unpacked: AsyncIterable<Buffer>) => {
    for await (const chunk of unpacked) {
      hash.update(chunk);
      crc = crc32(chunk, crc);
      bytes += chunk.length;
    }
  });
  return { sha256: hash.digest("hex"), crc, bytes };
}

async function* bytesOf(chunks: readonly ArchiveChunk[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield* chunk.read();
}
