import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readArchive } from "../unit/exports/read-archive.ts";
import { startCommand } from "./command-process.ts";
import { differences, readCsv, tally } from "./platform-bundle.ts";
import { clientOf, type ImportJob, linkIn, type List, type PlatformClient, until } from "./platform-client.ts";
import {
  type Endpoints,
  type PlatformProcess,
  type ProgramKeys,
  removeFolders,
  startPlatformProcess,
  temporaryFolder,
} from "./platform-process.ts";
import { SAMPLE_TYPES, type SampleType, sampleFile } from "./platform-sample.ts";

const MINUTE = 60_000;
const COPY = "northwind-copy";

/** An archive, and the texts of its files by their names. */
interface Exported {
  readonly archive: Buffer;
  readonly texts: ReadonlyMap<string, string>;
}

describe("a program that is exported and imported again", () => {
  const dataDir = temporaryFolder();
  const rows = SAMPLE_TYPES.map((type) => readCsv(sampleFile(type)).length);
  const total = rows.reduce((sum, count) => sum + count, 0);
  let platform: PlatformProcess;
  let endpoints: Endpoints;
  let copy: PlatformClient;
  let credentials: readonly string[];
  let source: Exported;

  beforeAll(async () => {
    platform = startPlatformProcess({ dataDir });
    await platform.ready;
    endpoints = platform.endpoints();
    source = await exported(endpoints.program, []);
    const keys = await newProgram(source);
    copy = clientOf({ ...endpoints, program: keys });
    credentials = ["--program", keys.key, "--key", `${keys.publicKey}:${keys.secretKey}`, "--email", copy.admin];
  }, 5 * MINUTE);

  afterAll(async () => {
    await platform.killTree();
    removeFolders([dataDir]);
  });

  /** What `npm run export` has mailed. */
  async function exported(program: ProgramKeys, args: readonly string[]): Promise<Exported> {
    const { code, output } = await startCommand("export.ts", ["--format", "import", ...args], { DATA_DIR: dataDir })
      .ended;
    const key = /Export (exp_\w+) is completed/.exec(output)?.[1] ?? output;
    expect([code, key]).toEqual([0, expect.stringMatching(/^exp_/)]);
    const client = clientOf({ ...endpoints, program });
    const link = await until(async () => (await client.mails()).map(linkIn).find((one) => one?.includes(`/${key}/`)));
    client.close();
    const archive = Buffer.from(await (await fetch(link)).arrayBuffer());
    return { archive, texts: new Map(readArchive(archive).map(({ name, content }) => [name, content.toString()])) };
  }

  /** What `npm run create-program` makes of the settings of an export. */
  async function newProgram({ texts }: Exported): Promise<ProgramKeys> {
    const settings = join(dataDir, "program.json");
    writeFileSync(settings, texts.get("program.json") ?? "");
    const { table, region, aws, accessKeyId, secretAccessKey } = endpoints;
    const { code, output } = await startCommand(
      "create-program.ts",
      ["--key", COPY, "--settings", settings, "--table", table, "--region", region],
      {
        AWS_ENDPOINT_URL_DYNAMODB: aws.dynamodb,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      },
    ).ended;
    expect([code, output]).toEqual([0, expect.stringContaining("public key")]);
    const secret = (name: string): string => new RegExp(`${name} +(\\S+)`).exec(output)?.[1] ?? "";
    return { key: COPY, publicKey: secret("public key"), secretKey: secret("secret key") };
  }

  /** Drops the archive whole, and tells what became of it and of each of its files. */
  async function drop(name: string) {
    const { key } = await copy.open("archive/disable-triggers", name, source.archive);
    const job = await copy.whenOver(key);
    const { items } = await copy.data<List<ImportJob>>("GET", `/imports?archive_key=${key}&limit=50`);
    return { job, files: new Map(items.map(({ type, rows: counts }) => [type, counts])) };
  }

  const file = ({ texts }: Exported, type: SampleType): string => texts.get(`${type}.csv`) ?? "no such file";
  const headerOf = (text: string): string => text.slice(0, text.indexOf("\n"));
  const told = (text: string) => tally(readCsv(text).map((row) => Object.values(row)));

  it("has six files, its settings and a manifest", () => {
    const tables = SAMPLE_TYPES.map((type) => `${type}.csv`).toSorted();
    expect([...source.texts.keys()]).toEqual([...tables, "program.json", "manifest.json"]);
    expect(SAMPLE_TYPES.map((type) => readCsv(file(source, type)).length)).toEqual(rows);
  });

  it(
    "is made anew by its own archive, row by row, in a program of its own settings",
    { timeout: 6 * MINUTE },
    async () => {
      const { job, files } = await drop("all.zip");
      const none = { updated: 0, unchanged: 0, skipped: 0, failed: 0 };
      expect(job).toMatchObject({ status: "completed", warnings: [], rows: { total, created: total, ...none } });
      expect(SAMPLE_TYPES.map((type) => files.get(type)?.created)).toEqual(rows);

      const again = await exported(endpoints.program, credentials);
      for (const type of SAMPLE_TYPES) {
        expect(headerOf(file(again, type)), type).toBe(headerOf(file(source, type)));
        expect(differences(told(file(source, type)), told(file(again, type))), type).toEqual([]);
      }
      const settings = ({ texts }: Exported) => JSON.parse(texts.get("program.json") ?? "");
      const { groups, ...others } = settings(source);
      expect(settings(again)).toEqual({ ...others, key: COPY, groups: expect.arrayContaining(groups) });
    },
  );

  it("changes nothing when it is dropped once more", { timeout: 6 * MINUTE }, async () => {
    const { job } = await drop("once more.zip");
    const none = { created: 0, updated: 0, skipped: 0, failed: 0 };
    expect(job).toMatchObject({ status: "completed", rows: { total, unchanged: total, ...none } });
  });
});
