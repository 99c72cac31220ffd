import { createHash } from "node:crypto";
import { once } from "node:events";
import { crc32, createDeflateRaw } from "node:zlib";
import type { MultipartUpload } from "../ports.ts";
import { centralDirectory, localHeader, type ZipEntry } from "./zip-format.ts";

/** S3 takes no smaller part, but the last one. */
const MIN_PART_BYTES = 5 * 1024 * 1024;

/** S3 numbers parts up to 10,000; each file gets a range of them, so that all files can grow at once. */
const PARTS_PER_FILE = 1200;
const LAST_PART = 10_000;

/** Level 3 is twice as fast as 6 for a tenth more bytes; the text waiting to be compressed is kept to 64 KiB. */
export const LEVEL = 3;
const BATCH_CHARS = 64 * 1024;

export interface BundleFile {
  /** Adds text; resolves when there is room for more. */
  write(text: string): Promise<void>;
}

export interface FinishedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ZipBundle {
  file(name: string): BundleFile;
  /** Ends the files in the order they were opened. */
  finish(names: readonly string[]): Promise<FinishedFile[]>;
  /** Ends all files and the archive. */
  complete(): Promise<{ bytes: number }>;
}

/**
 * A ZIP archive whose files grow side by side, streamed into a multipart upload. An archive holds its files one behind
 * the other, but the parts of an upload are put together by number, not by time: each file uploads into a range of
 * numbers of its own. Only the first 5 MiB of each file wait in memory, to take in the end of the file before it.
 */
export function createZipBundle(upload: MultipartUpload, modified: number): ZipBundle {
  const files: ReturnType<typeof growingFile>[] = [];

  return {
    file(name) {
      const file = growingFile(upload, name, files.length * PARTS_PER_FILE + 1);
      files.push(file);
      return file;
    },
    finish: (names) =>
      Promise.all(
        names.map(async (name) => {
          const file = files.find((one) => one.name === name);
          if (file === undefined) throw new Error(`the bundle has no file ${name}`);
          return file.end();
        }),
      ),
    async complete() {
      await Promise.all(files.map((file) => file.end()));
      const entries: ZipEntry[] = [];
      let offset = 0;
      let carried: Uint8Array[] = [];
      for (const file of files) {
        const entry = { ...file.entry(), offset, modified };
        const header = localHeader(entry);
        entries.push(entry);
        offset += header.length + entry.compressed;
        carried.push(header, ...file.head());
        if (file.uploadedParts() > 0) {
          await upload.part(file.firstPart, Buffer.concat(carried));
          carried = [];
        }
        carried.push(...file.tail());
      }
      const directory = centralDirectory(entries, offset);
      await upload.part(LAST_PART, Buffer.concat([...carried, directory]));
      await upload.complete();
      return { bytes: offset + directory.length };
    },
  };
}

function growingFile(upload: MultipartUpload, name: string, firstPart: number) {
  const deflate = createDeflateRaw({ level: LEVEL });
  const hash = createHash("sha256");
  let crc = 0;
  let bytes = 0;
  let compressed = 0;
  let text = "";
  let parts = 0;
  let head: Uint8Array[] = [];
  let headBytes = 0;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let uploading: Promise<void> = Promise.resolve();
  let failure: unknown;
  let finished: Promise<FinishedFile> | undefined;

  deflate.on("error", (error) => (failure ??= error));
  deflate.on("data", (chunk: Uint8Array) => {
    compressed += chunk.length;
    if (headBytes < MIN_PART_BYTES) {
      head.push(chunk);
      headBytes += chunk.length;
      return;
    }
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes >= MIN_PART_BYTES) uploadHeld();
  });

  function uploadHeld() {
    parts += 1;
    if (parts >= PARTS_PER_FILE) failure ??= new Error(`${name} is too large for one bundle`);
    const part = firstPart + parts;
    const body = Buffer.concat(held);
    held = [];
    heldBytes = 0;
    uploading = uploading
      .then(() => upload.part(part, body))
      .catch((error: unknown) => {
        failure ??= error;
      });
  }

  async function flush() {
    if (failure !== undefined) throw failure;
    if (text === "") return;
    const chunk = Buffer.from(text);
    text = "";
    hash.update(chunk);
    crc = crc32(chunk, crc);
    bytes += chunk.length;
    // One part may be on its way while the next one fills; a second one must wait.
    if (heldBytes >= MIN_PART_BYTES / 2) await uploading;
    if (!deflate.write(chunk)) await once(deflate, "drain");
  }

  async function end(): Promise<FinishedFile> {
    await flush();
    deflate.end();
    await once(deflate, "end");
    await uploading;
    if (failure !== undefined) throw failure;
    return { name, bytes, sha256: hash.digest("hex") };
  }

  return {
    name,
    firstPart,
    async write(more: string) {
      text += more;
      if (text.length >= BATCH_CHARS) await flush();
    },
    end: () => (finished ??= end()),
    entry: () => ({ name, crc, bytes, compressed }),
    head: () => head,
    tail: () => held,
    uploadedParts: () => parts,
  };
}
