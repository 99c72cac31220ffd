import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "./atomic-file.ts";
import { AwsError } from "./aws-error.ts";
import type { Segment } from "./s3-store.ts";

/** One uploaded part. */
export interface UploadedPart {
  readonly number: number;
  readonly etag: string;
  readonly modified: number;
  readonly checksums: Readonly<Record<string, string>>;
  readonly segment: Segment;
}

/** What was said when a multipart upload was begun. */
export interface UploadStart {
  readonly key: string;
  readonly initiated: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly checksumAlgorithm?: string;
}

/** A multipart upload that is neither completed nor aborted. */
export interface Upload extends UploadStart {
  readonly id: string;
  readonly parts: Map<number, UploadedPart>;
}

/** The unfinished multipart uploads of a bucket. */
export interface UploadStore {
  all(): Upload[];
  begin(start: UploadStart): Upload;
  /** The upload, or S3's refusal when it is not there for that key. */
  require(id: string, key: string): Upload;
  savePart(upload: Upload, part: UploadedPart): void;
  /** Forgets an upload; files that are not kept are deleted. */
  end(upload: Upload, kept: ReadonlySet<string>): void;
  files(): string[];
}

/** Opens the folder of unfinished uploads. */
export function openUploads(folder: string, discard: (files: readonly string[]) => void): UploadStore {
  const uploads = new Map<string, Upload>();
  for (const id of readdirSync(folder)) {
    const upload = readUpload(join(folder, id), id);
    if (upload) uploads.set(id, upload);
  }
  return {
    all: () => [...uploads.values()],
    begin(start) {
      const upload: Upload = { ...start, id: randomUUID().replaceAll("-", ""), parts: new Map() };
      mkdirSync(join(folder, upload.id));
      writeAtomically(join(folder, upload.id, "upload.json"), JSON.stringify(start));
      uploads.set(upload.id, upload);
      return upload;
    },
    require(id, key) {
      const upload = uploads.get(id);
      if (upload !== undefined && upload.key === key) return upload;
      const message = "The specified upload does not exist. It may have been aborted or completed.";
      throw new AwsError("NoSuchUpload", 404, message, { UploadId: id });
    },
    savePart(upload, part) {
      const before = upload.parts.get(part.number);
      writeAtomically(join(folder, upload.id, `${part.number}.json`), JSON.stringify(part));
      upload.parts.set(part.number, part);
      if (before) discard([before.segment.file]);
    },
    end(upload, kept) {
      uploads.delete(upload.id);
      rmSync(join(folder, upload.id), { recursive: true, force: true });
      discard(filesOf(upload).filter((file) => !kept.has(file)));
    },
    files: () => [...uploads.values()].flatMap(filesOf),
  };
}

function readUpload(folder: string, id: string): Upload | undefined {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  // Killed between making the folder and describing it: nobody was told of this upload.
  if (!names.includes("upload.json")) return (rmSync(folder, { recursive: true }), undefined);
  const start: UploadStart = JSON.parse(readFileSync(join(folder, "upload.json"), "utf8"));
  const parts = names
    .filter((name) => name !== "upload.json")
    .map((name): UploadedPart => JSON.parse(readFileSync(join(folder, name), "utf8")));
  return { ...start, id, parts: new Map(parts.map((part) => [part.number, part])) };
}

function filesOf({ parts }: Upload): string[] {
  return [...parts.values()].map(({ segment }) => segment.file);
}
