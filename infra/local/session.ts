import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { API_BASE, LINK_MINUTES } from "../../shared/names.ts";
import type { FunctionName } from "../platform.ts";
import { writeAtomically } from "./atomic-file.ts";
import { isSampleLoaded, openDataFolder, sampleMark } from "./data-folder.ts";
import { createFailureTeller } from "./failures.ts";
import { freePort } from "./listen.ts";
import { ensurePrograms, type LocalCredentials, withPartners } from "./programs.ts";
import { type RunningPlatform, startPlatform } from "./running-platform.ts";
import { runSample } from "./sample-run.ts";
import { createScreen, type Screen } from "./screen.ts";
import { StartProblem } from "./start-problem.ts";
import { type Stopping, stopWhenTold } from "./stopping.ts";

export interface SessionOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly isFresh: boolean;
  readonly isEmpty: boolean;
}

/** Starts the platform, loads the sample if need be, and says where everything is; then runs until it is told to stop. */
export async function runSession(options: SessionOptions): Promise<void> {
  const stopping = stopWhenTold();
  try {
    await start(options, createScreen(process.stdout), stopping);
  } catch (error) {
    // Whoever stops it pulls the ground from under what was just being done.
    if (!stopping.isStopping()) throw error;
  }
}

async function start(options: SessionOptions, screen: Screen, stopping: Stopping): Promise<void> {
  const { dataDir, port, isFresh, isEmpty } = options;
  await requireFreePort(port);
  await openDataFolder(dataDir, isFresh);
  const { platform, givenUp } = await openPlatform(options, screen, stopping);
  const endpointsFile = join(dataDir, "endpoints.json");
  stopping.whenStopped(async () => {
    screen.line("\n  Stopping. The next start goes on with the same data.");
    rmSync(endpointsFile, { force: true });
    await platform.close();
  });

  const needsSample = !isEmpty && !isSampleLoaded(dataDir);
  const isNeeded = (name: FunctionName) => needsSample || name === "api" || name === "authorizer";
  const [made] = await Promise.all([ensurePrograms(platform, dataDir), warm(platform, isNeeded, dataDir)]);
  if (needsSample) await Promise.race([loadSample(platform, made, dataDir, screen), givenUp]);
  const credentials = await withPartners(platform, dataDir, made);
  await requireAnswer(platform, credentials);
  if (stopping.isStopping()) return;
  // Whoever waits for the file finds it whole.
  writeAtomically(endpointsFile, `${JSON.stringify(endpointsOf(platform, credentials), null, 2)}\n`, 0o600);
  screen.line(welcome(platform, credentials, endpointsFile));
}

/** The platform, and what rejects when a message is given up, for whoever waits for something to come of it. */
async function openPlatform({ dataDir, port }: SessionOptions, screen: Screen, stopping: Stopping) {
  const tell = createFailureTeller(screen, join(dataDir, "logs"));
  const givenUp = Promise.withResolvers<never>();
  givenUp.promise.catch(() => undefined);
  const platform = await startPlatform({
    dataDir,
    port,
    onFailure(name, error, attempt) {
      if (stopping.isStopping()) return;
      tell(name, error, attempt);
      if (attempt?.isLast) givenUp.reject(new StartProblem("The sample was given up; the next start begins it again."));
    },
  });
  return { platform, givenUp: givenUp.promise };
}

async function requireFreePort(port: number): Promise<void> {
  await freePort(port).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === "EADDRINUSE" ? "is taken. Stop what listens there" : `cannot be used (${error.message})`;
    throw new StartProblem(`Port ${port} ${why}, or choose another: PORT=${port === 4000 ? 4001 : 4000} npm start`);
  });
}

async function warm(platform: RunningPlatform, isNeeded: (name: FunctionName) => boolean, dataDir: string) {
  await platform.warm(isNeeded).catch((error: Error) => {
    throw new StartProblem(`${error.message}\nAll that it said is in ${join(dataDir, "logs")}`);
  });
}

async function loadSample(
  platform: RunningPlatform,
  credentials: LocalCredentials,
  dataDir: string,
  screen: Screen,
): Promise<void> {
  screen.line("\n  Importing the sample program through the upload bucket, then exporting it:\n");
  const link = await runSample(platform, credentials, screen);
  writeFileSync(sampleMark(dataDir), "");
  screen.line(`\n  The bundle was mailed as a link that closes ${LINK_MINUTES} minutes later:\n\n  ${link}\n`);
}

/** The first request of a process takes longest: it is this one, and nobody waits for it. */
async function requireAnswer({ endpoints }: RunningPlatform, { program }: LocalCredentials): Promise<void> {
  const { publicKey, secretKey } = program;
  const authorization = `Basic ${Buffer.from(`${publicKey}:${secretKey}`).toString("base64")}`;
  const { status } = await fetch(`${endpoints.api}${API_BASE}/imports?limit=1`, { headers: { authorization } });
  if (status !== 200) throw new StartProblem(`The API answers ${status} to its own program's key`);
}

const endpointsOf = (platform: RunningPlatform, credentials: LocalCredentials) => ({
  ...platform.endpoints,
  region: platform.region,
  ...platform.credentials,
  table: platform.resources.table,
  uploadBucket: platform.resources.buckets.uploads,
  exportBucket: platform.resources.buckets.exports,
  program: credentials.program,
  otherProgram: credentials.otherProgram,
  teammates: credentials.teammates,
  partners: credentials.partners,
});

const welcome = ({ endpoints }: RunningPlatform, { program }: LocalCredentials, endpointsFile: string): string => `
  API        ${endpoints.api}${API_BASE}
  Try        curl -u ${program.publicKey}:${program.secretKey} ${endpoints.api}${API_BASE}/imports
  Mailbox    ${endpoints.mailbox}
  Addresses  ${endpointsFile}
  Stop       Ctrl-C

Partner Ledger is ready`;
