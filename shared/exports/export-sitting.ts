import type { Ledger } from "../ledger/ledger.ts";
import type { Clock, NewKey, ObjectStore } from "../ports.ts";
import { type ExportJob, exportJob } from "../records/export-job.ts";
import { bundleKey, spoolKey } from "./bundle-key.ts";
import { bundleFileNames } from "./bundle-files.ts";
import { type Checkpoint, NO_CHECKPOINT, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { type ExportSetup, exportSetup } from "./export-setup.ts";
import { type BundledFile, manifest } from "./manifest.ts";
import { programSettings } from "./program-settings.ts";
import type { Spool } from "./spool.ts";
import { uploadArchive } from "./upload-archive.ts";
import { writeBundle } from "./write-bundle.ts";
import { createZipBundle, type ZipBundle } from "./zip-bundle.ts";

export interface SittingDependencies {
  readonly ledger: Ledger;
  readonly bundles: ObjectStore;
  readonly clock: Clock;
  readonly newKey: NewKey;
}

/** Somebody else has ended the export, or goes on with it. */
export class Superseded extends Error {}

/** Progress is written at most this often. */
const PROGRESS_MS = 1000;

/**
 * A file of more bytes, written in several sittings, gets a sitting of its own to be unpacked for its digest: that can
 * only be done in one go. An invocation unpacks some ten thousand megabytes.
 */
const LARGE_FILE = 1024 ** 3;

/**
 * What one invocation does of an export: the files of the bundle, when it is in its place, or undefined when there is
 * more to do, and the job names the checkpoint that tells what. Throws {@link Superseded} when it is not ours to go on.
 */
export async function exportSitting(
  { ledger, bundles, clock, newKey }: SittingDependencies,
  job: ExportJob,
  isTimeUp: () => boolean,
): Promise<readonly BundledFile[] | undefined> {
  const setup = await exportSetup(ledger, job);
  const earlier = await checkpointFor(bundles, job, setup);
  const attempt = newKey("try_");
  const zip = createZipBundle(spoolOf(bundles, job), job.as_of, {
    prefix: `${attempt}/`,
    ...(earlier && { grown: earlier.files }),
  });

  const written = await writeBundle({ ledger, setup, isTimeUp, onProgress: progress() }, job, zip, earlier);
  if (written.walk !== null) return rest(null);

  const files: BundledFile[] = [];
  // Each sitting has to come further than the one before.
  let hasProgressed = earlier?.walk !== null;
  for (const name of bundleFileNames.filter((one) => job.filters.files.includes(one))) {
    const unpacks = zip.unpacks(`${name}.csv`);
    if (hasProgressed && (isTimeUp() || unpacks > LARGE_FILE)) return rest(null);
    const [finished] = await zip.finish([`${name}.csv`]);
    if (finished) files.push({ ...finished, ...written.tallyOf(name) });
    hasProgressed ||= unpacks > 0;
  }
  if (earlier?.upload == null) await writeAround(zip, job, setup, files);
  const upload = await uploadArchive(bundles, bundleKey(job.program, job.key), await zip.chunks(), {
    from: earlier?.upload ?? null,
    isTimeUp,
  });
  return upload === undefined ? files : rest(upload);

  /** Puts everything down, for another sitting to take up. */
  async function rest(progressed: Checkpoint["upload"]): Promise<undefined> {
    const { walk, rows, tallies } = written;
    const grown = await zip.rest();
    const checkpoint = { layout: setup.layoutKey, walk, rows, tallies, files: grown, upload: progressed };
    await advance({ checkpoint: await writeCheckpoint(bundles, job, attempt, checkpoint) });
    return undefined;
  }

  /** Of all attempts at one export, those that lost their way to another end here. */
  async function advance(set: Parameters<Ledger["advance"]>[2]["set"] = {}): Promise<void> {
    const when = { equals: { status: "running", checkpoint: job.checkpoint ?? NO_CHECKPOINT } };
    if (!(await ledger.advance(exportJob, job, { set, when }))) throw new Superseded();
  }

  function progress(): (share: number, rows: number) => Promise<void> {
    let told = clock();
    return async (share, rows) => {
      if (clock() - told < PROGRESS_MS) return;
      told = clock();
      await advance({ progress: Math.max(job.progress, Math.floor(share * 99)), rows, bytes: zip.bytes() });
    };
  }
}

/** What an earlier sitting left; nothing where it wrote other columns, as before a deployment. */
async function checkpointFor(
  bundles: ObjectStore,
  job: ExportJob,
  { layoutKey }: ExportSetup,
): Promise<Checkpoint | undefined> {
  const checkpoint = await readCheckpoint(bundles, job);
  return checkpoint?.layout === layoutKey ? checkpoint : undefined;
}

/** What a bundle holds beside its tables, and behind them: all of it small. */
async function writeAround(
  zip: ZipBundle,
  job: ExportJob,
  { owner, groups }: ExportSetup,
  files: readonly BundledFile[],
): Promise<void> {
  if (job.filters.format === "import")
    await zip.file("program.json").write(`${JSON.stringify(programSettings(owner, groups), null, 2)}\n`);
  await zip.file("manifest.json").write(manifest(job, owner, files));
}

const spoolOf = (bundles: ObjectStore, { program: owner, key }: ExportJob): Spool => ({
  async put(piece, bytes) {
    await bundles.put(spoolKey(owner, key, piece), bytes);
  },
  async *read(piece) {
    const object = await bundles.get(spoolKey(owner, key, piece));
    if (object === undefined) throw new Error(`a piece of export ${key} is not there`);
    yield* object.body;
  },
});
