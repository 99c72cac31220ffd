import { createHash } from "node:crypto";
import { UploadGone } from "../../shared/errors.ts";
import type { MultipartUpload, ObjectStore } from "../../shared/ports.ts";
import { createKillSwitch, type KillSwitch } from "./kill-switch.ts";

const LEAST_PART = 5 * 1024 * 1024;
const CHUNK = 64 * 1024;

interface MemoryObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly type: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A bucket in memory. */
export interface MemoryObjectStore extends ObjectStore {
  keys(): string[];
  text(key: string): string | undefined;
  object(key: string): MemoryObject | undefined;
  /** As somebody else's upload would. */
  drop(key: string, body: Uint8Array | string, metadata?: Readonly<Record<string, string>>): void;
  /** Multipart uploads neither completed nor aborted. */
  readonly openUploads: number;
  /** Their ids. */
  uploads(): string[];
}

export function createMemoryObjectStore({
  killSwitch = createKillSwitch(),
}: { killSwitch?: KillSwitch } = {}): MemoryObjectStore {
  const objects = new Map<string, MemoryObject>();
  const uploads = new Map<string, { readonly type: string | undefined; readonly parts: Map<number, Uint8Array> }>();
  let begun = 0;

  function drop(key: string, body: Uint8Array | string, metadata = {}, type?: string): void {
    const bytes = Uint8Array.from(Buffer.from(body));
    objects.set(key, { bytes, etag: etagOf(bytes), type, metadata });
  }

  /** An upload as whoever knows of these parts of it goes on: of others, S3 neither tells nor completes it with them. */
  function open(key: string, id: string, told: readonly number[]): MultipartUpload {
    const known = new Set(told);
    const present = () => {
      const upload = uploads.get(id);
      if (upload === undefined) throw new UploadGone();
      return upload;
    };
    const inOrder = () =>
      [...(uploads.get(id)?.parts ?? [])].filter(([number]) => known.has(number)).toSorted(([a], [b]) => a - b);
    return {
      async part(number, bytes) {
        await turn();
        killSwitch.pass();
        present().parts.set(number, Uint8Array.from(bytes));
        known.add(number);
      },
      async complete() {
        await turn();
        killSwitch.pass();
        const { type } = present();
        const numbered = inOrder();
        if (numbered.some(([number], index) => number !== index + 1)) throw new Error("InvalidPartOrder");
        const bodies = numbered.map(([, bytes]) => bytes);
        if (bodies.slice(0, -1).some(({ length }) => length < LEAST_PART)) throw new Error("EntityTooSmall");
        uploads.delete(id);
        drop(key, Buffer.concat(bodies), {}, type);
      },
      async abort() {
        await turn();
        killSwitch.pass();
        uploads.delete(id);
      },
      atRest: () => ({
        id,
        parts: inOrder().map(([number, bytes]) => ({ number, etag: etagOf(bytes), checksum: "" })),
      }),
    };
  }

  return {
    keys: () => [...objects.keys()].toSorted(),
    text: (key) => {
      const object = objects.get(key);
      return object && Buffer.from(object.bytes).toString();
    },
    object: (key) => objects.get(key),
    drop,
    uploads: () => [...uploads.keys()],
    get openUploads() {
      return uploads.size;
    },
    async get(key, range) {
      await turn();
      const object = objects.get(key);
      if (object === undefined) return undefined;
      const { bytes, etag, metadata } = object;
      const read = range === undefined ? bytes : bytes.subarray(range.from, Math.max(range.from, range.to));
      return { body: chunks(read), bytes: bytes.length, etag, metadata };
    },
    async put(key, body, { type, ifAbsent = false } = {}) {
      await turn();
      killSwitch.pass();
      if (ifAbsent && objects.has(key)) return false;
      drop(key, body, {}, type);
      return true;
    },
    async copy(from, to, etag) {
      await turn();
      killSwitch.pass();
      const object = objects.get(from);
      if (object?.etag !== etag) return false;
      objects.set(to, object);
      return true;
    },
    async remove(key) {
      await turn();
      killSwitch.pass();
      objects.delete(key);
    },
    async upload(key, { type } = {}) {
      await turn();
      killSwitch.pass();
      const id = `upload-${(begun += 1)}`;
      uploads.set(id, { type, parts: new Map() });
      return open(key, id, []);
    },
    resume: (key, { id, parts }) =>
      open(
        key,
        id,
        parts.map(({ number }) => number),
      ),
  };
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
}

const etagOf = (bytes: Uint8Array): string => `"${createHash("md5").update(bytes).digest("hex")}"`;

const turn = (): Promise<void> => Promise.resolve();
