import type { Spool } from "../../../shared/exports/spool.ts";
import type { ZipBundle } from "../../../shared/exports/zip-bundle.ts";

/** Pieces come back in chunks, as from a network. */
const CHUNK = 100_000;

/** A spool that keeps its pieces, with the order they came in and what is on its way. */
export interface RecordingSpool extends Spool {
  /** Pieces, in the order in which they were begun. */
  readonly begun: readonly string[];
  /** Pieces, in the order in which they were asked for again. */
  readonly askedFor: readonly string[];
  /** Bytes of pieces that have arrived. */
  readonly arrived: number;
  /** Lengths of the pieces of a file. */
  sizes(name: string): number[];
}

/** `onPut` and `onRead` are waited for, and may fail. */
export function createRecordingSpool({
  onPut = async () => Promise.resolve(),
  onRead = async () => Promise.resolve(),
}: { onPut?: (piece: string) => Promise<void>; onRead?: (piece: string) => Promise<void> } = {}): RecordingSpool {
  const pieces = new Map<string, Buffer>();
  const begun: string[] = [];
  const askedFor: string[] = [];
  let arrived = 0;

  return {
    begun,
    askedFor,
    get arrived() {
      return arrived;
    },
    sizes: (name) => [...pieces].filter(([piece]) => piece.startsWith(`${name}/`)).map(([, { length }]) => length),
    async put(piece, bytes) {
      if (begun.includes(piece)) throw new Error(`${piece} comes twice`);
      begun.push(piece);
      await onPut(piece);
      pieces.set(piece, Buffer.from(bytes));
      arrived += bytes.length;
    },
    async *read(piece) {
      askedFor.push(piece);
      await onRead(piece);
      const bytes = pieces.get(piece);
      if (bytes === undefined) throw new Error(`${piece} is not there`);
      for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
    },
  };
}

/** The bytes of an archive, one chunk behind the other. */
export async function* archiveOf(zip: Pick<ZipBundle, "chunks">): AsyncGenerator<Uint8Array> {
  for (const chunk of await zip.chunks()) yield* chunk.read();
}

/** All of an archive. */
export async function collected(archive: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) chunks.push(chunk);
  return Buffer.concat(chunks);
}
