import { type DynamoDBClient, ScanCommand, type ScanCommandOutput } from "@aws-sdk/client-dynamodb";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { createProgram } from "../../shared/access/create-program.ts";
import { systemClock } from "../../shared/aws/clock.ts";
import { createDynamoTable } from "../../shared/aws/dynamo-table.ts";
import { newKey } from "../../shared/aws/new-key.ts";
import { randomToken } from "../../shared/aws/random-token.ts";
import { createS3ObjectStore } from "../../shared/aws/s3-object-store.ts";
import { uploadStream } from "../../shared/upload-stream.ts";
import { createLedger, type Ledger } from "../../shared/ledger/ledger.ts";
import { importJob, type ImportJob } from "../../shared/records/import-job.ts";
import { startPlatform } from "../../infra/local/running-platform.ts";
import { allHold } from "./lines.ts";
import { watchMemory } from "./watch-memory.ts";
import { addTrigger } from "../functional/triggers.ts";
import { isPredicted, tenthOfTransactions } from "./bench-imports.ts";
import {
  customersCsv,
  inChunks,
  partnersCsv,
  type Program,
  RATES,
  tenths,
  transactionAmount,
  transactionsCsv,
} from "./program-files.ts";

const PROGRAM = "bench";

const WATCHED = ["open-import", "import-rows"] as const;

export type WatchedFunction = (typeof WATCHED)[number];

export interface PlatformFigures {
  readonly rows: number;
  readonly seconds: number;
  /** Highest resident memory of any process of the function, in MiB. */
  readonly peakMiB: Readonly<Record<WatchedFunction, number>>;
  /** Whether counts and sums are exactly those of the file. */
  readonly exact: boolean;
}

/** Imports a transactions file of a size through the local platform, and checks what is in the ledger afterwards. */
export const importOnPlatform = (size: Program, tell: (line: string) => void): Promise<PlatformFigures> =>
  onPlatform(size, tell, async ({ ledger, run, peaks }) => {
    const job = await run("transactions", transactionsCsv(size));
    const peakMiB = peaks();
    const exact = allHold({
      "every row is created": job.rows.created === size.transactions,
      "day totals": await sumsAreExact(ledger, size),
    });
    return { rows: size.transactions, seconds: secondsOf(job), peakMiB, exact };
  });

/** Minor units. About one transaction in ten is as large. */
const REWARDED_FROM = 176_000;

/**
 * Makes a dry run of transactions that earn rewards, checks that it leaves no item behind, and imports the same file:
 * whether that comes to exactly what was told. Memory and time are those of the dry run.
 */
export const dryRunOnPlatform = (size: Program, tell: (line: string) => void): Promise<PlatformFigures> =>
  onPlatform(size, tell, async ({ ledger, run, peaks, items }) => {
    await addTrigger(
      { clock: systemClock, ledger, stored: () => [] },
      {
        ...tenthOfTransactions,
        // For some of them, so that the import behind the dry run is done in good time.
        conditions: { match: "all", rules: [{ field: "transaction.amount", op: "at_least", value: REWARDED_FROM }] },
        program: PROGRAM,
      },
    );
    const before = await items();
    const dry = await run("transactions", transactionsCsv(size), "dry-run/");
    const peakMiB = peaks();
    const after = await items();
    const real = await run("transactions", transactionsCsv(size));
    const { rewards, amounts } = tenths(size.transactions, REWARDED_FROM);
    const exact = allHold({
      [`as many items, ${before} before and ${after} after`]: after === before,
      "the import does what the dry run told": isPredicted(dry, real),
      "every row is created": dry.rows.created === size.transactions,
      "every reward is told": dry.effects.rewards === rewards && isDeepStrictEqual(dry.reward_amounts, amounts),
      "day totals": await sumsAreExact(ledger, size, { rewards, amounts }),
    });
    return { rows: size.transactions, seconds: secondsOf(dry), peakMiB, exact };
  });

const secondsOf = ({ created_at, finished_at }: ImportJob): number => ((finished_at ?? 0) - created_at) / 1000;

interface Running {
  readonly ledger: Ledger;
  /** Drops a file and waits for its end. */
  run(type: string, lines: Iterable<string>, folder?: string): Promise<ImportJob>;
  /** Highest memory so far. */
  peaks(): Record<WatchedFunction, number>;
  /** How many items there are besides imports, their mails and the log of who did what, and how many changes they have seen. */
  items(): Promise<string>;
}

