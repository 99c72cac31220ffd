import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../shared/aws/clock.ts";
import { createDynamoTable } from "../../shared/aws/dynamo-table.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { type Bundle, cell, download, plain, rowsOf } from "../local/platform-bundle.ts";
import {
  clientOf,
  type ImportJob,
  type Mail,
  type Outcome,
  type PlatformClient,
  until,
} from "../local/platform-client.ts";
import { type Endpoints, type PlatformProcess, startPlatformProcess } from "../local/platform-process.ts";
import type { KillFile } from "./platform-kill-file.ts";

interface RunOptions {
  readonly dataDir: string;
  readonly file: KillFile;
  readonly random: () => number;
  /** How often every process of the import function is killed while the file is imported. */
  readonly kills: number;
  /** Longest pause before a kill. */
  readonly pauseMs: number;
  /** Whether the database is killed once, too. */
  readonly killsDatabase?: boolean;
}

export interface RunResult {
  readonly job: ImportJob;
  readonly outcomes: readonly Outcome[];
  readonly bundle: Bundle;
  /** The live counters of every partner, over all days, by address and name. */
  readonly totals: ReadonlyMap<string, bigint>;
  readonly mails: readonly Mail[];
  /** Messages left in any queue, or given up. */
  readonly leftMessages: Readonly<Record<string, number>>;
  readonly killed: readonly number[];
  readonly output: string;
}

/** Imports a file through a platform of its own whose processes are killed meanwhile. */
export async function importWhileKilled(options: RunOptions): Promise<RunResult> {
  const { dataDir, file } = options;
  const platform = startPlatformProcess({ dataDir, args: ["--empty"] });
  try {
    await platform.ready;
    const endpoints = platform.endpoints();
    const client = clientOf(endpoints);
    for (const type of ["partners", "customers"] as const) {
      const { key } = await client.open(type, `${type}.csv`, file[type]);
      await client.whenOver(key);
    }
    const { key } = await client.open("transactions", "transactions.csv", file.transactions);
    const killed = await killMeanwhile(client, key, options);
    const job = await client.whenOver(key);
    const { link } = await client.exportAll();
    const bundle = await download(link);
    return {
      job,
      outcomes: await client.rowsOf(key),
      bundle,
      totals: await liveTotals(endpoints, bundle),
      mails: (await client.mails()).filter(({ text }) => text.includes(key)),
      leftMessages: await until(async () => {
        const left = await messages(endpoints);
        return Object.values(left).every((count) => count === 0) ? left : undefined;
      }),
      killed,
      output: platform.output(),
    };
  } finally {
    await end(platform);
  }
}

async function end(platform: PlatformProcess): Promise<void> {
  platform.pressCtrlC();
  await platform.ended;
}

async function killMeanwhile(client: PlatformClient, key: string, options: RunOptions): Promise<number[]> {
  const { kills, random, pauseMs, killsDatabase = false, dataDir } = options;
  const killed: number[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const known = new Set(killed);
    await until(async () => (await client.functions())["import-rows"]?.some((pid) => !known.has(pid)) || undefined);
    await pause(random() * pauseMs);
    const { status } = await client.data<ImportJob>("GET", `/imports/${key}`);
    if (status !== "running") throw new Error(`the import was ${status} before kill ${kill + 1}`);
    for (const pid of (await client.functions())["import-rows"] ?? []) {
      process.kill(pid, "SIGKILL");
      killed.push(pid);
    }
    if (killsDatabase && kill === 1) {
      await pause(random() * pauseMs);
      process.kill(JSON.parse(readFileSync(join(dataDir, "dynamodb.db.pid"), "utf8")).pid, "SIGKILL");
    }
  }
  return killed;
}

/** What the table itself has counted, apart from any export. */
async function liveTotals({ aws, region, table: tableName, program, ...keys }: Endpoints, bundle: Bundle) {
  const client = new DynamoDBClient({ endpoint: aws.dynamodb, region, credentials: { ...keys } });
  const ledger = createLedger({ table: createDynamoTable({ client, tableName }), clock: systemClock });
  const totals = new Map<string, bigint>();
  for (const row of rowsOf(bundle, "partners")) {
    const partner = plain(cell(row, "partner_email"));
    for (const [counter, amount] of await ledger.totals(program.key, cell(row, "partner_id"))) {
      const name = `${partner} ${counter.slice(counter.indexOf("/") + 1)}`;
      totals.set(name, (totals.get(name) ?? 0n) + BigInt(amount));
    }
  }
  client.destroy();
  return totals;
}

async function messages({ aws, region, accessKeyId, secretAccessKey }: Endpoints): Promise<Record<string, number>> {
  const client = new SQSClient({ endpoint: aws.sqs, region, credentials: { accessKeyId, secretAccessKey } });
  const left: Record<string, number> = {};
  for (const name of ["uploads", "imports", "exports", "mail"].flatMap((one) => [one, `${one}-dead-letters`])) {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: `partner-ledger-${name}` }));
    const { Attributes = {} } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
    const { ApproximateNumberOfMessages: waiting, ApproximateNumberOfMessagesNotVisible: inFlight } = Attributes;
    left[name] = Number(waiting) + Number(inFlight);
  }
  client.destroy();
  return left;
}
