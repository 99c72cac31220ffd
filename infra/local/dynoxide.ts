import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { findDynoxide } from "./dynoxide-binary.ts";
import { freePort } from "./listen.ts";
import { onProcessEnd } from "./process-end.ts";
import { forgetProcess, reapStaleProcess, rememberProcess } from "./pid-file.ts";
import { StartProblem } from "./start-problem.ts";

/** Where DynamoDB keeps its data and listens; without a path it forgets everything when it stops. */
export interface DynoxideOptions {
  readonly dbPath?: string;
  /** File that gets what it prints. */
  readonly logPath?: string;
  readonly port?: number;
}

/** A running DynamoDB. */
export interface Dynoxide {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const START_MS = 10_000;
const QUICK_DEATH_MS = 2000;
const MOST_QUICK_DEATHS = 5;

/** Starts DynamoDB as a child process, which is started again when it dies and dies when this process ends. */
export async function startDynoxide({ dbPath, logPath, port }: DynoxideOptions = {}): Promise<Dynoxide> {
  const binary = await findDynoxide();
  const pidFile = dbPath === undefined ? undefined : `${dbPath}.pid`;
  if (dbPath !== undefined) mkdirSync(dirname(dbPath), { recursive: true });
  if (pidFile !== undefined) await reapStaleProcess(pidFile, "dynoxide");
  const listening = await freePort(port ?? 0);
  const url = `http://127.0.0.1:${listening}`;
  const storage = dbPath === undefined ? [] : ["--db-path", dbPath];
  let child: ChildProcess;
  let quickDeaths = 0;
  let isClosing = false;

  function launch(): void {
    const started = Date.now();
    const output = logPath === undefined ? "ignore" : openSync(logPath, "a");
    // A process group of its own: Ctrl-C in the terminal must not reach it before this process has finished with it.
    child = spawn(binary, ["--host", "127.0.0.1", "--port", String(listening), ...storage], {
      stdio: ["ignore", output, output],
      detached: true,
    });
    if (typeof output === "number") closeSync(output);
    if (pidFile !== undefined && child.pid !== undefined) rememberProcess(pidFile, child.pid);
    // A failed start is told by the exit or by nobody answering.
    child.once("error", () => {});
    child.once("exit", () => {
      if (isClosing) return;
      quickDeaths = Date.now() - started < QUICK_DEATH_MS ? quickDeaths + 1 : 0;
      if (quickDeaths < MOST_QUICK_DEATHS) launch();
      else process.emitWarning("DynamoDB keeps dying and is not started again");
    });
    // Waiting for it must not keep this process alive.
    child.unref();
  }

  const kill = () => {
    isClosing = true;
    child.kill("SIGKILL");
    if (pidFile !== undefined) forgetProcess(pidFile);
  };
  const forget = onProcessEnd(kill);
  launch();
  const answers = await waitForAnswer(url, () => quickDeaths >= MOST_QUICK_DEATHS);
  async function close(): Promise<void> {
    forget();
    const isGone = child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
    const gone = isGone ? undefined : new Promise((resolve) => child.once("exit", resolve));
    child.ref();
    kill();
    await gone;
  }
  if (answers) return { url, port: listening, close };
  await close();
  throw new StartProblem(`DynamoDB (${binary}) does not start${lastWords(logPath)}`);
}

/** What it said last, which is why it ended. */
function lastWords(logPath: string | undefined): string {
  if (logPath === undefined) return "";
  const line = readFileSync(logPath, "utf8").trimEnd().split("\n").at(-1);
  return `: ${line}\nIts data may be damaged: npm start -- --fresh begins anew. All that it said is in ${logPath}`;
}

async function waitForAnswer(url: string, isHopeless: () => boolean): Promise<boolean> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline && !isHopeless()) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer) return true;
    await pause(5);
  }
  return false;
}
