import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const NODE = join(ROOT, "node_modules/.bin/node");

/** A command of the terminal, as npm runs it for somebody who stands in a folder. */
export interface CommandProcess {
  interrupt(): void;
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
}

/** Starts a script of `infra`. */
export function startCommand(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): CommandProcess {
  const child = spawn(NODE, [`infra/${script}`, ...args], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => void (output += chunk.toString()));
  }
  return {
    interrupt: () => void child.kill("SIGINT"),
    ended: new Promise((done) => child.once("close", (code) => done({ code, output }))),
  };
}
