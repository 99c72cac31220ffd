import type { Ledger } from "../ledger/ledger.ts";
import type { Stored } from "../ledger/stored.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { Clock, Log, ObjectStore, Queue } from "../ports.ts";
import { type ExportJob, exportJob } from "../records/export-job.ts";
import { type Group, group } from "../records/group.ts";
import { type Program, program } from "../records/program.ts";
import { bundleKey } from "./bundle-key.ts";
import { type BundleFileName, bundleFiles } from "./bundle-files.ts";
import { type FileTally, writeBundle } from "./write-bundle.ts";
import { createZipBundle, type FinishedFile } from "./zip-bundle.ts";

export interface ExportBundleDependencies {
  readonly ledger: Ledger;
  readonly bundles: ObjectStore;
  readonly mail: Queue<MailMessage>;
  readonly clock: Clock;
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
  const { ledger, mail } = deps;
  const { record: job } = await loadJob(ledger, message);
  if (job.status === "queued" || job.status === "running") await build(deps, job);
  const { record: after } = await loadJob(ledger, message);
  await mail.send([{ mail: after.status === "failed" ? "export-failed" : "bundle-ready", ...message }]);
};

/** Gives an export up: its requester is told, once. */
export const failExport =
  ({ ledger, mail, clock }: Pick<ExportBundleDependencies, "ledger" | "mail" | "clock">) =>
  async (message: ExportMessage, reason: string) => {
    const { record: job } = await loadJob(ledger, message);
    const now = clock();
    const set = { status: "failed", reason, finished_at: now, updated_at: now };
    if (await ledger.advance(exportJob, job, { set, when: { equals: { status: "running" } } })) {
      await mail.send([{ mail: "export-failed", ...message }]);
    }
  };

async function build({ ledger, bundles, clock, log }: ExportBundleDependencies, job: ExportJob): Promise<void> {
  await ledger.advance(exportJob, job, { set: { status: "running" }, when: { equals: { status: "queued" } } });
  const { owner, groups } = await surroundings(ledger, job);
  const upload = await bundles.upload(bundleKey(job.program, job.key), { type: "application/zip" });
  try {
    const zip = createZipBundle(upload, job.as_of);
    let told = clock();
    const onProgress = async (share: number) => {
      if (clock() - told < PROGRESS_MS) return;
      told = clock();
      await ledger.advance(exportJob, job, { set: { progress: Math.floor(share * 99) } });
    };
    const tallies = await writeBundle({ ledger, groups, onProgress }, job, zip);
    const finished = await zip.finish(Object.values(bundleFiles).map(({ file }) => file));
    await zip.file("manifest.json").write(manifest(job, owner, tallies, finished));
    const { bytes } = await zip.complete();

    const now = clock();
    const files = fileList(tallies, finished).map(({ name, rows, bytes: size, sha256 }) => ({ name, rows, bytes: size, sha256 }));
    const set = { status: "completed", progress: 100, files, finished_at: now, updated_at: now };
    await ledger.advance(exportJob, job, { set, when: { equals: { status: "running" } } });
    log.info("export.finished", { program: job.program, key: job.key, bytes });
  } catch (error) {
    await upload.abort();
    throw error;
  }
}

async function loadJob(ledger: Ledger, { program: owner, key }: ExportMessage): Promise<Stored<ExportJob>> {
  const [job] = await ledger.read(exportJob, [{ pk: `${owner}/export/${key}`, sk: "#" }]);
  if (job === undefined) throw new Error(`export ${key} of program ${owner} is not there`);
  return job;
}

async function surroundings(ledger: Ledger, job: ExportJob): Promise<{ owner: Program; groups: Group[] }> {
  const [owner] = await ledger.read(program, [{ pk: `${job.program}/program`, sk: "#" }]);
  if (owner === undefined) throw new Error(`program ${job.program} is not there`);
  const groups: Group[] = [];
  for await (const { record } of ledger.collection(group, `${job.program}/groups`)) groups.push(record);
  return { owner: owner.record, groups };
}

const fileList = (tallies: Record<BundleFileName, FileTally>, finished: readonly FinishedFile[]) =>
  finished.map((file) => {
    const found = Object.entries(tallies).find(([name]) => `${name}.csv` === file.name);
    return { ...file, ...(found?.[1] ?? { rows: 0 }) };
  });

/** What is in the bundle, for programs and for whoever wants to check it. */
const manifest = (job: ExportJob, owner: Program, tallies: Record<BundleFileName, FileTally>, finished: readonly FinishedFile[]): string =>
  `${JSON.stringify(
    {
      schema: 1,
      program: job.program,
      export: job.key,
      as_of: new Date(job.as_of).toISOString(),
      filters: job.filters,
      rates_to_usd: owner.rates,
      files: fileList(tallies, finished),
    },
    null,
    2,
  )}\n`;
