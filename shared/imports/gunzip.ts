import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { FileProblem } from "./file-problem.ts";

/** What an archive may come to: beyond it, a few megabytes could keep an import busy for days. */
const MOST_BYTES = 5 * 1024 ** 3;

/** Whether a file is a gzip archive, by its first bytes. */
export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/** The content of a gzip archive of any number of members; throws a {@link FileProblem} when it is damaged or too large. */
export async function* gunzip(bytes: AsyncIterable<Uint8Array>, mostBytes = MOST_BYTES): AsyncGenerator<Uint8Array> {
  const archive = createGunzip();
  // What goes wrong is told by the archive itself.
  pipeline(Readable.from(bytes), archive).catch(() => undefined);
  let unpacked = 0;
  try {
    for await (const chunk of archive) {
      if (!(chunk instanceof Uint8Array)) continue;
      unpacked += chunk.length;
      if (unpacked > mostBytes) {
        throw new FileProblem(
          "too_large",
          `The gzip archive holds more than ${mostBytes / 1024 ** 3} GiB. Split it into several files.`,
        );
      }
      yield chunk;
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    throw new FileProblem(
      "bad_gzip",
      unpacked === 0
        ? "The gzip archive is damaged and cannot be unpacked. Pack the file anew, or drop it unpacked."
        : "The gzip archive is damaged or cut off. Upload it again, or drop the file unpacked.",
    );
  }
}

const isDamage = (error: unknown): boolean =>
  error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("Z_");
