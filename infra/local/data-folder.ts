import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { reapStaleProcess } from "./pid-file.ts";
import { StartProblem } from "./start-problem.ts";

/** Everything that the platform keeps. A folder may hold other things, which are nobody's to delete. */
const OURS = /^(cloud|logs|dynamodb\.db.*|credentials\.json.*|endpoints\.json.*|sample-loaded)$/;

/** Makes the folder ready for a start, on what is there or afresh; throws while another platform uses it. */
export async function openDataFolder(dataDir: string, isFresh: boolean): Promise<void> {
  mkdirSync(dataDir, { recursive: true });
  // First of all: what a running platform uses must be left alone, and what a killed one left running must end.
  await reapStaleProcess(join(dataDir, "dynamodb.db.pid"), "dynoxide").catch((error: Error) => {
    throw new StartProblem(`${dataDir} is in use: ${error.message}, or choose another folder: DATA_DIR=... npm start`);
  });
  // An old file would tell of addresses that nobody listens on any more.
  const gone = isFresh ? OURS : /^endpoints\.json/;
  for (const name of readdirSync(dataDir).filter((one) => gone.test(one))) {
    rmSync(join(dataDir, name), { recursive: true, force: true });
  }
}

/** Whether the sample has been imported and exported in this folder. */
export const isSampleLoaded = (dataDir: string): boolean => existsSync(sampleMark(dataDir));

export const sampleMark = (dataDir: string): string => join(dataDir, "sample-loaded");
