import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const NODE = join(ROOT, "node_modules/.bin/node");

/** What `endpoints.json` tells, as the contract has it. */
export interface Endpoints {
  readonly api: string;
  readonly mailbox: string;
  readonly control: string;
  readonly aws: Readonly<Record<"dynamodb" | "s3" | "sqs" | "ses", string>>;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly table: string;
  readonly uploadBucket: string;
  readonly exportBucket: string;
  readonly program: ProgramKeys;
  readonly otherProgram: ProgramKeys;
  readonly teammates: readonly { readonly email: string; readonly role: string; readonly token: string }[];
  readonly partners: readonly { readonly email: string; readonly partner_key: string; readonly token: string }[];
}

export interface ProgramKeys {
  readonly key: string;
  readonly publicKey: string;
  readonly secretKey: string;
  /** Of the sample program. */
  readonly testPublicKey?: string;
  readonly testSecretKey?: string;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A platform that was started as its users start it. */
export interface PlatformProcess {
  readonly pid: number;
  readonly dataDir: string;
  /** All that it has printed. */
  output(): string;
  /** Resolves when it says that it is ready; rejects with what it said when it ends before. */
  readonly ready: Promise<void>;
  /** Resolves as soon as the output has such a text. */
  printed(text: string): Promise<void>;
  readonly ended: Promise<Ending>;
  endpoints(): Endpoints;
  signal(signal: NodeJS.Signals): void;
  /** Closes the ends of its output that are here. */
  stopReading(): void;
  /** Presses Ctrl-C: like a terminal, which tells every process of the foreground. */
  pressCtrlC(): void;
  /** Ends the process and all below it without a chance to put anything in order. */
  killTree(): Promise<void>;
}

export interface StartOptions {
  readonly dataDir: string;
  readonly port?: number;
  readonly args?: readonly string[];
}

/** Runs `node infra/local/start.ts` with a DATA_DIR and PORT. */
export function startPlatformProcess({ dataDir, port = 0, args = [] }: StartOptions): PlatformProcess {
  const child = spawn(NODE, ["infra/local/start.ts", ...args], {
    cwd: ROOT,
    env: { ...withoutAws(process.env), PORT: String(port), DATA_DIR: dataDir },
    // Nobody types anything.
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer) => {
    output += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const ended = new Promise<Ending>((resolve) => child.once("close", (code, signal) => resolve({ code, signal })));
  const pid = child.pid ?? 0;

  async function printed(text: string): Promise<void> {
    const heard = new Promise<true>((resolve) => {
      const look = () => {
        if (output.includes(text)) resolve(true);
      };
      listeners.add(look);
      look();
    });
    const isHeard = await Promise.race([heard, ended.then(() => output.includes(text))]);
    if (!isHeard) throw new Error(`the platform ended before it said "${text}":\n${output}`);
  }

  const ready = printed("Partner Ledger is ready");
  // Who does not wait for it may still see it fail.
  ready.catch(() => undefined);
  return {
    pid,
    dataDir,
    output: () => output,
    ready,
    printed,
    ended,
    endpoints: () => JSON.parse(readFileSync(join(dataDir, "endpoints.json"), "utf8")),
    signal: (signal) => void child.kill(signal),
    stopReading() {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    pressCtrlC() {
      for (const one of [pid, ...foregroundBelow(pid)]) signalIfThere(one, "SIGINT");
    },
    async killTree() {
      const tree = [pid, ...descendantsOf(pid)];
      for (const one of tree) signalIfThere(one, "SIGKILL");
      await ended;
      await allGone(tree);
    },
  };
}

const withoutAws = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("AWS_")));

/** Where a disk is only memory, if it has room: DynamoDB waits for the disk after every write. */
const MEMORY_DISK = "/dev/shm";
const ROOM_BYTES = 2 ** 30;

/** A new folder, with a space in its name, as users have them. */
export const temporaryFolder = (): string =>
  mkdtempSync(join(hasMemoryDisk() ? MEMORY_DISK : tmpdir(), "partner ledger "));

function hasMemoryDisk(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY_DISK);
    return bavail * bsize > ROOM_BYTES;
  } catch {
    return false;
  }
}

/** Takes away folders whose platform has ended. */
export function removeFolders(folders: readonly string[]): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const { port, close } = await occupyPort();
  await close();
  return port;
}

/** A port that somebody listens on. */
export async function occupyPort(): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

interface ProcessLine {
  readonly pid: number;
  readonly parent: number;
  /** The process group, which is what a terminal sends Ctrl-C to. */
  readonly group: number;
}

/** Every process below this one. */
export function descendantsOf(pid: number): number[] {
  const all = processes();
  const below = (parent: number): number[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one.pid, ...below(one.pid)]);
  return below(pid);
}

function foregroundBelow(pid: number): number[] {
  const all = new Map(processes().map((one) => [one.pid, one]));
  return descendantsOf(pid).filter((one) => all.get(one)?.group === all.get(pid)?.group);
}

/** Those of the processes that run; who has ended and waits to be counted does not. */
export const running = (pids: readonly number[]): number[] => {
  const there = new Set(processes().map(({ pid }) => pid));
  return pids.filter((pid) => there.has(pid));
};

export async function allGone(pids: readonly number[]): Promise<void> {
  const deadline = Date.now() + 5000;
  while (running(pids).length > 0 && Date.now() < deadline) await pause(20);
  if (running(pids).length > 0) throw new Error(`still there: ${running(pids).join(", ")}`);
}

function processes(): ProcessLine[] {
  return existsSync("/proc/self/stat") ? fromProc() : fromPs();
}

function fromProc(): ProcessLine[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const [state, parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return state === "Z" ? [] : [{ pid: Number(name), parent: Number(parent), group: Number(group) }];
    } catch {
      return [];
    }
  });
}

function fromPs(): ProcessLine[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,pgid=,stat="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [pid, parent, group, state = "Z"] = line.trim().split(/\s+/);
    return state.startsWith("Z") ? [] : [{ pid: Number(pid), parent: Number(parent), group: Number(group) }];
  });
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended by itself.
  }
}
