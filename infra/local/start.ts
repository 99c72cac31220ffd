import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { LINK_MINUTES } from "../../shared/names.ts";
import { ensurePrograms, partnerTokens } from "./programs.ts";
import { startPlatform } from "./running-platform.ts";
import { runSample } from "./sample-run.ts";
import { createScreen } from "./screen.ts";

const HELP = `Partner Ledger on this machine: the whole platform in one process tree, on loopback only.

  npm start                    start; the first time, a sample program is imported and exported
  npm start -- --fresh         forget everything from earlier starts
  npm start -- --empty         load no sample program
  npm start -- --help          show this

  PORT       port of the API (default 4000)
  DATA_DIR   where everything is kept (default .local)
  AWS_ENDPOINT_URL_DYNAMODB, _S3, _SQS, _SES, _STS   use these servers instead of the built-in ones
  DYNOXIDE_BIN                 path of the DynamoDB binary, where no package has one for this machine`;

const { values: options } = parseArgs({
  options: { fresh: { type: "boolean" }, empty: { type: "boolean" }, help: { type: "boolean", short: "h" } },
});
if (options.help) {
  console.log(HELP);
  process.exit(0);
}

const PARTNER_TOKENS = 3;
const dataDir = resolve(process.env["DATA_DIR"] ?? ".local");
const port = Number(process.env["PORT"] ?? 4000);
if (options.fresh) rmSync(dataDir, { recursive: true, force: true });
mkdirSync(dataDir, { recursive: true });
// An old file would tell of addresses that nobody listens on any more.
rmSync(join(dataDir, "endpoints.json"), { force: true });

const platform = await startPlatform({
  dataDir,
  port,
  onFailure: (name, error, attempt) => {
    const again = attempt > 0 ? ", will be tried again" : "";
    console.error(`\n  ${name} failed${again}: ${error.message}\n  see ${join(dataDir, "logs", `${name}.log`)}`);
  },
}).catch((error: NodeJS.ErrnoException) => {
  if (error.code !== "EADDRINUSE") throw error;
  console.error(`Port ${port} is taken. Stop what listens there, or choose another: PORT=4001 npm start`);
  process.exit(1);
});

let isStopping = false;
const stop = async () => {
  if (isStopping) return;
  isStopping = true;
  rmSync(join(dataDir, "endpoints.json"), { force: true });
  await platform.close();
  process.exit(0);
};
process.on("SIGINT", () => void stop());
process.on("SIGTERM", () => void stop());

const screen = createScreen(process.stdout);
const credentials = await ensurePrograms(platform, dataDir);
const loaded = join(dataDir, "sample-loaded");
if (!options.empty && !existsSync(loaded)) {
  screen.line("\n  Importing the sample program through the upload bucket, then exporting it:\n");
  const link = await runSample(platform, credentials, screen);
  writeFileSync(loaded, "");
  screen.line(`\n  The bundle was mailed as a link that closes ${LINK_MINUTES} minutes later:\n\n  ${link}\n`);
}

const { program, otherProgram, teammates } = credentials;
const partners = await partnerTokens(platform, program.key, PARTNER_TOKENS);
const endpoints = {
  ...platform.endpoints,
  region: platform.region,
  ...platform.credentials,
  table: platform.resources.table,
  uploadBucket: platform.resources.buckets.uploads,
  exportBucket: platform.resources.buckets.exports,
  program,
  otherProgram,
  teammates,
  partners,
};
// Whoever waits for the file finds it whole.
const file = join(dataDir, "endpoints.json");
writeFileSync(`${file}.new`, `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 });
renameSync(`${file}.new`, file);

screen.line(`
  API        ${platform.endpoints.api}/api/v2      curl -u ${program.publicKey}:${program.secretKey} ${platform.endpoints.api}/api/v2/imports
  Mailbox    ${platform.endpoints.mailbox}
  Addresses  ${file}
  Stop       Ctrl-C

Partner Ledger is ready`);
