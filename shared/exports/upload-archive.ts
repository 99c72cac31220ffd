import * as z from "zod";
import { UploadGone } from "../errors.ts";
import type { MultipartUpload, ObjectStore } from "../ports.ts";
import { PART_BYTES } from "../upload-stream.ts";
import type { ArchiveChunk } from "./spool.ts";

const TYPE = "application/zip";

/** How far the upload of an archive has come. */
export const uploadProgress = z.object({
  id: z.string(),
  parts: z.array(z.object({ number: z.int(), etag: z.string(), checksum: z.string() })),
  /** How many of the archive's chunks are in. */
  chunks: z.int(),
});

export type UploadProgress = z.output<typeof uploadProgress>;

interface Sitting {
  /** Where an earlier sitting rested. */
  readonly from: UploadProgress | null;
  readonly isTimeUp: () => boolean;
}

/** Stores an archive, chunk by chunk; where time is up before the end, how far it came. */
export async function uploadArchive(
  bundles: ObjectStore,
  key: string,
  chunks: readonly ArchiveChunk[],
  { from, isTimeUp }: Sitting,
): Promise<UploadProgress | undefined> {
  const anew = async () => store(await bundles.upload(key, { type: TYPE }), chunks, { first: 0, isTimeUp });
  const begin = async () =>
    from === null ? anew() : store(bundles.resume(key, from), chunks, { first: from.chunks, isTimeUp, isKnown: true });
  try {
    return await begin();
  } catch (error) {
    if (!(error instanceof UploadGone)) throw error;
    // It was completed, and the answer was lost, or whoever got it has died; or it has expired. All chunks are there still.
    return anew();
  }
}

async function store(
  upload: MultipartUpload,
  chunks: readonly ArchiveChunk[],
  { first, isTimeUp, isKnown = false }: { first: number; isTimeUp: () => boolean; isKnown?: boolean },
): Promise<UploadProgress | undefined> {
  try {
    let number = upload.atRest().parts.length;
    // One after the other: two parts at once would take as much memory as all the rest of the exporter.
    for (let next = first; next < chunks.length;) {
      const { body, behind } = await partFrom(chunks, next);
      number += 1;
      await upload.part(number, body);
      next = behind;
      if (next < chunks.length && isTimeUp()) {
        const { id, parts } = upload.atRest();
        return { id, parts: [...parts], chunks: next };
      }
    }
    await upload.complete();
    return undefined;
  } catch (error) {
    // What went wrong first is the cause to tell. An upload that a checkpoint tells of is gone on with; any other is
    // called off, and the bucket clears away what is left all the same.
    if (!isKnown) await upload.abort().catch(() => undefined);
    throw error;
  }
}

/** As many chunks as make a part, or all that are left. */
async function partFrom(
  chunks: readonly ArchiveChunk[],
  first: number,
): Promise<{ readonly body: Uint8Array; readonly behind: number }> {
  const held: Uint8Array[] = [];
  let bytes = 0;
  let behind = first;
  for (const chunk of chunks.slice(first)) {
    if (bytes >= PART_BYTES) break;
    const before = bytes;
    for await (const some of chunk.read()) {
      held.push(some);
      bytes += some.length;
    }
    if (bytes - before !== chunk.bytes)
      throw new Error("a piece of the archive has another length than it was put with");
    behind += 1;
  }
  return { body: Buffer.concat(held), behind };
}
