import { isDeepStrictEqual } from "node:util";
import { importJob, type ImportJob } from "../../shared/records/import-job.ts";
import type { MultipartUpload } from "../../shared/ports.ts";
import { createImportWorld } from "../functional/imports-harness.ts";
import { addTrigger, aReward } from "../functional/triggers.ts";
import { cpuSeconds } from "./lines.ts";
import { RATES } from "./program-files.ts";

/** What an import took. */
export interface ImportFigures {
  readonly job: ImportJob;
  /** Capacity units that DynamoDB would charge, by the sizes of the items. */
  readonly units: { readonly write: number; readonly read: number };
  /** Bytes of the objects it wrote; the working copy of its file is a copy within the bucket, and not counted. */
  readonly objectBytes: number;
  readonly cpuSeconds: number;
}

/** The importer over a table and a bucket in memory, which count what they would cost. */
export async function createBenchImports({ partRows }: { partRows?: number } = {}) {
  let objectBytes = 0;
  const count = (bytes: Uint8Array | string) => void (objectBytes += Buffer.byteLength(bytes));
  const counted = (upload: MultipartUpload): MultipartUpload => ({
    ...upload,
    part(number, bytes) {
      count(bytes);
      return upload.part(number, bytes);
    },
  });
  const world = await createImportWorld({
    program: { rates: RATES },
    ...(partRows !== undefined && { partRows }),
    around: ({ uploads, ...others }) => ({
      ...others,
      uploads: {
        ...uploads,
        put(key, body, options) {
          count(body);
          return uploads.put(key, body, options);
        },
        upload: async (key, options) => counted(await uploads.upload(key, options)),
      },
    }),
  });

  return {
    world,
    async run(type: string, lines: Iterable<string>, folder = ""): Promise<ImportFigures> {
      // A file dropped later is a later file.
      world.clock.advance(1000);
      const object = world.put(`imports/acme/${type}/${folder}file.csv`, [...lines].join(""));
      const before = { ...world.table.units, objectBytes };
      const seconds = await cpuSeconds(async () => {
        await world.open(object);
        await world.drain();
      });
      const { write, read } = world.table.units;
      const [found] = await world.ledger.newest(importJob, "acme", 1);
      if (found?.record.source !== object.key || found.record.status !== "completed")
        throw new Error(`the import of ${type} ended as ${found?.record.status}: ${found?.record.reason}`);
      return {
        job: found.record,
        units: { write: write - before.write, read: read - before.read },
        objectBytes: objectBytes - before.objectBytes,
        cpuSeconds: seconds,
      };
    },
    /** From now on every transaction earns its partner a tenth of it. */
    rewardTenth: () => addTrigger(world, tenthOfTransactions),
    /** All that is stored, besides the imports themselves and the log of who did what. */
    records: () => world.table.items().filter(({ pk }) => !/^acme\/(?:import|audit)\//.test(pk)),
  };
}

/** A trigger that gives a tenth of every transaction. */
export const tenthOfTransactions = {
  event: "transaction_created",
  effects: [aReward({ percent: "10" })],
} as const satisfies Parameters<typeof addTrigger>[1];

/** Whether a dry run told what the import behind it did: the rows by outcome, and what triggers did, with its money. */
export const isPredicted = (dry: ImportJob, real: ImportJob): boolean =>
  dry.phase === "check" && real.phase === "import" && isDeepStrictEqual(told(dry), told(real));

const told = ({ rows, effects, reward_amounts }: ImportJob) => ({ rows, effects, reward_amounts });
