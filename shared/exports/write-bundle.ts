import type { Ledger } from "../ledger/ledger.ts";
import type { Bundle } from "../records/bundle.ts";
import type { ExportJob } from "../records/export-job.ts";
import { type BundleFileName, type BundleLayout, bundleFileNames } from "./bundle-files.ts";
import { BundleTallies, type FileTally } from "./bundle-tallies.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { collectionWriter, type CollectionWriter, type OpenFiles } from "./collection-writer.ts";
import { type CsvFile, openCsvFile } from "./csv-file.ts";
import type { ExportSetup } from "./export-setup.ts";
import { partnerFilter } from "./partner-filter.ts";
import { type Collection, walk } from "./walk.ts";
import type { ZipBundle } from "./zip-bundle.ts";

/** What is written so far, as it is put down and taken up again. */
type Written = Pick<Checkpoint, "walk" | "rows" | "tallies">;

export interface WriteBundleDependencies {
  readonly ledger: Ledger;
  readonly setup: ExportSetup;
  readonly isTimeUp: () => boolean;
  /** Called with the share of the program that is written, 0 to 1, and the rows. */
  readonly onProgress: (share: number, rows: number) => Promise<void>;
}

/** Writes the program as it was at the job's cut-off, partner by partner, into the files of a bundle, until time is up. */
export async function writeBundle(
  { ledger, setup, isTimeUp, onProgress }: WriteBundleDependencies,
  job: ExportJob,
  zip: ZipBundle,
  earlier?: Written,
): Promise<Written & { readonly tallyOf: (file: BundleFileName) => FileTally }> {
  const files = await openFiles(setup.layout, job, zip, earlier?.rows);
  const tallies = new BundleTallies(earlier?.tallies);
  const dependencies = {
    ledger,
    job,
    shows: setup.shows,
    groups: new Map(setup.groups.map((group) => [group.key, group])),
    isWanted: partnerFilter(job.filters),
    files,
    tallies,
  };
  const rowsOf = (name: BundleFileName): number => files[name].rows();
  const rowsSoFar = () => bundleFileNames.reduce((sum, name) => sum + rowsOf(name), 0);
  const written = (at: Checkpoint["walk"]) => ({
    walk: at,
    rows: Object.fromEntries(bundleFileNames.map((name) => [name, rowsOf(name)])),
    tallies: tallies.atRest(),
    tallyOf: (name: BundleFileName) => tallies.of(name, rowsOf(name)),
  });
  if (earlier?.walk === null) return written(null);

  let rested = earlier?.walk.collection;
  for await (const collection of walk(ledger, job, earlier?.walk)) {
    const writer = await collectionWriter(dependencies, collection.key, rested);
    rested = undefined;
    const tell = () => onProgress(collection.share, rowsSoFar());
    const stopped = await writeCollection(writer, collection, { isTimeUp, tell });
    if (stopped !== undefined) {
      const { key, shard } = collection;
      return written({ key, shard, after: stopped, collection: writer.atRest() });
    }
  }
  return written(null);
}

/** Writes a collection to its end, or tells behind which record time was up. */
async function writeCollection(
  writer: CollectionWriter,
  { pages }: Collection,
  { isTimeUp, tell }: { readonly isTimeUp: () => boolean; readonly tell: () => Promise<void> },
): Promise<string | undefined> {
  for await (const page of pages) {
    await writer.prepare(page);
    for (const past of page) {
      const room = writer.take(past);
      if (room !== undefined) await room;
      if (isTimeUp()) return past.sk;
    }
    if (writer.isDone()) break;
    await tell();
  }
  await writer.end();
  return undefined;
}

/** Takes rows and keeps none. */
const NO_FILE = { write: () => undefined, rows: () => 0 };

/** In the order of the archive. */
async function openFiles(
  layout: BundleLayout,
  { filters }: ExportJob,
  zip: ZipBundle,
  earlier: Readonly<Record<string, number>> | undefined,
): Promise<OpenFiles> {
  const open = async <Subject>(name: BundleFileName, bundle: Bundle<Subject> | undefined): Promise<CsvFile<Subject>> =>
    bundle !== undefined && filters.files.includes(name)
      ? openCsvFile(zip.file(bundle.file), bundle, earlier?.[name])
      : NO_FILE;
  return {
    applications: await open("applications", layout.applications),
    customers: await open("customers", layout.customers),
    deals: await open("deals", layout.deals),
    leads: await open("leads", layout.leads),
    partners: await open("partners", layout.partners),
    rewards: await open("rewards", layout.rewards),
    transactions: await open("transactions", layout.transactions),
  };
}
