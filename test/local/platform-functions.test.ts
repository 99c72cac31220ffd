import { createServer, type Server, type ServerResponse } from "node:http";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFunctionPool, type FunctionPool } from "../../infra/local/function-pool.ts";
import { allGone, removeFolders, temporaryFolder } from "./platform-process.ts";

/** A DynamoDB that answers nothing until it is told to, so that whoever asks it is under way for as long as we like. */
async function startSilentDynamo() {
  const asked: ServerResponse[] = [];
  const server: Server = createServer((_, response) => void asked.push(response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    asked,
    async whenAsked(times: number) {
      while (asked.length < times) await pause(5);
    },
    answer: () =>
      asked.shift()?.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end('{"Responses":{}}'),
    close: () => server.closeAllConnections(),
  };
}

const ANYBODY = { headers: { authorization: "Bearer nobody" } };
const REFUSED = { isAuthorized: true, context: {} };

let logDir: string;
let dynamo: Awaited<ReturnType<typeof startSilentDynamo>>;
let pool: FunctionPool;

function createPool(size: number, env: Record<string, string> = {}): FunctionPool {
  const account = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "s" };
  const found = { TABLE: "table", AWS_ENDPOINT_URL_DYNAMODB: dynamo.url };
  return createFunctionPool({ name: "authorizer", size, logDir, env: { ...account, ...found, ...env } });
}

beforeEach(async () => {
  logDir = temporaryFolder();
  dynamo = await startSilentDynamo();
});
afterEach(async () => {
  dynamo.close();
  await pool.close();
  removeFolders([logDir]);
});

describe("the processes of a function", () => {
  it("run one event at a time each, even when two come in the same instant", async () => {
    pool = createPool(2);
    const results = Promise.all([1, 2, 3].map(() => pool.invoke(ANYBODY)));
    await dynamo.whenAsked(2);
    await pause(200);
    expect(dynamo.asked).toHaveLength(2);
    expect(new Set(pool.pids()).size).toBe(2);
    dynamo.answer();
    await dynamo.whenAsked(2);
    dynamo.answer();
    dynamo.answer();
    expect(await results).toEqual([REFUSED, REFUSED, REFUSED]);
  });

  it("fail their event when they are killed, and are replaced for the next", async () => {
    pool = createPool(1);
    const killed = pool.invoke(ANYBODY);
    const next = pool.invoke(ANYBODY);
    await dynamo.whenAsked(1);
    const [pid = 0] = pool.pids();
    process.kill(pid, "SIGKILL");
    await expect(killed).rejects.toThrow("authorizer died (SIGKILL)");
    await dynamo.whenAsked(2);
    expect(pool.pids()).not.toContain(pid);
    dynamo.answer();
    dynamo.answer();
    expect(await next).toEqual(REFUSED);
  });

  it("are not given an event when they died in between", async () => {
    pool = createPool(1);
    const first = pool.invoke(ANYBODY);
    await dynamo.whenAsked(1);
    dynamo.answer();
    await first;
    const [pid = 0] = pool.pids();
    process.kill(pid, "SIGKILL");
    await allGone([pid]);
    await pause(50);
    const second = pool.invoke(ANYBODY);
    await dynamo.whenAsked(1);
    dynamo.answer();
    expect(await second).toEqual(REFUSED);
  });

  it("tell why they cannot start", async () => {
    pool = createPool(1, { TABLE: "" });
    const reason = "authorizer did not start (1): Error: missing in the environment: TABLE";
    await expect(pool.warm()).rejects.toThrow(reason);
    await expect(Promise.all([pool.invoke(ANYBODY), pool.invoke(ANYBODY)])).rejects.toThrow(reason);
    await pool.close();
    expect(readFileSync(join(logDir, "authorizer.log"), "utf8")).toContain("missing in the environment");
  });

  it("are all gone when the pool is closed, and so is whoever waited", async () => {
    pool = createPool(1);
    const waiting = [1, 2, 3].map(() => pool.invoke(ANYBODY));
    const failures = Promise.allSettled(waiting);
    await dynamo.whenAsked(1);
    const pids = pool.pids();
    await pool.close();
    await allGone(pids);
    const reasons = (await failures).map((one) => (one.status === "rejected" ? String(one.reason) : "was answered"));
    expect(reasons).toEqual([
      "Error: authorizer died (SIGKILL)",
      "Error: the platform is stopping",
      "Error: the platform is stopping",
    ]);
    await expect(pool.invoke(ANYBODY)).rejects.toThrow("the platform is stopping");
  });

  it("may end what is under way when the pool is closed", async () => {
    pool = createPool(1);
    const running = pool.invoke(ANYBODY);
    await dynamo.whenAsked(1);
    const closing = pool.close();
    await pause(100);
    dynamo.answer();
    expect(await running).toEqual(REFUSED);
    await closing;
  });

  it("are not waited for while they start when the pool is closed", async () => {
    pool = createPool(1);
    const started = Promise.allSettled([pool.invoke(ANYBODY)]);
    await pool.close();
    const reason = new Error("authorizer did not start (SIGKILL)");
    expect(await started).toEqual([{ status: "rejected", reason }]);
    expect(dynamo.asked).toHaveLength(0);
  });
});
