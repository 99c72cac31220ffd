import { readFileSync } from "node:fs";
import type { FunctionName } from "../../infra/platform.ts";

/** The highest resident memory of the processes of some functions, in MiB. */
export interface WatchedMemory<Name extends FunctionName> {
  stop(): void;
  peaks(): Record<Name, number>;
}

/** Looks four times a second: a process may be gone when the work is done. */
export function watchMemory<Name extends FunctionName>(
  names: readonly Name[],
  pids: (name: Name) => number[],
): WatchedMemory<Name> {
  const highest = new Map<Name, number>();
  const look = () => {
    for (const name of names) {
      highest.set(name, Math.max(highest.get(name) ?? 0, ...pids(name).map(residentMiB)));
    }
  };
  const timer = setInterval(look, 250);
  return {
    stop: () => clearInterval(timer),
    peaks() {
      look();
      return Object.fromEntries(highest) as Record<Name, number>;
    },
  };
}

/** The kernel's own high-water mark, where there is a /proc to read it from. */
function residentMiB(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}
