import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { clientOf } from "./platform-client.ts";
import {
  allGone,
  descendantsOf,
  freePort,
  occupyPort,
  type PlatformProcess,
  removeFolders,
  type StartOptions,
  startPlatformProcess,
  temporaryFolder,
} from "./platform-process.ts";

const folders: string[] = [];
const platforms: PlatformProcess[] = [];

function newFolder(): string {
  const folder = temporaryFolder();
  folders.push(folder);
  return folder;
}

function start(options: Partial<StartOptions> = {}): PlatformProcess {
  const platform = startPlatformProcess({ dataDir: options.dataDir ?? newFolder(), ...options });
  platforms.push(platform);
  return platform;
}

async function startReady(options: Partial<StartOptions> = {}): Promise<PlatformProcess> {
  const platform = start({ args: ["--empty"], ...options });
  await platform.ready;
  return platform;
}

afterEach(async () => {
  await Promise.all(platforms.splice(0).map((platform) => platform.killTree()));
  removeFolders(folders.splice(0));
});

describe("npm start", () => {
  it("--help tells the options and starts nothing", async () => {
    const dataDir = join(newFolder(), "none");
    const platform = start({ dataDir, args: ["--help"] });
    expect(await platform.ended).toEqual({ code: 0, signal: null });
    for (const word of ["--fresh", "--empty", "PORT", "DATA_DIR"]) expect(platform.output()).toContain(word);
    expect(existsSync(dataDir)).toBe(false);
  });

  it.each([
    ["an option that is none", { args: ["--sample"] }, /--sample/],
    ["a port that is none", { port: 70_000 }, /PORT is "70000"/],
  ])("refuses %s with a message, not a stack", async (_, options, message) => {
    const platform = start(options);
    expect(await platform.ended).toEqual({ code: 1, signal: null });
    expect(platform.output()).toMatch(message);
    expect(platform.output()).not.toMatch(/^\s+at /m);
  });

  it("refuses a port that is taken, says so, and leaves nothing behind", async () => {
    const { port, close } = await occupyPort();
    const dataDir = join(newFolder(), "none");
    const platform = start({ dataDir, port });
    expect(await platform.ended).toEqual({ code: 1, signal: null });
    expect(platform.output()).toMatch(new RegExp(`^Port ${port} is taken\\..*PORT=4000 npm start\\n$`));
    expect(existsSync(dataDir)).toBe(false);
    await close();
  });

  it("--empty loads no sample, and the next start without it does not think it was loaded", async () => {
    const platform = await startReady();
    expect(platform.output()).not.toContain("sample");
    const client = clientOf(platform.endpoints());
    expect(await client.imports()).toEqual([]);
    expect(await client.mails()).toEqual([]);
    expect(platform.endpoints().partners).toEqual([]);
    platform.pressCtrlC();
    await platform.ended;

    const second = start({ dataDir: platform.dataDir });
    await second.printed("Importing the sample");
  });

  it("answers its first request without a cold start", async () => {
    const platform = await startReady();
    const { api, program } = platform.endpoints();
    const functions = await clientOf(platform.endpoints()).functions();
    expect(functions["api"]).toHaveLength(1);
    expect(functions["authorizer"]).toHaveLength(1);
    const authorization = `Basic ${Buffer.from(`${program.publicKey}:${program.secretKey}`).toString("base64")}`;
    const response = await fetch(`${api}/api/v2/exports`, { headers: { authorization } });
    expect(response.status).toBe(200);
    expect((await clientOf(platform.endpoints()).functions())["api"]).toEqual(functions["api"]);
  });

  it("--fresh forgets the program, and deletes nothing that is not its own", async () => {
    const platform = await startReady();
    const before = platform.endpoints().program.publicKey;
    platform.pressCtrlC();
    await platform.ended;
    writeFileSync(join(platform.dataDir, "notes.txt"), "mine");

    const fresh = await startReady({ dataDir: platform.dataDir, args: ["--fresh", "--empty"] });
    expect(fresh.endpoints().program.publicKey).not.toBe(before);
    expect(readFileSync(join(platform.dataDir, "notes.txt"), "utf8")).toBe("mine");
  });

  it("--fresh ends the DynamoDB that a killed start left behind", async () => {
    const platform = await startReady();
    const left = descendantsOf(platform.pid);
    platform.signal("SIGKILL");
    await platform.ended;
    const fresh = await startReady({ dataDir: platform.dataDir, args: ["--fresh", "--empty"] });
    await allGone(left);
    expect(await clientOf(fresh.endpoints()).imports()).toEqual([]);
  });

  it("takes no notice of the addresses that a killed start left, until it has its own", async () => {
    const dataDir = newFolder();
    writeFileSync(join(dataDir, "endpoints.json"), JSON.stringify({ api: "http://127.0.0.1:1" }));
    const port = await freePort();
    const platform = start({ dataDir, port, args: ["--empty"] });
    while (existsSync(join(dataDir, "endpoints.json")) && platform.endpoints().api.endsWith(":1")) await pause(5);
    await platform.ready;
    expect(platform.endpoints().api).toBe(`http://127.0.0.1:${port}`);
  });

  it("refuses data that a running platform uses, which goes on undisturbed", async () => {
    const first = await startReady();
    const files = readdirSync(first.dataDir);
    for (const args of [["--empty"], ["--empty", "--fresh"]]) {
      const second = start({ dataDir: first.dataDir, args });
      expect(await second.ended).toEqual({ code: 1, signal: null });
      expect(second.output()).toContain(`process ${first.pid} already uses this data`);
      expect(second.output()).toContain(basename(first.dataDir));
    }
    expect(readdirSync(first.dataDir)).toEqual(files);
    expect(await clientOf(first.endpoints()).imports()).toEqual([]);
  });

  it("says why the database does not start, and what to do", async () => {
    const dataDir = newFolder();
    writeFileSync(join(dataDir, "dynamodb.db"), "this is no database\n".repeat(1000));
    const platform = start({ dataDir, args: ["--empty"] });
    expect(await platform.ended).toEqual({ code: 1, signal: null });
    expect(platform.output()).toMatch(/does not start: .*not a valid SQLite database/);
    expect(platform.output()).toContain("--fresh");
    expect(platform.output()).not.toMatch(/^\s+at /m);
    await startReady({ dataDir, args: ["--empty", "--fresh"] });
  });

  it("opens programs whose credentials were not written down before it was killed", async () => {
    const platform = await startReady();
    await platform.killTree();
    const credentials = join(platform.dataDir, "credentials.json");
    writeFileSync(`${credentials}.tmp`, readFileSync(credentials).subarray(0, 20));
    removeFolders([credentials]);

    const again = await startReady({ dataDir: platform.dataDir });
    const { program, otherProgram } = again.endpoints();
    expect([program.key, otherProgram.key]).toEqual(["northwind", "contoso"]);
    expect(await clientOf(again.endpoints()).imports()).toEqual([]);
  });
});

