import { type BundleFile, type FinishedFile, growingFile, type GrowingFile, type GrownFile } from "./growing-file.ts";
import type { ArchiveChunk, Spool } from "./spool.ts";
import { centralDirectory, localHeader, type ZipEntry } from "./zip-format.ts";

export interface ZipBundle {
  file(name: string): BundleFile;
  /** Ends the files in the order they were opened. */
  finish(names: readonly string[]): Promise<FinishedFile[]>;
  /** Ends all files and gives the archive, from its first byte to its last. However often it rests, its chunks stay the same. */
  chunks(): Promise<readonly ArchiveChunk[]>;
  /** Bytes that have to be unpacked again at the end of a file, which was written in several sittings. */
  unpacks(name: string): number;
  /** Puts aside all that is in memory, and tells what another one can go on from. Nothing more can be written to this one. */
  rest(): Promise<GrownFile[]>;
  /** Bytes of all files so far, before they are compressed. */
  bytes(): number;
}

export interface ZipSettings {
  /** What an earlier one left when it rested. */
  readonly grown?: readonly GrownFile[];
  /** Begins the names of pieces, so that those of two attempts lie apart. */
  readonly prefix?: string;
}

/**
 * A ZIP archive whose files grow side by side. An archive holds its files one behind the other, so what each has more
 * than a piece of waits in a spool until all are written. (Uploading them at once as parts of far-apart numbers would
 * save the way through the spool, but S3 wants the parts of an upload with checksums numbered without gaps.)
 */
export function createZipBundle(
  spool: Spool,
  modified: number,
  { grown = [], prefix = "" }: ZipSettings = {},
): ZipBundle {
  const files = grown.map((file) => growingFile(spool, prefix, file.name, file));
  const named = (name: string): GrowingFile | undefined => files.find((one) => one.name === name);

  return {
    file(name) {
      const earlier = named(name);
      if (earlier) return earlier;
      const file = growingFile(spool, prefix, name);
      files.push(file);
      return file;
    },
    finish: (names) =>
      Promise.all(
        names.map(async (name) => {
          const file = named(name);
          if (file === undefined) throw new Error(`the bundle has no file ${name}`);
          return file.end();
        }),
      ),
    async chunks() {
      await Promise.all(files.map((file) => file.end()));
      const entries: ZipEntry[] = [];
      const chunks: ArchiveChunk[] = [];
      let offset = 0;
      for (const file of files) {
        const entry = { ...file.entry(), offset, modified };
        const header = localHeader(entry);
        entries.push(entry);
        offset += header.length + entry.compressed;
        chunks.push(inMemory(header), ...file.chunks());
      }
      return [...chunks, inMemory(centralDirectory(entries, offset))];
    },
    unpacks: (name) => named(name)?.unpacks() ?? 0,
    rest: () => Promise.all(files.map((file) => file.rest())),
    bytes: () => files.reduce((sum, file) => sum + file.entry().bytes, 0),
  };
}

const inMemory = (bytes: Uint8Array): ArchiveChunk => ({
  bytes: bytes.length,
  async *read() {
    yield bytes;
  },
});
