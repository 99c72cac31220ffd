import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { request } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startDynoxide } from "../../infra/local/dynoxide.ts";
import { listen } from "../../infra/local/listen.ts";
import { ensurePrograms } from "../../infra/local/programs.ts";
import { type RunningPlatform, startPlatform } from "../../infra/local/running-platform.ts";
import { type Bundle, download, rowsOf } from "./platform-bundle.ts";
import { clientOf, linkIn, type PlatformClient } from "./platform-client.ts";
import { type Endpoints, removeFolders, temporaryFolder } from "./platform-process.ts";

/** The exporter leaves off after two thirds of it. */
const LIMIT_SECONDS = 6;
/** An export reads some partners at once, and goes by all of them: so it takes three limits' work at least. */
const PARTNERS = 200;
const QUERY_MS = 350;

const partners = Array.from({ length: PARTNERS }, (_, at) => `Ada,No${at},p${at}@x.example,p${at}`);
const customers = Array.from({ length: 2 * PARTNERS }, (_, at) => `c${at},c${at}@y.example,p${at % PARTNERS}`);
const transactions = Array.from({ length: 4 * PARTNERS }, (_, at) => `t${at},c${at % 390},${100 + at},USD`);
const FILES = {
  partners: ["partner_first,partner_last,partner_email,partner_key", ...partners],
  customers: ["customer_key,email,partner_key", ...customers],
  transactions: ["key,customer_key,amount_in_cents,currency", ...transactions],
};

/** DynamoDB behind a door at which its queries can be made to wait. */
async function startSlowDynamo(dataDir: string) {
  await using started = new AsyncDisposableStack();
  const dynamo = await startDynoxide({ dbPath: join(dataDir, "dynamodb.db") });
  started.defer(() => dynamo.close());
  let isSlow = false;
  const door = await listen(async (asked, response) => {
    if (isSlow && String(asked.headers["x-amz-target"]).endsWith(".Query")) await pause(QUERY_MS);
    const passed = request(dynamo.url, { method: asked.method, headers: asked.headers });
    passed.once("response", (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    await pipeline(asked, passed);
  });
  started.defer(() => door.close());
  const whole = started.move();
  return { url: door.url, slowDown: () => (isSlow = true), close: () => whole.disposeAsync() };
}

describe("an export that does not fit into the time of one invocation", () => {
  const dataDir = temporaryFolder();
  let dynamo: Awaited<ReturnType<typeof startSlowDynamo>>;
  let platform: RunningPlatform;
  let client: PlatformClient;

  beforeAll(async () => {
    dynamo = await startSlowDynamo(dataDir);
    vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", dynamo.url);
    const onFailure = () => undefined;
    platform = await startPlatform({ dataDir, port: 0, onFailure, timeouts: { "export-bundle": LIMIT_SECONDS } });
    const { table, buckets } = platform.resources;
    const endpoints: Endpoints = {
      ...platform.endpoints,
      ...platform.credentials,
      ...(await ensurePrograms(platform, dataDir)),
      region: platform.region,
      table,
      uploadBucket: buckets.uploads,
      exportBucket: buckets.exports,
    };
    client = clientOf(endpoints);
    for (const [type, lines] of Object.entries(FILES)) {
      const { key } = await client.open(type, `${type}.csv`, lines.join("\n"));
      expect(await client.whenOver(key)).toMatchObject({ rows: { created: lines.length - 1 } });
    }
  }, 180_000);

  afterAll(async () => {
    client.close();
    await platform.close();
    await dynamo.close();
    vi.unstubAllEnvs();
    removeFolders([dataDir]);
  });

  /** How often it was put down for another invocation. */
  async function rests(key: string): Promise<number> {
    const Bucket = platform.resources.buckets.exports;
    const { Contents = [] } = await platform.clients.s3.send(new ListObjectsV2Command({ Bucket, Prefix: "spool/" }));
    return Contents.filter(({ Key }) => Key?.includes(`/${key}/`) && Key.endsWith("/checkpoint.json")).length;
  }

  it("goes on in the next, and comes to the same bundle and one mail", { timeout: 240_000 }, async () => {
    const quick = await client.exportAll();
    dynamo.slowDown();
    const slow = await client.exportAll();
    expect(await rests(quick.job.key)).toBeLessThan(await rests(slow.job.key));
    expect(await rests(slow.job.key)).toBeGreaterThan(1);

    const bundles = [await download(quick.link), await download(slow.link)];
    const [one, other] = bundles.map(timeless);
    expect(other).toEqual(one);
    expect(bundles.map((bundle) => rowsOf(bundle, "transactions").length)).toEqual([4 * PARTNERS, 4 * PARTNERS]);
    const told = (await client.mails()).filter((mail) => linkIn(mail)?.includes(`/${slow.job.key}/`));
    expect(told).toHaveLength(1);
  });
});

/** Rows in their order, and what the manifest says of them, but for the instant. */
const timeless = ({ files, manifest }: Bundle) => ({
  files: [...files].map(([name, { header, rows }]) => [name, header, rows.map((row) => ({ ...row, exported_at: "" }))]),
  told: manifest.files.map(({ name, rows, bytes, sums, unconverted }) => ({ name, rows, bytes, sums, unconverted })),
});
