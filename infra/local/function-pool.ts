import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type FunctionProcess, type ProcessOptions, startFunctionProcess } from "./function-process.ts";
import { onProcessEnd } from "./process-end.ts";

/** What is under way may take so long to end well; what is killed then is delivered again at the next start. */
const GRACE_MS = 2000;

/** One function's processes. */
export interface FunctionPool {
  /** Runs the function on an event; rejects when it throws, dies or takes too long. */
  invoke(event: unknown): Promise<unknown>;
  /** Starts a first process ahead of the first event; rejects with the reason when it cannot start. */
  warm(): Promise<void>;
  pids(): number[];
  close(): Promise<void>;
}

interface PoolOptions extends ProcessOptions {
  readonly size: number;
  readonly logDir: string;
}

/** Up to `size` processes of a function, each started when it is first needed and replaced when it dies. */
export function createFunctionPool({ size, logDir, ...options }: PoolOptions): FunctionPool {
  mkdirSync(logDir, { recursive: true });
  const log = createWriteStream(join(logDir, `${options.name}.log`), { flags: "a" });
  const all = new Set<FunctionProcess>();
  const idle: FunctionProcess[] = [];
  const waiting: PromiseWithResolvers<FunctionProcess>[] = [];
  const running = new Set<Promise<unknown>>();
  let isClosing = false;

  function start(): FunctionProcess {
    const started = startFunctionProcess(options, log);
    all.add(started);
    void started.ended.finally(() => {
      forget(started);
      serve();
    });
    return started;
  }

  function forget(gone: FunctionProcess): void {
    all.delete(gone);
    const index = idle.indexOf(gone);
    if (index >= 0) idle.splice(index, 1);
  }

  /** Gives processes to the invocations that wait, in the order they came. */
  function serve(): void {
    while (waiting.length > 0) {
      const free = freeOne();
      if (free === undefined && all.size >= size) return;
      const turn = waiting.shift();
      try {
        turn?.resolve(free ?? start());
      } catch (error) {
        turn?.reject(error);
      }
    }
  }

  /** The one used last, which is the warmest; those that died meanwhile are on their way out. */
  function freeOne(): FunctionProcess | undefined {
    let one = idle.pop();
    while (one?.isAlive() === false) one = idle.pop();
    return one;
  }

  function take(): Promise<FunctionProcess> {
    if (isClosing) throw new Error("the platform is stopping");
    const turn = Promise.withResolvers<FunctionProcess>();
    waiting.push(turn);
    serve();
    return turn.promise;
  }

  function release(used: FunctionProcess): void {
    if (used.isAlive()) idle.push(used);
    else forget(used);
    serve();
  }

  async function invoke(event: unknown): Promise<unknown> {
    const taken = await take();
    const run = taken.run(event).finally(() => release(taken));
    running.add(run);
    return run.finally(() => running.delete(run));
  }

  const killAll = () => {
    for (const one of all) one.kill();
  };
  const unsubscribe = onProcessEnd(killAll);

  return {
    invoke,
    async warm() {
      const taken = await take();
      await taken.ready.finally(() => release(taken));
    },
    pids: () => [...all].flatMap(({ pid, isAlive }) => (pid !== undefined && isAlive() ? [pid] : [])),
    async close() {
      isClosing = true;
      for (const turn of waiting.splice(0)) turn.reject(new Error("the platform is stopping"));
      for (const one of all) if (!one.isReady()) one.kill();
      await Promise.race([Promise.allSettled(running), pause(GRACE_MS, undefined, { ref: false })]);
      const gone = [...all].map(({ ended }) => ended);
      killAll();
      await Promise.all(gone);
      unsubscribe();
      await new Promise<void>((resolve) => log.end(resolve));
    },
  };
}
