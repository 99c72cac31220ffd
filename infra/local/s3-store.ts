import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "./atomic-file.ts";
import { AwsError } from "./aws-error.ts";
import { openUploads } from "./s3-uploads.ts";
import type { UploadStore } from "./s3-uploads.ts";

/** A file that holds a stretch of an object's bytes. */
export interface Segment {
  readonly file: string;
  readonly size: number;
}

/** What is kept about an object, beside its bytes. */
export interface StoredObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly modified: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly checksums: Readonly<Record<string, string>>;
  readonly checksumType: "FULL_OBJECT" | "COMPOSITE";
  readonly segments: readonly Segment[];
  readonly tags: Readonly<Record<string, string>>;
  readonly sequencer: string;
}

/** A bucket: its settings, its objects, its unfinished uploads. */
export interface Bucket {
  readonly name: string;
  readonly created: number;
  readonly uploads: UploadStore;
  get(key: string): StoredObject | undefined;
  /** All keys in the byte order that listings promise. */
  keys(): readonly string[];
  put(object: StoredObject): void;
  remove(key: string): void;
  /** A new file for bytes; it belongs to nobody until an object or a part names it. */
  newFile(): string;
  pathOf(file: string): string;
  discard(files: readonly string[]): void;
  /** Keeps an object's files while they are read, even when it is replaced meanwhile; the answer lets go. */
  hold(object: StoredObject): () => void;
  setting(name: string): string | undefined;
  saveSetting(name: string, value: string | undefined): void;
}

interface BucketFile {
  readonly created: number;
  readonly settings: Record<string, string>;
}

/** Opens a bucket's folder, and clears away bytes that a kill left without an owner. */
export function openBucket(folder: string, name: string): Bucket {
  for (const part of ["objects", "data", "uploads"]) mkdirSync(join(folder, part), { recursive: true });
  const about: BucketFile = JSON.parse(readFileSync(join(folder, "bucket.json"), "utf8"));
  const objects = readObjects(join(folder, "objects"));
  const pathOf = (file: string) => join(folder, "data", file);
  const holds = new Map<string, number>();
  const doomed = new Set<string>();
  let sorted: readonly string[] | undefined;

  function discard(files: readonly string[]): void {
    for (const file of files) {
      if (holds.has(file)) doomed.add(file);
      else rmSync(pathOf(file), { force: true });
    }
  }

  function release(file: string): void {
    const left = (holds.get(file) ?? 1) - 1;
    if (left > 0) return void holds.set(file, left);
    holds.delete(file);
    if (doomed.delete(file)) discard([file]);
  }

  const uploads = openUploads(join(folder, "uploads"), discard);
  const ofObjects = new Set([...objects.values()].flatMap(filesOf));
  // Killed just after completing: the parts already belong to an object.
  const completed = uploads
    .all()
    .filter(({ parts }) => [...parts.values()].some((part) => ofObjects.has(part.segment.file)));
  for (const upload of completed) uploads.end(upload, ofObjects);
  const owned = new Set([...uploads.files(), ...ofObjects]);
  discard(readdirSync(join(folder, "data")).filter((file) => !owned.has(file)));

  return {
    name,
    created: about.created,
    uploads,
    get: (key) => objects.get(key),
    keys: () => (sorted ??= [...objects.keys()].sort(compareBytes)),
    put(object) {
      const before = objects.get(object.key);
      writeAtomically(objectPath(folder, object.key), JSON.stringify(object));
      objects.set(object.key, object);
      if (before === undefined) sorted = undefined;
      const kept = new Set(filesOf(object));
      if (before) discard(filesOf(before).filter((file) => !kept.has(file)));
    },
    remove(key) {
      const object = objects.get(key);
      if (object === undefined) return;
      rmSync(objectPath(folder, key), { force: true });
      objects.delete(key);
      sorted = undefined;
      discard(filesOf(object));
    },
    newFile: () => randomUUID(),
    pathOf,
    discard,
    hold(object) {
      const files = filesOf(object);
      for (const file of files) holds.set(file, (holds.get(file) ?? 0) + 1);
      return () => files.forEach(release);
    },
    setting: (setting) => about.settings[setting],
    saveSetting(setting, value) {
      if (value === undefined) delete about.settings[setting];
      else about.settings[setting] = value;
      writeAtomically(join(folder, "bucket.json"), JSON.stringify(about));
    },
  };
}

/** Makes the folder of a new bucket. */
export function makeBucket(folder: string, created: number): void {
  mkdirSync(folder, { recursive: true });
  const about: BucketFile = { created, settings: {} };
  writeAtomically(join(folder, "bucket.json"), JSON.stringify(about));
}

/** The object under a key, or S3's refusal. */
export function requireObject(bucket: Bucket, key: string): StoredObject {
  const object = bucket.get(key);
  if (object === undefined) throw new AwsError("NoSuchKey", 404, "The specified key does not exist.", { Key: key });
  return object;
}

function readObjects(folder: string): Map<string, StoredObject> {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  const objects = files.map((file): StoredObject => JSON.parse(readFileSync(join(folder, file), "utf8")));
  return new Map(objects.map((object) => [object.key, object]));
}

/** Keys may be longer than file names, and hold any character. */
function objectPath(folder: string, key: string): string {
  return join(folder, "objects", `${createHash("sha256").update(key).digest("hex")}.json`);
}

function filesOf({ segments }: StoredObject): string[] {
  return segments.map(({ file }) => file);
}

function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
