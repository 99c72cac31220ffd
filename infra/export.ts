import { bundleFileNames } from "../shared/exports/bundle-files.ts";
import { EXPORT_FORMATS } from "../shared/records/export-job.ts";
import { exportProgram } from "./export-program.ts";
import { EXPORT_OPTIONS, exportRequest, optionOf } from "./export-request.ts";
import { connect, CONNECT_HELP, CONNECT_OPTIONS } from "./local/connect.ts";
import type { LocalEndpoints } from "./local/local-endpoints.ts";
import { readArguments } from "./local/read-arguments.ts";
import { runCommand } from "./local/run-command.ts";
import { createScreen } from "./local/screen.ts";
import { StartProblem } from "./local/start-problem.ts";

const HELP = `Asks for an export through the API, shows how it goes, and says where its link was mailed.

  npm run export -- --program northwind --email ada@northwind.example

  --program           key of the program it is for; refused when the credentials are of another one
  --email             who is mailed the link: a teammate of the program who may export; on the platform of this
                      machine the administrator of its sample program, where nobody is named
  --files             the files wanted, with commas between; all of them when absent:
                      ${bundleFileNames.join(", ")}
  --format            ${EXPORT_FORMATS.join(" or ")}: files that join, or files that can be imported again

  --from, --to        records of that time; a day such as 2026-03-31 (UTC, all of it) or an instant such as
                      2026-03-31T08:30:00Z
  --group             slug or key of the only group wanted
  --tag               only partners with this tag
  --manager           only partners of this manager
  --archived          only partners who are archived
  --not-archived      only partners who are not
  --joined-from, --joined-to
                      only partners who joined the program then
  --partner           only this partner; may be given several times

${CONNECT_HELP}

  Ctrl-C ends the watching; the export goes on by itself.
  Exit code: 0 when the bundle is made, 2 when the export failed or could not be made.`;

const options = { ...EXPORT_OPTIONS, ...CONNECT_OPTIONS, help: { type: "boolean", short: "h" } } as const;

type Values = ReturnType<typeof given>;

const given = () => readArguments(HELP, { options }).values;

await runCommand(
  async () => {
    const values = given();
    if (values.help !== true) return run(values);
    console.log(HELP);
    return 0;
  },
  {
    forbidden:
      "These credentials may not export (403), or --email is no teammate of the program, or one who may not have an export.",
    optionOf,
  },
);

async function run(values: Values) {
  // What is wrong with the request is told before anybody is asked.
  const request = exportRequest(values);
  const { ask, document, local } = await connect(values);
  const email = values.email ?? administrator(local, values);
  if (email === undefined)
    throw new StartProblem("--email is missing: which teammate of the program gets the link? --help explains it");
  // Credentials that were looked up by the program are its own.
  const isChecked = values.key !== undefined || values.token !== undefined;
  const wanted = {
    request: { member_email: email, ...request },
    program: isChecked ? values.program : undefined,
    mailbox: local?.mailbox,
    isTerminal: process.stdout.isTTY,
  };
  return exportProgram({ ask, document }, wanted, createScreen(process.stdout));
}

/** The administrator of the sample program, where nothing says that another one is meant. */
function administrator(local: LocalEndpoints | undefined, { program, key, token }: Values): string | undefined {
  const isSample = program === undefined ? key === undefined && token === undefined : program === local?.program.key;
  return isSample ? local?.teammates.find(({ role }) => role === "admin")?.email : undefined;
}
