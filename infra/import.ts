import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { API_BASE } from "../shared/names.ts";
import { type FileImport, importFile } from "./import-file.ts";
import { type ApiClient, apiClient, ApiProblem, basic } from "./local/api-client.ts";
import { createScreen } from "./local/screen.ts";
import { StartProblem } from "./local/start-problem.ts";

const HELP = `Imports a CSV file through the API, and shows how it goes.

  npm run import -- partners.csv --type partners --program northwind

  --type              what the file holds: partners, customers, transactions, rewards, leads or deals
  --program           key of the program it is for; refused when the credentials are of another one

  --dry-run           write nothing, and tell what would be
  --disable-triggers  no rewards, no mails, no moves between groups
  --send-invites      invite new partners by mail
  --error-policy      what happens when rows fail: import-good-rows (default), all-or-nothing or stop-above
  --stop-above        import nothing when more percent of the rows fail, such as 2.5
  --notify            e-mail address of the teammate who is mailed when the import ends
  --errors            file to save the failed rows in

  --api               address of the API; without it, that of the platform running on this machine
  --key               <public key>:<secret key> of the program
  --token             a teammate's token, instead of --key
  --help              this text

  Exit code: 0 when nothing failed, 1 when rows failed, 2 when the import did or could not be made.`;

const options = {
  type: { type: "string" },
  program: { type: "string" },
  "dry-run": { type: "boolean" },
  "disable-triggers": { type: "boolean" },
  "send-invites": { type: "boolean" },
  "error-policy": { type: "string" },
  "stop-above": { type: "string" },
  notify: { type: "string" },
  errors: { type: "string" },
  api: { type: "string" },
  key: { type: "string" },
  token: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

type Values = ReturnType<typeof readArguments>["values"];

/** What of an `endpoints.json` is of use here. */
interface Endpoints {
  readonly api: string;
  readonly program: Keys;
  readonly otherProgram: Keys;
}

interface Keys {
  readonly key: string;
  readonly publicKey: string;
  readonly secretKey: string;
}

try {
  const { values, positionals } = readArguments();
  if (values.help === true) console.log(HELP);
  else process.exitCode = await run(values, positionals);
} catch (error) {
  console.error(inWords(error));
  process.exitCode = 2;
}

function readArguments() {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new StartProblem(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`, { cause: error });
  }
}

async function run(values: Values, [file, ...more]: readonly string[]) {
  if (file === undefined) throw new StartProblem(`Which file?\n\n${HELP}`);
  if (more.length > 0) throw new StartProblem(`One file at a time: ${[file, ...more].join(", ")}`);
  if (values.type === undefined)
    throw new StartProblem("--type is missing: what does the file hold? --help explains it");
  const wanted: FileImport = {
    file: fromHere(file),
    type: values.type,
    program: values.program,
    options: optionsOf(values),
    errors: values.errors === undefined ? undefined : fromHere(values.errors),
    isTerminal: process.stdout.isTTY,
  };
  return importFile(await connect(values), wanted, createScreen(process.stdout));
}

/** npm runs scripts in the project's folder, and tells where it was called. */
function fromHere(path: string): string {
  return resolve(process.env["INIT_CWD"] ?? "", path);
}

function optionsOf(values: Values): Record<string, unknown> {
  const limit = values["stop-above"];
  const policy = values["error-policy"]?.replaceAll("-", "_") ?? (limit === undefined ? undefined : "stop_above");
  if (limit !== undefined && !/^\d+(\.\d+)?$/.test(limit))
    throw new StartProblem(`--stop-above is "${limit}": it has to be a number from 0 to 100, in percent`);
  return {
    dry_run: values["dry-run"],
    disable_triggers: values["disable-triggers"],
    send_invites: values["send-invites"],
    error_policy: policy,
    stop_above_percent: limit === undefined ? undefined : Number(limit),
    notify: values.notify,
  };
}

async function connect({ api, key, token, program }: Values): Promise<ApiClient> {
  if (key !== undefined && token !== undefined) throw new StartProblem("--key or --token, not both");
  const given = token === undefined ? keyPair(key) : `Bearer ${token}`;
  if (api !== undefined) {
    if (given === undefined) throw new StartProblem("--api needs --key <public key>:<secret key> or --token");
    if (!/^https?:\/\//.test(api) || !URL.canParse(api))
      throw new StartProblem(`--api is "${api}": it has to be an address such as https://api.example.com`);
    return apiClient(api.replace(/\/+$/, "").replace(new RegExp(`${API_BASE}$`), ""), given);
  }
  const local = await localEndpoints();
  const keys = [local.program, local.otherProgram].find((one) => one.key === (program ?? local.program.key));
  if (given === undefined && keys === undefined)
    throw new StartProblem(
      `The platform on this machine has no program "${program ?? ""}", but ${local.program.key} and ${local.otherProgram.key}.`,
    );
  return apiClient(local.api, given ?? basic(keys?.publicKey ?? "", keys?.secretKey ?? ""));
}

function keyPair(key: string | undefined): string | undefined {
  if (key === undefined) return undefined;
  const [, publicKey, secretKey] = /^([^:]+):(.+)$/.exec(key) ?? [];
  if (publicKey === undefined || secretKey === undefined)
    throw new StartProblem("--key has to be <public key>:<secret key>");
  return basic(publicKey, secretKey);
}

async function localEndpoints(): Promise<Endpoints> {
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

function inWords(error: unknown): string {
  if (error instanceof ApiProblem) return refusal(error);
  if (error instanceof StartProblem) return error.message;
  // What fetch throws hides its cause one level down.
  if (error instanceof TypeError && error.cause instanceof Error)
    return `The API cannot be reached: ${error.cause.message || error.cause.name}\nIs it running, and is --api right?`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function refusal({ status, reason, field, message }: ApiProblem): string {
  if (status === 401) return "The API does not know these credentials (401). Check --key or --token.";
  if (status === 403)
    return "These credentials may not import such a file (403), or --notify is no teammate of the program.";
  if (status === 404 && reason === "Not Found") return `There is no Partner Ledger at this address (404): ${message}`;
  return field === undefined ? message : `${field}: ${reason}`;
}
