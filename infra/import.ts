import { resolve } from "node:path";
import { type FileImport, importFile } from "./import-file.ts";
import { connect, CONNECT_HELP, CONNECT_OPTIONS } from "./local/connect.ts";
import { readArguments } from "./local/read-arguments.ts";
import { runCommand } from "./local/run-command.ts";
import { createScreen } from "./local/screen.ts";
import { StartProblem } from "./local/start-problem.ts";

const HELP = `Imports a CSV file through the API, and shows how it goes.

  npm run import -- partners.csv --type partners --program northwind

  --type              what the file holds: partners, customers, transactions, rewards, leads, deals or rates;
                      archive for a ZIP archive of several such files
  --program           key of the program it is for; refused when the credentials are of another one

  --dry-run           write nothing, and tell what would be
  --disable-triggers  no rewards, no mails, no moves between groups
  --send-invites      invite new partners by mail
  --error-policy      what happens when rows fail: import-good-rows (default), all-or-nothing or stop-above
  --stop-above        import nothing when more percent of the rows fail, such as 2.5
  --notify            e-mail address of the teammate who is mailed when the import ends
  --errors            file to save the failed rows in

${CONNECT_HELP}

  Exit code: 0 when nothing failed, 1 when rows failed, 2 when the import did or could not be made.`;

const options = {
  type: { type: "string" },
  "dry-run": { type: "boolean" },
  "disable-triggers": { type: "boolean" },
  "send-invites": { type: "boolean" },
  "error-policy": { type: "string" },
  "stop-above": { type: "string" },
  notify: { type: "string" },
  errors: { type: "string" },
  ...CONNECT_OPTIONS,
  help: { type: "boolean", short: "h" },
} as const;

type Values = ReturnType<typeof given>["values"];

const given = () => readArguments(HELP, { options, allowPositionals: true });

await runCommand(
  async () => {
    const { values, positionals } = given();
    if (values.help !== true) return run(values, positionals);
    console.log(HELP);
    return 0;
  },
  { forbidden: "These credentials may not import such a file (403), or --notify is no teammate of the program." },
);

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
