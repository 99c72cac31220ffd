const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const acts = new Set<() => void>();

/** Calls back when this process ends, also by a signal that nobody else handles; the answer unsubscribes. */
export function onProcessEnd(act: () => void): () => void {
  if (acts.size === 0) subscribe();
  acts.add(act);
  return () => {
    acts.delete(act);
    if (acts.size === 0) unsubscribe();
  };
}

function runAll(): void {
  for (const act of acts) act();
}

/** Whoever else listens ends the process in good order, and its exit calls back. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  runAll();
  unsubscribe();
  // Without a listener the signal does what it does by default.
  process.kill(process.pid, signal);
}

function subscribe(): void {
  process.on("exit", runAll);
  for (const signal of SIGNALS) process.on(signal, onSignal);
}

function unsubscribe(): void {
  process.off("exit", runAll);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}
