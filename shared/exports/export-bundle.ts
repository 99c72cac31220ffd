import { isOf } from "../ledger/as-of.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Stored } from "../ledger/stored.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { Clock, Log, NewKey, ObjectStore, Queue } from "../ports.ts";
import { type ExportJob, exportJob, exportPlace } from "../records/export-job.ts";
import { type Group, group } from "../records/group.ts";
import { type Program, program } from "../records/program.ts";
import { uploadStream } from "../upload-stream.ts";
import { bundleKey, spoolKey } from "./bundle-key.ts";
import type { BundleFileName } from "./bundle-files.ts";
import { type FileTally, writeBundle } from "./write-bundle.ts";
import { createZipBundle, type FinishedFile, type Spool } from "./zip-bundle.ts";

export interface ExportBundleDependencies {
  readonly ledger: Ledger;
  readonly bundles: ObjectStore;
  readonly mail: Queue<MailMessage>;
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

/** Builds the bundle of an export job and asks for its mail. Repeating it builds the same again, or nothing. */
export const exportBundle = (deps: ExportBundleDependencies) => async (message: ExportMessage) => {
  const { record: job } = await loadJob(deps.ledger, message);
  if (isOpen(job)) await build(deps, job);
  await tell(deps, message);
};

/** Gives an export up, unless it is done by now. Either way its requester is told. */
export const failExport =
  (deps: Pick<ExportBundleDependencies, "ledger" | "mail" | "clock">) =>
  async (message: ExportMessage, reason: string) => {
    const { ledger, clock } = deps;
    const { record: job } = await loadJob(ledger, message);
    const now = clock();
    const set = { status: "failed", reason, finished_at: now, updated_at: now };
    // An export may never have come as far as "running".
    if (isOpen(job)) await ledger.advance(exportJob, job, { set, when: { equals: { status: job.status } } });
    await tell(deps, message);
  };

const isOpen = ({ status }: ExportJob): boolean => status === "queued" || status === "running";

/** Asks for the mail that tells how an export ended; asked for again, it is not sent again. */
async function tell(
  { ledger, mail }: Pick<ExportBundleDependencies, "ledger" | "mail">,
  message: ExportMessage,
): Promise<void> {
  const { record: job } = await loadJob(ledger, message);
  if (!isOpen(job)) await mail.send([{ mail: job.status === "failed" ? "export-failed" : "bundle-ready", ...message }]);
}

async function build(deps: ExportBundleDependencies, job: ExportJob): Promise<void> {
  const { ledger, clock, log } = deps;
  await ledger.advance(exportJob, job, { set: { status: "running" }, when: { equals: { status: "queued" } } });
  const all = await uploadArchive(deps, job);
  const now = clock();
  const files = all.map(({ name, rows, bytes: size, sha256 }) => ({ name, rows, bytes: size, sha256 }));
  const set = { status: "completed", progress: 100, files, finished_at: now, updated_at: now };
  await ledger.advance(exportJob, job, { set, when: { equals: { status: "running" } } });
  log.info("export.finished", { program: job.program, key: job.key });
}

async function uploadArchive({ ledger, bundles, clock, newKey }: ExportBundleDependencies, job: ExportJob) {
  const { owner, groups } = await surroundings(ledger, job);
  const zip = createZipBundle(spoolOf(bundles, job, newKey("try_")), job.as_of);
  let told = clock();
  const onProgress = async (share: number) => {
    if (clock() - told < PROGRESS_MS) return;
    told = clock();
    // Another attempt may have ended the export meanwhile.
    const when = { equals: { status: "running" } };
    await ledger.advance(exportJob, job, { set: { progress: Math.floor(share * 99) }, when });
  };
  const tallies = await writeBundle({ ledger, groups, onProgress }, job, zip);
  const finished = await zip.finish(job.filters.files.map((name) => `${name}.csv`));
  const files = fileList(tallies, finished);
  await zip.file("manifest.json").write(manifest(job, owner, files));
  await uploadStream(bundles, bundleKey(job.program, job.key), zip.archive(), "application/zip");
  return files;
}

/** Each attempt has pieces of its own: two that overlap must not mix theirs. */
const spoolOf = (bundles: ObjectStore, { program: owner, key }: ExportJob, attempt: string): Spool => ({
  async put(piece, bytes) {
    await bundles.put(spoolKey(owner, key, attempt, piece), bytes);
  },
  async *read(piece) {
    const object = await bundles.get(spoolKey(owner, key, attempt, piece));
    if (object === undefined) throw new Error(`a piece of export ${key} is not there`);
    yield* object.body;
  },
});

async function loadJob(ledger: Ledger, { program: owner, key }: ExportMessage): Promise<Stored<ExportJob>> {
  const [job] = await ledger.read(exportJob, [exportPlace(owner, key)]);
  if (job === undefined) throw new Error(`export ${key} of program ${owner} is not there`);
  return job;
}

/** The program and its groups, as they too were at the cut-off. */
async function surroundings(ledger: Ledger, job: ExportJob): Promise<{ owner: Program; groups: Group[] }> {
  const groups: Group[] = [];
  for await (const past of ledger.collectionAsOf([group], { pk: `${job.program}/groups` }, job.as_of)) {
    if (isOf(group, past)) groups.push(past.record);
  }
  for await (const past of ledger.collectionAsOf([program], { pk: `${job.program}/program` }, job.as_of)) {
    if (isOf(program, past)) return { owner: past.record, groups };
  }
  throw new Error(`program ${job.program} is not there`);
}

const fileList = (tallies: Partial<Record<BundleFileName, FileTally>>, finished: readonly FinishedFile[]) =>
  finished.map((file) => {
    const found = Object.entries(tallies).find(([name]) => `${name}.csv` === file.name);
    return { ...file, ...(found?.[1] ?? { rows: 0 }) };
  });

/** What is in the bundle, for programs and for whoever wants to check it. */
const manifest = (job: ExportJob, owner: Program, files: ReturnType<typeof fileList>): string =>
  `${JSON.stringify(
    {
      schema: 1,
      program: job.program,
      export: job.key,
      as_of: new Date(job.as_of).toISOString(),
      filters: job.filters,
      rates_to_usd: owner.rates,
      files,
    },
    null,
    2,
  )}\n`;