describe("the end of the local platform", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("on %s comes soon and leaves no process", async (signal) => {
    const platform = await startReady();
    const processes = descendantsOf(platform.pid);
    expect(processes.length).toBeGreaterThan(2);
    platform.signal(signal);
    expect(await platform.ended).toEqual({ code: 0, signal: null });
    await allGone(processes);
    expect(existsSync(join(platform.dataDir, "endpoints.json"))).toBe(false);
  });

  it("is in good order when Ctrl-C comes twice at once, as it does below npm", async () => {
    const platform = await startReady();
    const processes = descendantsOf(platform.pid);
    platform.pressCtrlC();
    platform.pressCtrlC();
    expect(await platform.ended).toEqual({ code: 0, signal: null });
    await allGone(processes);
  });

  it("may come while it is still starting", async () => {
    for (const milliseconds of [50, 300, 600, 900]) {
      const platform = start({ args: ["--empty"] });
      await pause(milliseconds);
      const processes = descendantsOf(platform.pid);
      platform.signal("SIGTERM");
      const { code, signal } = await platform.ended;
      expect([0, null]).toContain(code);
      expect([null, "SIGTERM"]).toContain(signal);
      await allGone(processes);
      expect(platform.output()).not.toMatch(/^\s+at /m);
    }
  });

  it("may come in the middle of the sample, which the next start completes", { timeout: 180_000 }, async () => {
    const platform = start({});
    await platform.printed("200 created");
    const processes = descendantsOf(platform.pid);
    platform.pressCtrlC();
    expect(await platform.ended).toEqual({ code: 0, signal: null });
    await allGone(processes);
    expect(platform.output()).not.toMatch(/Error|failed|^\s+at /m);

    const second = start({ dataDir: platform.dataDir });
    await second.printed("200 unchanged");
  });

  it("comes by itself when nobody reads what it prints", async () => {
    const platform = start({ args: ["--empty"] });
    platform.stopReading();
    const seen = new Set<number>();
    const watch = setInterval(() => descendantsOf(platform.pid).forEach((pid) => seen.add(pid)), 20);
    await platform.ended;
    clearInterval(watch);
    expect(seen.size).toBeGreaterThan(2);
    await allGone([...seen]);
  });
});
