import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { writeAtomically } from "./atomic-file.ts";

interface ProcessRecord {
  readonly pid: number;
  readonly parent: number;
}

interface RunningProcess {
  readonly command: string;
  readonly parent: number;
}

/** Writes down a child process, so that the next start can find it if this one cannot end it. */
export function rememberProcess(path: string, pid: number): void {
  const record: ProcessRecord = { pid, parent: process.pid };
  writeAtomically(path, JSON.stringify(record));
}

/** Takes the note away when the child has been ended. */
export function forgetProcess(path: string): void {
  rmSync(path, { force: true });
}

/** Ends the process that a killed start left behind, if it still is that program; throws when its parent still runs. */
export async function reapStaleProcess(path: string, program: string): Promise<void> {
  const record = readRecord(path);
  const running = record && inspect(record.pid);
  if (!record || !running?.command.includes(program)) return forgetProcess(path);
  if (running.parent === record.parent) {
    throw new Error(`process ${record.parent} already uses this data; stop it first`);
  }
  process.kill(record.pid, "SIGKILL");
  const isThere = () => inspect(record.pid)?.command.includes(program) === true;
  while (isThere()) await pause(10);
  forgetProcess(path);
}

function readRecord(path: string): ProcessRecord | undefined {
  try {
    const record: ProcessRecord = JSON.parse(readFileSync(path, "utf8"));
    return Number.isInteger(record.pid) && record.pid > 1 ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Numbers of processes are used again, so what matters is what runs under one now. */
function inspect(pid: number): RunningProcess | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, parent] = status.slice(status.lastIndexOf(")") + 2).split(" ");
    // A zombie has ended and only waits to be counted.
    return state === "Z"
      ? undefined
      : { command: readFileSync(`/proc/${pid}/cmdline`, "utf8"), parent: Number(parent) };
  } catch {
    return process.platform === "linux" ? undefined : askPs(pid);
  }
}

function askPs(pid: number): RunningProcess | undefined {
  try {
    const line = execFileSync("ps", ["-o", "ppid=,command=", "-p", String(pid)], { encoding: "utf8" });
    const [, parent, command = ""] = /^\s*(\d+)\s+(.*)$/s.exec(line) ?? [];
    return parent === undefined ? undefined : { command, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
