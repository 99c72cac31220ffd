import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startDynoxide } from "../../infra/local/dynoxide.ts";
import { KEYS, REGION } from "./start-cloud.ts";

let folder: string;
let dbPath: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dynamodb-"));
  dbPath = join(folder, "dynamodb.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const clientOf = (endpoint: string) =>
  new DynamoDBClient({ endpoint, region: REGION, credentials: KEYS, maxAttempts: 8 });
const tables = async (url: string) => (await clientOf(url).send(new ListTablesCommand({}))).TableNames;
const createTable = (url: string) =>
  clientOf(url).send(
    new CreateTableCommand({
      TableName: "table",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    }),
  );
const recordedPid = (): number => JSON.parse(readFileSync(`${dbPath}.pid`, "utf8")).pid;
/** A process that has ended may stay in the list until somebody asks how. */
function isRunning(pid: number): boolean {
  try {
    if (process.platform === "linux") return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
async function until(condition: () => boolean) {
  const deadline = Date.now() + 5000;
  while (!condition() && Date.now() < deadline) await pause(10);
  return condition();
}

describe("the local DynamoDB", () => {
  it("keeps its tables between starts", async () => {
    const first = await startDynoxide({ dbPath });
    await createTable(first.url);
    await first.close();
    const second = await startDynoxide({ dbPath });
    expect(await tables(second.url)).toEqual(["table"]);
    await second.close();
  });

  it("comes back on the same port with its data when it dies", async () => {
    const dynamo = await startDynoxide({ dbPath });
    await createTable(dynamo.url);
    const pid = recordedPid();
    process.kill(pid, "SIGKILL");
    expect(await until(() => recordedPid() !== pid)).toBe(true);
    expect(await tables(dynamo.url)).toEqual(["table"]);
    await dynamo.close();
  });

  it("leaves no process when closed", async () => {
    const dynamo = await startDynoxide({ dbPath });
    const pid = recordedPid();
    await dynamo.close();
    expect(isRunning(pid)).toBe(false);
  });

  it("ends with its owner, and when the owner was killed the next start ends it", async () => {
    const module = new URL("../../infra/local/dynoxide.ts", import.meta.url).href;
    const source = `const { startDynoxide } = await import(${JSON.stringify(module)});
      await startDynoxide({ dbPath: ${JSON.stringify(dbPath)} });
      process.stdout.write("up"); setInterval(() => {}, 1000);`;
    const startOwner = async () => {
      const owner = spawn(process.execPath, ["--input-type=module", "-e", source], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await new Promise((resolve) => owner.stdout.once("data", resolve));
      return owner;
    };
    const gone = (owner: ReturnType<typeof spawn>) => new Promise((resolve) => owner.once("exit", resolve));

    const polite = await startOwner();
    const first = recordedPid();
    polite.kill("SIGTERM");
    await gone(polite);
    expect(await until(() => !isRunning(first))).toBe(true);

    const killed = await startOwner();
    const second = recordedPid();
    killed.kill("SIGKILL");
    await gone(killed);
    expect(isRunning(second)).toBe(true);
    const dynamo = await startDynoxide({ dbPath });
    expect(recordedPid()).not.toBe(second);
    expect(await until(() => !isRunning(second))).toBe(true);
    await dynamo.close();
  });

  it("refuses data that another running owner uses", async () => {
    const dynamo = await startDynoxide({ dbPath });
    await expect(startDynoxide({ dbPath })).rejects.toThrow("already uses this data");
    expect(await tables(dynamo.url)).toEqual([]);
    await dynamo.close();
  });
});
