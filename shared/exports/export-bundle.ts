import type { Ledger } from "../ledger/ledger.ts";
import { SETTLE_MS } from "../ledger/settled.ts";
import type { Stored } from "../ledger/stored.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { Clock, Log, NewKey, ObjectStore, Queue } from "../ports.ts";
import { type ExportJob, exportJob, exportPlace } from "../records/export-job.ts";
import { isOpen } from "./is-open.ts";
import { bundleKey, spoolKey } from "./bundle-key.ts";
import { bundleFileNames } from "./bundle-files.ts";
import { type Checkpoint, NO_CHECKPOINT, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { exportSetup } from "./export-setup.ts";
import { type BundledFile, manifest } from "./manifest.ts";
import type { Spool } from "./spool.ts";
import { uploadArchive } from "./upload-archive.ts";
import { writeBundle } from "./write-bundle.ts";
import { createZipBundle } from "./zip-bundle.ts";

export interface ExportBundleDependencies {
  readonly ledger: Ledger;
  readonly bundles: ObjectStore;
  readonly mail: Queue<MailMessage>;
  /** Where the rest of an export waits that one invocation does not finish. */
  readonly exports: Queue<ExportMessage>;
  readonly clock: Clock;
  readonly newKey: NewKey;
  readonly log: Log;
}

/** What the export queue carries. */
export interface ExportMessage {
  readonly program: string;
  readonly key: string;
}

/** Progress is written at most this often. */
const PROGRESS_MS = 1000;

/** Somebody else has ended the export, or goes on with it. */
class Superseded extends Error {}

/**
 * Builds the bundle of an export job and asks for its mail. Repeating it builds the same again, or nothing. When time is
 * up before the end, it leaves the rest to another message.
 */
export const exportBundle =
  (deps: ExportBundleDependencies) =>
  async (message: ExportMessage, isTimeUp: () => boolean): Promise<void> => {
    const { record: job } = await loadJob(deps.ledger, message);
    if (isOpen(job)) {
      // Until then a change from before the cut-off may still be on its way into the ledger.
      const wait = job.as_of + SETTLE_MS - deps.clock();
      if (wait > 0) return deps.exports.send([message], { delaySeconds: Math.ceil(wait / 1000) });
      try {
        if (!(await build(deps, job, isTimeUp))) return await deps.exports.send([message]);
      } catch (error) {
        if (!(error instanceof Superseded)) throw error;
        deps.log.info("export.superseded", { program: job.program, key: job.key });
      }
    }
    await tell(deps, message);
  };

/** Gives an export up, unless it is done by now. Either way its requester is told. */
export const failExport =
  (deps: Pick<ExportBundleDependencies, "ledger" | "mail" | "bundles" | "clock">) =>
  async (message: ExportMessage, reason: string) => {
    const { ledger, clock } = deps;
    const { record: job } = await loadJob(ledger, message);
    const now = clock();
    const set = { status: "failed", reason, finished_at: now, updated_at: now };
    // An export may never have come as far as "running".
    if (isOpen(job)) await ledger.advance(exportJob, job, { set, when: { equals: { status: job.status } } });
    await tell(deps, message);
  };

/** Asks for the mail that tells how an export ended; asked for again, it is not sent again. */
async function tell(
  { ledger, mail, bundles }: Pick<ExportBundleDependencies, "ledger" | "mail" | "bundles">,
  message: ExportMessage,
): Promise<void> {
  const { record: job } = await loadJob(ledger, message);
  if (isOpen(job)) return;
  // Nobody can fetch what was taken back, even if it was only then that it came to be.
  if (job.revoked_at !== null) return bundles.remove(bundleKey(message.program, message.key));
  await mail.send([{ mail: job.status === "failed" ? "export-failed" : "bundle-ready", ...message }]);
}

/** Whether the bundle is built; false when there is more to do. Throws `Superseded` when it is not ours to build. */
async function build(deps: ExportBundleDependencies, job: ExportJob, isTimeUp: () => boolean): Promise<boolean> {
  const { ledger, bundles, clock, log } = deps;
  const earlier = await readCheckpoint(bundles, job);
  if (earlier === undefined) {
    const set = { status: "running", started_at: clock(), checkpoint: NO_CHECKPOINT };
    await ledger.advance(exportJob, job, { set, when: { equals: { status: "queued" } } });
    // What had begun by the cut-off and was cut short is completed, so that it is read.
    await ledger.settled(job.program, job.as_of);
  }
  const sitting = sittingOf(deps, job, isTimeUp, earlier);
  const files = await sitting.work();
  if (files === undefined) return false;
  const now = clock();
  const set = {
    status: "completed",
    progress: 100,
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    files: files.map(({ name, rows, bytes, sha256 }) => ({ name, rows, bytes, sha256 })),
    finished_at: now,
    updated_at: now,
  };
  if (!(await ledger.advance(exportJob, job, { set, when: { equals: { status: "running" } } }))) throw new Superseded();
  log.info("export.finished", { program: job.program, key: job.key });
  return true;
}

/** What one invocation does of an export. */
function sittingOf(
  { ledger, bundles, clock, newKey }: ExportBundleDependencies,
  job: ExportJob,
  isTimeUp: () => boolean,
  earlier: Checkpoint | undefined,
) {
  const attempt = newKey("try_");
  const zip = createZipBundle(spoolOf(bundles, job), job.as_of, {
    prefix: `${attempt}/`,
    ...(earlier && { grown: earlier.files }),
  });
  let told = clock();

  /** Of all attempts at one export, those that lost their way to another end here. */
  async function advance(set: Parameters<Ledger["advance"]>[2]["set"]): Promise<void> {
    const when = { equals: { status: "running", checkpoint: job.checkpoint ?? NO_CHECKPOINT } };
    if (!(await ledger.advance(exportJob, job, { set: set ?? {}, when }))) throw new Superseded();
  }

  async function onProgress(share: number, rows: number): Promise<void> {
    if (clock() - told < PROGRESS_MS) return;
    told = clock();
    const progress = Math.max(job.progress, Math.floor(share * 99));
    await advance({ progress, rows, bytes: zip.bytes() });
  }

  return {
    /** The files of the bundle, when it is in its place; undefined when there is more to do, and a checkpoint tells what. */
    async work(): Promise<BundledFile[] | undefined> {
      const setup = await exportSetup(ledger, job);
      const written = await writeBundle({ ledger, setup, isTimeUp, onProgress }, job, zip, earlier);
      const { walk, rows, tallies } = written;
      const rest = async (upload: Checkpoint["upload"]): Promise<undefined> => {
        const checkpoint: Checkpoint = { walk, rows, tallies, files: await zip.rest(), upload };
        await advance({ checkpoint: await writeCheckpoint(bundles, job, attempt, checkpoint) });
      };
      if (walk !== null) return rest(null);

      const files: BundledFile[] = [];
      const endedBefore = earlier?.files.filter(({ ended }) => ended).length ?? 0;
      for (const name of bundleFileNames.filter((one) => job.filters.files.includes(one))) {
        const hasProgressed = earlier?.walk !== null || files.length > endedBefore;
        if (isTimeUp() && hasProgressed) return rest(null);
        const [finished] = await zip.finish([`${name}.csv`]);
        if (finished) files.push({ ...finished, ...written.tallyOf(name) });
      }
      if (earlier?.upload == null) await zip.file("manifest.json").write(manifest(job, setup.owner, files));
      const chunks = await zip.chunks();
      const from = earlier?.upload ?? null;
      const upload = await uploadArchive(bundles, bundleKey(job.program, job.key), chunks, { from, isTimeUp });
      return upload === undefined ? files : rest(upload);
    },
  };
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

async function loadJob(ledger: Ledger, { program: owner, key }: ExportMessage): Promise<Stored<ExportJob>> {
  const [job] = await ledger.read(exportJob, [exportPlace(owner, key)]);
  if (job === undefined) throw new Error(`export ${key} of program ${owner} is not there`);
  return job;
}
