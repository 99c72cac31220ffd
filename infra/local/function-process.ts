import { fork } from "node:child_process";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { functions, type FunctionName } from "../platform.ts";
import { COMPILE_CACHE } from "./compile-cache.ts";

const HOST = fileURLToPath(new URL("./function-host.ts", import.meta.url));

/**
 * A heap small enough that a function which keeps what it should stream is found out here, not on AWS: 160 MB of old
 * and 3 x 8 MB of young objects leave a process of about 200 MB.
 */
const HEAP = ["--max-old-space-size=160", "--max-semi-space-size=8"];

/** A process that is not ready by then waits for something that will not come. */
const START_MS = 60_000;

/** Enough of its last words: the reason of a death stands above a stack. */
const LAST_WORDS = 8000;
const LONGEST_REASON = 300;

/** One process of a function: one event at a time. */
export interface FunctionProcess {
  readonly pid: number | undefined;
  /** Whether it may be given an event: it runs, and nobody has asked it to end. */
  isAlive(): boolean;
  /** Resolves when the process is gone and all it wrote has been read. */
  readonly ended: Promise<void>;
  /** Resolves when the function is loaded; rejects with the reason when it cannot be. */
  readonly ready: Promise<void>;
  isReady(): boolean;
  /** Runs the function on an event; rejects when it throws, dies or takes too long. */
  run(event: unknown): Promise<unknown>;
  kill(): void;
}

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** Starts a process in which the function is loaded; what it prints goes to the log. */
export function startFunctionProcess(
  name: FunctionName,
  env: Readonly<Record<string, string>>,
  log: Writable,
): FunctionProcess {
  const child = fork(HOST, [name], {
    execArgv: HEAP,
    env: { ...env, NODE_COMPILE_CACHE: COMPILE_CACHE },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  let lastWords = "";
  child.stderr?.on("data", (chunk: Buffer) => (lastWords = (lastWords + chunk.toString()).slice(-LAST_WORDS)));
  let isReady = false;
  let isDoomed = false;
  let runs = 0;

  const kill = () => {
    isDoomed = true;
    child.kill("SIGKILL");
  };
  // A process that could not even be started says so here; what becomes of it is told by its end.
  child.on("error", (error) => (lastWords ||= error.message));
  for (const event of ["exit", "disconnect"]) child.once(event, () => (isDoomed = true));

  const ended = Promise.withResolvers<void>();
  const ready = Promise.withResolvers<void>();
  // Its failure belongs to the invocation that waits for it.
  ready.promise.catch(() => undefined);
  const tooLate = setTimeout(kill, START_MS);
  const howEnded = (code: number | null, signal: string | null): string => {
    const reason = reasonIn(lastWords);
    return reason === undefined ? `(${signal ?? code})` : `(${signal ?? code}): ${reason}`;
  };
  child.once("message", () => {
    clearTimeout(tooLate);
    isReady = true;
    ready.resolve();
  });
  // Not at "exit": its last words may still be on the way.
  child.once("close", (code, signal) => {
    clearTimeout(tooLate);
    ready.reject(new Error(`${name} did not start ${howEnded(code, signal)}`));
    ended.resolve();
  });

  function perform(event: unknown): Promise<unknown> {
    const seconds = functions[name].timeoutSeconds;
    const id = (runs += 1);
    lastWords = "";
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const onMessage = (answer: Answer) => {
      if (answer.id !== id) return;
      if (answer.error === undefined) resolve(answer.result);
      else reject(new Error(answer.error));
    };
    const onClose = (code: number | null, signal: string | null) =>
      reject(new Error(`${name} died ${howEnded(code, signal)}`));
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

  return {
    pid: child.pid,
    isAlive: () => !isDoomed,
    ended: ended.promise,
    ready: ready.promise,
    isReady: () => isReady,
    async run(event) {
      await ready.promise;
      return perform(event);
    },
    kill,
  };
}

/** The line of a process's last words that names what went wrong, not where. */
function reasonIn(lastWords: string): string | undefined {
  const lines = lastWords.split("\n").map((line) => line.trim());
  const named = lines.findLast((line) => /^(Uncaught )?(\w*(Error|Exception)\b|FATAL ERROR).*:/.test(line));
  return (named ?? lines.findLast((line) => !/^(at |Node\.js v|[\s^~{}]*$)/.test(line)))?.slice(0, LONGEST_REASON);
}
