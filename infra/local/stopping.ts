/** How the platform ends: by Ctrl-C, by a signal, or because nobody reads what it prints any more. */
export interface Stopping {
  isStopping(): boolean;
  /** Says how to end in good order; until then there is nothing to put in order. */
  whenStopped(close: () => Promise<void>): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** npm passes on the Ctrl-C that the terminal has sent to everybody already: so soon after the first, it is the same. */
const SAME_PRESS_MS = 500;

/** Ends the process in good order when it is told to, and at once when it is told again. */
export function stopWhenTold(): Stopping {
  let close: (() => Promise<void>) | undefined;
  let toldAt: number | undefined;

  function stop(): void {
    if (toldAt !== undefined) {
      if (Date.now() - toldAt > SAME_PRESS_MS) process.exit(1);
      return;
    }
    toldAt = Date.now();
    const closing = close?.() ?? Promise.resolve();
    closing.then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  }

  for (const signal of SIGNALS) process.on(signal, stop);
  process.stdout.on("error", stop);
  return {
    isStopping: () => toldAt !== undefined,
    whenStopped(how) {
      close = how;
    },
  };
}
