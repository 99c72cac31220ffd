import * as z from "zod";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { constants, crc32, createDeflateRaw } from "node:zlib";
import { digestOf } from "./digest-of.ts";
import type { ArchiveChunk, Spool } from "./spool.ts";

/** Bytes of a file that wait in memory before they are put aside: few requests, and little memory for each file. */
export const PIECE_BYTES = 4 * 1024 * 1024;

/** Level 5 makes bundles as small as 6 does, and 6 % smaller than 3, for half a microsecond more of the ten a row takes. */
export const DEFLATE = { level: 5, chunkSize: 64 * 1024 };

/** Text is handed over in batches of so many characters: each is a turn of the compressor's thread and one of ours. */
const BATCH_CHARS = 192 * 1024;

/** A batch is a line longer at most, unless lines are very long. */
const BATCH_ROOM = BATCH_CHARS + 4096;
/** Of one unit of text, at most. */
const UTF8_BYTES = 3;

/** Batches on their way through the compressor, which has a thread of its own, before whoever writes has to wait. */
const BATCHES_AHEAD = 4;

export interface BundleFile {
  /** Adds text, of whole characters; where there is something to wait for before more, a promise of room. */
  write(text: string): Promise<void> | undefined;
}

export interface FinishedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A file at rest: all of its bytes are in the spool, ended or at a byte's border. */
export const grownFile = z.object({
  name: z.string(),
  crc: z.int(),
  bytes: z.int(),
  compressed: z.int(),
  pieces: z.array(z.object({ piece: z.string(), bytes: z.int() })),
  /** Whether no more is to come. */
  ended: z.boolean(),
  /** Null until it has ended. */
  sha256: z.string().nullable(),
});

export type GrownFile = z.output<typeof grownFile>;

export interface GrowingFile extends BundleFile {
  readonly name: string;
  end(): Promise<FinishedFile>;
  rest(): Promise<GrownFile>;
  entry(): Pick<GrownFile, "name" | "crc" | "bytes" | "compressed">;
  chunks(): ArchiveChunk[];
  /** Bytes that have to be unpacked again at its end. */
  unpacks(): number;
}

const NOTHING: Omit<GrownFile, "name"> = {
  crc: 0,
  bytes: 0,
  compressed: 0,
  pieces: [],
  ended: false,
  sha256: null,
};

/** One file of an archive: text in, compressed pieces out. `grown` is what it was when it rested. */
export function growingFile(spool: Spool, prefix: string, name: string, grown?: GrownFile): GrowingFile {
  const earlier = grown ?? { name, ...NOTHING };
  const deflate = createDeflateRaw(DEFLATE);
  const hash = createHash("sha256");
  const pieces = [...earlier.pieces];
  let { crc, bytes, compressed } = earlier;
  let text = "";
  /** Memory that batches were in, for the next ones. */
  const rooms: Buffer[] = [];
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let putting: Promise<void> = Promise.resolve();
  let failure: unknown;
  let ahead = 0;
  let hasRoom = Promise.withResolvers<void>();
  let finished: Promise<FinishedFile> | undefined;

  deflate.on("error", (error) => {
    failure ??= error;
    hasRoom.resolve();
  });
  deflate.on("data", (chunk: Uint8Array) => {
    compressed += chunk.length;
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes >= PIECE_BYTES) putAside();
  });

  function putAside() {
    const piece = `${prefix}${name}/${String(pieces.length).padStart(6, "0")}`;
    const body = Buffer.concat(held);
    pieces.push({ piece, bytes: body.length });
    held = [];
    heldBytes = 0;
    putting = putting
      .then(() => spool.put(piece, body))
      .catch((error: unknown) => {
        failure ??= error;
      });
  }

  function compress() {
    const room =
      text.length <= BATCH_ROOM ? (rooms.pop() ?? Buffer.allocUnsafeSlow(BATCH_ROOM * UTF8_BYTES)) : undefined;
    const chunk = room?.subarray(0, room.write(text)) ?? Buffer.from(text);
    text = "";
    hash.update(chunk);
    crc = crc32(chunk, crc);
    bytes += chunk.length;
    ahead += 1;
    deflate.write(chunk, () => {
      if (room) rooms.push(room);
      ahead -= 1;
      hasRoom.resolve();
    });
  }

  const isFull = (): boolean => ahead >= BATCHES_AHEAD && failure === undefined;

  async function flush(): Promise<void> {
    if (failure !== undefined) throw failure;
    if (text !== "") compress();
    // One piece may be on its way while the next one fills; a second one must wait.
    if (heldBytes >= PIECE_BYTES / 2) await putting;
    while (isFull()) {
      hasRoom = Promise.withResolvers<void>();
      await hasRoom.promise;
    }
    if (failure !== undefined) throw failure;
  }

  /** Everything that was written has come out of the compressor, and what left is in the spool. */
  async function settled(last: () => Promise<unknown>) {
    await flush();
    await last();
    await putting;
    if (failure !== undefined) throw failure;
  }

  async function end(): Promise<FinishedFile> {
    if (earlier.ended) return { name, bytes, sha256: earlier.sha256 ?? (await digest()) };
    await settled(() => {
      deflate.end();
      return once(deflate, "end");
    });
    return { name, bytes, sha256: grown === undefined ? hash.digest("hex") : await digest() };
  }

  /** A digest cannot be put down and taken up, so that of a file written in several sittings is made of its pieces. */
  async function digest(): Promise<string> {
    const found = await digestOf(chunks());
    // What comes out is what went in, or the bundle would be wrong in a way that nobody could see.
    if (found.crc !== crc || found.bytes !== bytes) throw new Error(`the pieces of ${name} do not add up`);
    return found.sha256;
  }

  function chunks(): ArchiveChunk[] {
    const tail = held;
    return [
      ...pieces.map(({ piece, bytes: size }) => ({ bytes: size, read: () => spool.read(piece) })),
      ...(heldBytes === 0 ? [] : [{ bytes: heldBytes, read: () => read(tail) }]),
    ];
  }

  return {
    name,
    write(more) {
      text += more;
      return text.length >= BATCH_CHARS ? flush() : undefined;
    },
    end: () => (finished ??= end()),
    entry: () => ({ name, crc, bytes: bytes + (text === "" ? 0 : Buffer.byteLength(text)), compressed }),
    chunks,
    unpacks: () => (grown === undefined || grown.ended ? 0 : bytes),
    async rest() {
      const done = await finished;
      if (done === undefined && !earlier.ended) {
        // A flushed block ends at a byte's border, where another stream can go on.
        await settled(() => new Promise<void>((resolve) => deflate.flush(constants.Z_FULL_FLUSH, resolve)));
      }
      if (heldBytes > 0) putAside();
      await putting;
      if (failure !== undefined) throw failure;
      deflate.destroy();
      const ended = done !== undefined || earlier.ended;
      return { name, crc, bytes, compressed, pieces, ended, sha256: done?.sha256 ?? earlier.sha256 };
    },
  };
}

async function* read(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
