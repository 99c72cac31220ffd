import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { LocalCredentials } from "./programs.ts";
import { StartProblem } from "./start-problem.ts";

/** What of an `endpoints.json` is of use to a command. */
export interface LocalEndpoints extends Omit<LocalCredentials, "partners"> {
  readonly api: string;
  readonly mailbox: string;
}

/** Where the platform that runs on this machine listens, and how to be let in. */
export async function localEndpoints(): Promise<LocalEndpoints> {
  const file = join(resolve(process.env["DATA_DIR"] || ".local"), "endpoints.json");
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new StartProblem(
      `No platform runs on this machine (there is no ${file}).\nStart one with npm start, or name one: --api <address> --key <public key>:<secret key>`,
      { cause: error },
    );
  }
}
