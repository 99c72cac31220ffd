import type { ObjectStore } from "../../shared/ports.ts";

/** A bucket that takes and gives at no cost: what is measured is the work of the exporter. */
export function archiveSink(): { store: ObjectStore; archive(): Buffer } {
  const pieces = new Map<string, Uint8Array>();
  const parts = new Map<number, Uint8Array>();
  const refuse = async () => {
    throw new Error("nothing is copied here");
  };
  const upload = {
    part: async (number: number, bytes: Uint8Array) => void parts.set(number, bytes),
    complete: async () => undefined,
    abort: async () => undefined,
    atRest: () => ({
      id: "upload",
      parts: [...parts.keys()].map((number) => ({ number, etag: "", checksum: "" })),
    }),
  };
  return {
    archive: () => Buffer.concat([...parts].toSorted(([a], [b]) => a - b).map(([, bytes]) => bytes)),
    store: {
      async get(key) {
        const bytes = pieces.get(key);
        return bytes && { body: whole(bytes), bytes: bytes.length, etag: "", metadata: {} };
      },
      async put(key, body) {
        pieces.set(key, Buffer.from(body));
        return true;
      },
      copy: refuse,
      remove: async (key) => void pieces.delete(key),
      upload: async () => upload,
      resume: () => upload,
    },
  };
}

async function* whole(bytes: Uint8Array) {
  yield bytes;
}
