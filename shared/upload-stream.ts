import type { ObjectStore } from "./ports.ts";

/** Above S3's least part size, and 10,000 of them make 80 GB. */
export const PART_BYTES = 8 * 1024 * 1024;

/** Stores a stream of unknown length without holding more than a part of it. */
export async function uploadStream(
  objects: ObjectStore,
  key: string,
  chunks: AsyncIterable<Uint8Array>,
  type: string,
): Promise<void> {
  const upload = await objects.upload(key, { type });
  try {
    let held: Uint8Array[] = [];
    let bytes = 0;
    let number = 0;
    const flush = async () => {
      number += 1;
      await upload.part(number, Buffer.concat(held));
      held = [];
      bytes = 0;
    };
    for await (const chunk of chunks) {
      held.push(chunk);
      bytes += chunk.length;
      if (bytes >= PART_BYTES) await flush();
    }
    if (bytes > 0 || number === 0) await flush();
    await upload.complete();
  } catch (error) {
    // What went wrong first is the cause to tell; the bucket clears away what is left of an upload.
    await upload.abort().catch(() => undefined);
    throw error;
  }
}