/** Lets work run on a local platform of its own, in which the partners and customers of a program are. */
async function onPlatform<Result>(
  size: Program,
  tell: (line: string) => void,
  work: (running: Running) => Promise<Result>,
): Promise<Result> {
  const dataDir = mkdtempSync(join(tmpdir(), "partner-ledger-bench-"));
  const platform = await startPlatform({
    dataDir,
    port: 0,
    onFailure: (name, error) => tell(`${name}: ${error.message}`),
  });
  const memory = watchMemory(WATCHED, (name) => platform.pids(name));
  try {
    const { clients, resources } = platform;
    const table = createDynamoTable({ client: clients.dynamo, tableName: resources.table });
    const ledger = createLedger({ table, clock: systemClock });
    await createProgram(
      { table, ledger, clock: systemClock, newKey, randomToken },
      { key: PROGRAM, name: "Bench", admin_email: "a@bench.example", rates: RATES },
    );
    const uploads = createS3ObjectStore({ client: clients.s3, bucket: resources.buckets.uploads });

    const run = async (type: string, lines: Iterable<string>, folder = ""): Promise<ImportJob> => {
      const key = `imports/${PROGRAM}/${type}/${folder}${type}.csv`;
      await uploadStream(uploads, key, asAsync(inChunks(lines)), "text/csv");
      for (;;) {
        await pause(500);
        const jobs = await ledger.newest(importJob, PROGRAM, 10);
        const job = jobs.find(({ record }) => record.source === key)?.record;
        if (job) tell(`${folder}${type}: ${job.rows.processed} of ${job.rows.total}`);
        if (job?.status === "completed") return job;
        if (job?.status === "failed") throw new Error(job.reason ?? "failed");
      }
    };
    await run("partners", partnersCsv(size));
    await run("customers", customersCsv(size));
    return await work({
      ledger,
      run,
      peaks: memory.peaks,
      items: () => itemsBesidesImports(clients.dynamo, resources.table),
    });
  } finally {
    memory.stop();
    await platform.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function itemsBesidesImports(client: DynamoDBClient, tableName: string): Promise<string> {
  let items = 0;
  let revisions = 0;
  let from: ScanCommandOutput["LastEvaluatedKey"];
  do {
    const page: ScanCommandOutput = await client.send(
      new ScanCommand({
        TableName: tableName,
        ProjectionExpression: "pk, #rev",
        ExpressionAttributeNames: { "#rev": "_rev" },
        ExclusiveStartKey: from,
        ConsistentRead: true,
      }),
    );
    for (const { pk, _rev } of page.Items ?? []) {
      if (/^[^/]+\/(?:import|audit|mail)\//.test(pk?.S ?? "")) continue;
      items += 1;
      revisions += Number(_rev?.N ?? 0);
    }
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return `${items} items, ${revisions} revisions`;
}

/** The day totals of all partners add up to the file's own sums, counted a second time from its making. */
async function sumsAreExact(
  ledger: Ledger,
  { transactions }: Program,
  earned: ReturnType<typeof tenths> = { rewards: 0, amounts: {} },
): Promise<boolean> {
  const expected = new Map<string, number>([["transactions", transactions]]);
  const found = new Map<string, number>();
  const add = (to: Map<string, number>, name: string, by: number) => to.set(name, (to.get(name) ?? 0) + by);
  for (let at = 0; at < transactions; at++) {
    const { minor, currency } = transactionAmount(at);
    add(expected, `amount/${currency}`, minor);
  }
  if (earned.rewards > 0) add(expected, "rewards/pending", earned.rewards);
  for (const [currency, minor] of Object.entries(earned.amounts))
    add(expected, `reward_amount/${currency}/pending`, minor);
  for await (const { key: partnership } of ledger.directory(PROGRAM, Infinity)) {
    for (const [counter, amount] of await ledger.totals(PROGRAM, partnership)) {
      // Behind the day.
      const name = counter.slice(counter.indexOf("/") + 1);
      if (/^(?:transactions|amount|rewards|reward_amount)(?:\/|$)/.test(name)) add(found, name, amount);
    }
  }
  return isDeepStrictEqual(found, expected);
}

async function* asAsync<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
