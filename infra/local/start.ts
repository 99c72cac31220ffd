import { enableCompileCache } from "node:module";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { COMPILE_CACHE } from "./compile-cache.ts";
import { StartProblem } from "./start-problem.ts";

const HELP = `Partner Ledger on this machine: the whole platform in one process tree, on loopback only.

  npm start                    start; the first time, a sample program is imported and exported
  npm start -- --fresh         forget everything from earlier starts
  npm start -- --empty         load no sample program
  npm start -- --help          show this

  PORT       port of the API (default 4000)
  DATA_DIR   where everything is kept (default .local)
  AWS_ENDPOINT_URL_DYNAMODB, _S3, _SQS, _SES, _STS   use these servers instead of the built-in ones
  DYNOXIDE_BIN                 path of the DynamoDB binary, where no package has one for this machine`;

try {
  const { fresh: isFresh = false, empty: isEmpty = false, help = false } = readOptions();
  if (help) console.log(HELP);
  else {
    enableCompileCache(COMPILE_CACHE);
    const { runSession } = await import("./session.ts");
    // Set to nothing, a variable means its default.
    const dataDir = resolve(process.env["DATA_DIR"] || ".local");
    await runSession({ dataDir, port: readPort(process.env["PORT"] || "4000"), isFresh, isEmpty });
  }
} catch (error) {
  console.error(error instanceof StartProblem ? error.message : error);
  // Ends the processes that were started, too.
  process.exit(1);
}

function readOptions() {
  try {
    const options = {
      fresh: { type: "boolean" },
      empty: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    } as const;
    return parseArgs({ options }).values;
  } catch (error) {
    throw new StartProblem(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new StartProblem(`PORT is ${JSON.stringify(text)}: it has to be a number up to 65535`);
}
