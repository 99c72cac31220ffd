import { execFile } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { StartProblem } from "./start-problem.ts";

const VERSION = "1.2.1";
const TOOLS = ".local/tools";

/** Finds the DynamoDB binary of this platform: named, installed with the project, or fetched once from the registry. */
export async function findDynoxide(): Promise<string> {
  const named = process.env["DYNOXIDE_BIN"];
  if (named) return named;
  const name = `@dynoxide/${process.platform}-${process.arch}`;
  const installed = installedBinary(name, import.meta.url) ?? installedBinary(name, join(resolve(TOOLS), "index.js"));
  if (installed) return installed;
  mkdirSync(TOOLS, { recursive: true });
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const options = { shell: process.platform === "win32" };
  await promisify(execFile)(npm, ["install", "--prefix", TOOLS, "--no-save", `${name}@${VERSION}`], options).catch(
    (error: unknown) => {
      throw new StartProblem(`There is no ${name}; set DYNOXIDE_BIN or AWS_ENDPOINT_URL_DYNAMODB`, { cause: error });
    },
  );
  const fetched = installedBinary(name, join(resolve(TOOLS), "index.js"));
  if (fetched) return fetched;
  throw new StartProblem(`${name} holds no binary; set DYNOXIDE_BIN or AWS_ENDPOINT_URL_DYNAMODB`);
}

function installedBinary(name: string, from: string): string | undefined {
  try {
    const folder = dirname(createRequire(from).resolve(`${name}/package.json`));
    const suffix = process.platform === "win32" ? ".exe" : "";
    return [join(folder, `dynoxide${suffix}`), join(folder, "bin", `dynoxide${suffix}`)].find((path) =>
      existsSync(path),
    );
  } catch {
    return undefined;
  }
}
