import { createHash } from "node:crypto";
import { once } from "node:events";
import { crc32, createDeflateRaw } from "node:zlib";
import { centralDirectory, localHeader, type ZipEntry } from "./zip-format.ts";

/** Bytes of a file that wait in memory before they are put aside: few requests, and little memory for each file. */
export const PIECE_BYTES = 4 * 1024 * 1024;

/** Level 3 is twice as fast as 6 for a tenth more bytes; the text waiting to be compressed is kept to 64 KiB. */
export const LEVEL = 3;
const BATCH_CHARS = 64 * 1024;

/** Where compressed pieces wait for their turn in the archive. */
export interface Spool {
  put(piece: string, bytes: Uint8Array): Promise<void>;
  read(piece: string): AsyncIterable<Uint8Array>;
}

export interface BundleFile {
  /** Adds text, of whole characters; resolves when there is room for more. */
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
  /** Ends all files and gives the archive, from its first byte to its last. */
  archive(): AsyncIterable<Uint8Array>;
}

/**
 * A ZIP archive whose files grow side by side. An archive holds its files one behind the other, so what each has more
 * than a piece of waits in a spool until all are written. (Uploading them at once as parts of far-apart numbers would
 * save the way through the spool, but S3 wants the parts of an upload with checksums numbered without gaps.)
 */
export function createZipBundle(spool: Spool, modified: number): ZipBundle {
  const files: ReturnType<typeof growingFile>[] = [];

  return {
    file(name) {
      const file = growingFile(spool, name);
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
    async *archive() {
      await Promise.all(files.map((file) => file.end()));
      const entries: ZipEntry[] = [];
      let offset = 0;
      for (const file of files) {
        const entry = { ...file.entry(), offset, modified };
        const header = localHeader(entry);
        entries.push(entry);
        offset += header.length + entry.compressed;
        yield header;
        yield* file.content();
      }
      yield centralDirectory(entries, offset);
    },
  };
}

function growingFile(spool: Spool, name: string) {
  const deflate = createDeflateRaw({ level: LEVEL });
  const hash = createHash("sha256");
  let crc = 0;
  let bytes = 0;
  let compressed = 0;
  let text = "";
  const pieces: string[] = [];
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let putting: Promise<void> = Promise.resolve();
  let failure: unknown;
  let finished: Promise<FinishedFile> | undefined;

  deflate.on("error", (error) => (failure ??= error));
  deflate.on("data", (chunk: Uint8Array) => {
    compressed += chunk.length;
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes >= PIECE_BYTES) putAside();
  });

  function putAside() {
    const piece = `${name}/${String(pieces.length).padStart(6, "0")}`;
    const body = Buffer.concat(held);
    pieces.push(piece);
    held = [];
    heldBytes = 0;
    putting = putting
      .then(() => spool.put(piece, body))
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
    // One piece may be on its way while the next one fills; a second one must wait.
    if (heldBytes >= PIECE_BYTES / 2) await putting;
    if (!deflate.write(chunk)) await once(deflate, "drain");
  }

  async function end(): Promise<FinishedFile> {
    await flush();
    deflate.end();
    await once(deflate, "end");
    await putting;
    if (failure !== undefined) throw failure;
    return { name, bytes, sha256: hash.digest("hex") };
  }

  return {
    name,
    async write(more: string) {
      text += more;
      if (text.length >= BATCH_CHARS) await flush();
    },
    end: () => (finished ??= end()),
    entry: () => ({ name, crc, bytes, compressed }),
    async *content() {
      for (const piece of pieces) yield* spool.read(piece);
      yield* held;
    },
  };
}
