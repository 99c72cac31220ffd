import { type ChildProcess, fork } from "node:child_process";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { functions, type FunctionName } from "../platform.ts";
import { COMPILE_CACHE } from "./compile-cache.ts";
import { listenToLastWords } from "./last-words.ts";

const HOST = fileURLToPath(new URL("./function-host.ts", import.meta.url));

/**
 * A heap small enough that a function which keeps what it should stream is found out here, not on AWS: 160 MB of old
 * and 3 x 8 MB of young objects leave a process of about 200 MB.
 */
const HEAP = ["--max-old-space-size=160", "--max-semi-space-size=8"];

/** A process that is not ready by then waits for something that will not come. */
const START_MS = 60_000;

/** One process of a function: one event at a time. */
export interface FunctionProcess {
  readonly pid: number | undefined;
  /** Resolves when the function is loaded; rejects with the reason when it cannot be. */
  readonly ready: Promise<void>;
  isReady(): boolean;
  /** Whether it may be given an event: it runs, and nobody has asked it to end. */
  isAlive(): boolean;
  /** Runs the function on an event; rejects when it throws, dies or takes too long. */
  run(event: unknown): Promise<unknown>;
  kill(): void;
  /** Resolves when the process is gone and all it wrote has been read. */
  readonly ended: Promise<void>;
}

export interface ProcessOptions {
  readonly name: FunctionName;
  readonly env: Readonly<Record<string, string>>;
  /** How long it may take over an event; as deployed when absent. */
  readonly timeoutSeconds?: number | undefined;
}

/** Starts a process in which the function is loaded; what it prints goes to the log. */
export function startFunctionProcess(
  { name, env, timeoutSeconds = functions[name].timeoutSeconds }: ProcessOptions,
  log: Writable,
): FunctionProcess {
  const child = fork(HOST, [name], {
    execArgv: HEAP,
    env: { ...env, NODE_COMPILE_CACHE: COMPILE_CACHE },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  const lastWords = listenToLastWords(child);
  let isReady = false;
  let isDoomed = false;
  let runs = 0;

  const kill = () => {
    isDoomed = true;
    child.kill("SIGKILL");
  };
  for (const event of ["exit", "disconnect"]) child.once(event, () => (isDoomed = true));

  const ready = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  // Its failure belongs to the invocation that waits for it.
  ready.promise.catch(() => undefined);
  const tooLate = setTimeout(kill, START_MS);
  child.once("message", () => {
    clearTimeout(tooLate);
    isReady = true;
    ready.resolve();
  });
  // Not at "exit": its last words may still be on the way.
  child.once("close", (code, signal) => {
    clearTimeout(tooLate);
    ready.reject(new Error(`${name} did not start ${lastWords.about(code, signal)}`));
    ended.resolve();
  });

  return {
    pid: child.pid,
    ready: ready.promise,
    isReady: () => isReady,
    isAlive: () => !isDoomed,
    async run(event) {
      await ready.promise;
      lastWords.forget();
      const died = (code: number | null, signal: string | null) => `${name} died ${lastWords.about(code, signal)}`;
      return perform({ name, child, kill, died, timeoutSeconds }, (runs += 1), event);
    },
    kill,
    ended: ended.promise,
  };
}

interface Performer {
  readonly name: FunctionName;
  readonly child: ChildProcess;
  readonly timeoutSeconds: number;
  readonly kill: () => void;
  readonly died: (code: number | null, signal: string | null) => string;
}

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: string;
}

function perform(performer: Performer, id: number, event: unknown): Promise<unknown> {
  const { name, child, kill, died, timeoutSeconds: seconds } = performer;
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const onMessage = (answer: Answer) => {
    if (answer.id !== id) return;
    if (answer.error === undefined) resolve(answer.result);
    else reject(new Error(answer.error));
  };
  const onClose = (code: number | null, signal: string | null) => reject(new Error(died(code, signal)));
  const timer = setTimeout(() => {
    reject(new Error(`${name} timed out after ${seconds} s`));
    kill();
  }, seconds * 1000);
  child.on("message", onMessage).once("close", onClose);
  // Who cannot be told of an event is on its way out, and its end is the answer.
  child.send({ id, event, deadline: Date.now() + seconds * 1000 }, (error) => error && kill());
  return promise.finally(() => {
    clearTimeout(timer);
    child.off("message", onMessage).off("close", onClose);
  });
}
