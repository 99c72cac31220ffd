import * as z from "zod";
import type { ObjectStore } from "../ports.ts";
import { readAll } from "../read-all.ts";
import type { ExportJob } from "../records/export-job.ts";
import { spoolKey } from "./bundle-key.ts";
import { talliesAtRest } from "./bundle-tallies.ts";
import { collectionAtRest } from "./collection-writer.ts";
import { grownFile } from "./growing-file.ts";
import { uploadProgress } from "./upload-archive.ts";

const schema = z.object({
  /** Tells the columns of the files apart from those of another version. */
  layout: z.string(),
  /** Null when all records are written. */
  walk: z.object({ key: z.string(), shard: z.int(), after: z.string(), collection: collectionAtRest }).nullable(),
  /** Rows of each file so far, by its name without ending. */
  rows: z.record(z.string(), z.int()),
  tallies: talliesAtRest,
  files: z.array(grownFile),
  /** Once the upload of the archive has begun. */
  upload: uploadProgress.nullable(),
});

/** All that one invocation leaves to the next. */
export type Checkpoint = z.output<typeof schema>;

/** What a job that runs names before its first one, as a condition can ask for a text only. */
export const NO_CHECKPOINT = "";

/** Puts a checkpoint beside the pieces that it tells of, and gives the name it can be read by. */
export async function writeCheckpoint(
  bundles: ObjectStore,
  { program, key }: ExportJob,
  attempt: string,
  checkpoint: Checkpoint,
): Promise<string> {
  const name = `${attempt}/checkpoint.json`;
  await bundles.put(spoolKey(program, key, name), JSON.stringify(checkpoint), { type: "application/json" });
  return name;
}

export async function readCheckpoint(bundles: ObjectStore, { program, key, checkpoint }: ExportJob) {
  if (checkpoint === null || checkpoint === NO_CHECKPOINT) return undefined;
  const object = await bundles.get(spoolKey(program, key, checkpoint));
  if (object === undefined) throw new Error(`the checkpoint ${checkpoint} of export ${key} is not there`);
  return schema.parse(JSON.parse((await readAll(object.body)).toString()));
}
