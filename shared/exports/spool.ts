/** Where compressed pieces wait for their turn in the archive. */
export interface Spool {
  put(piece: string, bytes: Uint8Array): Promise<void>;
  read(piece: string): AsyncIterable<Uint8Array>;
}

/** A run of an archive's bytes. */
export interface ArchiveChunk {
  readonly bytes: number;
  read(): AsyncIterable<Uint8Array>;
}
