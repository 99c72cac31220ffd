import { type ChildProcess, fork } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { functions, type FunctionName } from "../platform.ts";
import { onProcessEnd } from "./process-end.ts";

const HOST = fileURLToPath(new URL("./function-host.ts", import.meta.url));

/**
 * A heap small enough that a function which keeps what it should stream is found out here, not on AWS: 160 MB of old
 * and 3 x 8 MB of young objects leave a process of about 200 MB.
 */
const HEAP = ["--max-old-space-size=160", "--max-semi-space-size=8"];

/** One function's processes. */
export interface FunctionPool {
  /** Runs the function on an event; rejects when it throws, dies or takes too long. */
  invoke(event: unknown): Promise<unknown>;
  pids(): number[];
  close(): Promise<void>;
}

interface Host {
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
  busy: boolean;
}

/** Up to `size` processes of a function, each started when it is first needed and replaced when it dies. */
export function createFunctionPool(
  name: FunctionName,
  size: number,
  env: Readonly<Record<string, string>>,
  logDir: string,
): FunctionPool {
  mkdirSync(logDir, { recursive: true });
  const log = createWriteStream(join(logDir, `${name}.log`), { flags: "a" });
  const hosts = new Set<Host>();
  const waiting: (() => void)[] = [];
  let invocations = 0;
  let isClosing = false;

  function start(): Host {
    const child = fork(HOST, [name], {
      execArgv: HEAP,
      env: { ...env },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      serialization: "json",
    });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    const ready = new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("exit", (code, signal) => reject(new Error(`${name} did not start (${signal ?? code})`)));
    });
    // Its failure belongs to the invocation that waits for it.
    ready.catch(() => undefined);
    const host: Host = { child, ready, busy: false };
    child.once("exit", () => {
      hosts.delete(host);
      waiting.shift()?.();
    });
    hosts.add(host);
    return host;
  }

  async function freeHost(): Promise<Host> {
    for (;;) {
      if (isClosing) throw new Error("the platform is stopping");
      const idle = [...hosts].find((host) => !host.busy);
      if (idle) return idle;
      if (hosts.size < size) return start();
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  }

  const killAll = () => {
    for (const { child } of hosts) child.kill("SIGKILL");
  };
  const forget = onProcessEnd(killAll);

  return {
    async invoke(event) {
      const host = await freeHost();
      host.busy = true;
      try {
        await host.ready;
        return await run(name, host.child, (invocations += 1), event);
      } finally {
        host.busy = false;
        waiting.shift()?.();
      }
    },
    pids: () => [...hosts].map(({ child }) => child.pid).filter((pid) => pid !== undefined),
    async close() {
      isClosing = true;
      const gone = [...hosts].map(({ child }) => new Promise((resolve) => child.once("exit", resolve)));
      killAll();
      await Promise.all(gone);
      forget();
      for (const wake of waiting.splice(0)) wake();
      await new Promise<void>((resolve) => log.end(resolve));
    },
  };
}

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: string;
}

function run(name: FunctionName, child: ChildProcess, id: number, event: unknown): Promise<unknown> {
  const seconds = functions[name].timeoutSeconds;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      settle(() => reject(new Error(`${name} timed out after ${seconds} s`)));
      child.kill("SIGKILL");
    }, seconds * 1000);
    const onMessage = (answer: Answer) => {
      if (answer.id !== id) return;
      settle(() => (answer.error === undefined ? resolve(answer.result) : reject(new Error(answer.error))));
    };
    const onExit = (code: number | null, signal: string | null) =>
      settle(() => reject(new Error(`${name} died (${signal ?? code})`)));
    const settle = (end: () => void) => {
      clearTimeout(timer);
      child.off("message", onMessage).off("exit", onExit);
      end();
    };
    child.on("message", onMessage).once("exit", onExit);
    child.send({ id, event, deadline: Date.now() + seconds * 1000 });
  });
}
