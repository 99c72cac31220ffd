import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { createProgram, type CreatedProgram, programInput } from "../shared/access/create-program.ts";
import { validated } from "../shared/api/validated.ts";
import { dynamo } from "../shared/aws/dynamo-client.ts";
import { systemClock } from "../shared/aws/clock.ts";
import { createDynamoTable } from "../shared/aws/dynamo-table.ts";
import { newKey } from "../shared/aws/new-key.ts";
import { randomToken } from "../shared/aws/random-token.ts";
import { CallerError } from "../shared/errors.ts";
import { createLedger } from "../shared/ledger/ledger.ts";
import { FIELD_TYPES } from "../shared/records/form-field.ts";

const HELP = `Creates a partner program in a deployed Partner Ledger and prints its credentials.

  npm run create-program -- --key acme --name "Acme" --admin ada@acme.example --table <TableName>

  --key       short name of the program, part of its upload folder: a-z, 0-9 and "-"
  --name      name that people see
  --admin     e-mail address of the first administrator
  --currency  three-letter currency that amounts default to (USD)
  --settings  JSON file with any of key, name, admin_email, currency, rates { "EUR": "1.0842" },
              features { "leads_enabled", "deals_enabled", "application_enabled" }, link_base (where links of
              partners lead, "https://acme.example/"; without it they have none), partner_fields [field], customer_fields [field]
              and groups [{ "name", "slug", "default", "archived", "features", "lead_form": [field],
              "deal_form": [field], "lead_statuses": [stage], "deal_stages": [stage], "offers" }], where a field is { "api_name", "label",
              "type": ${FIELD_TYPES.join(" | ")}, "required", "options" }
              and a stage { "name", "api_name" }; and teammates [{ "email", "name", "role": admin | technical |
              member, "permissions": ["imports:create:partners"] }]; options given here go first.
              program.json of an export in the format import is such a file
  --table     name of the table: the output TableName of the data stack
  --region    AWS region, where the environment does not name one
  --help      this text

The credentials are shown once. A program that exists already is left as it is.`;

const options = {
  key: { type: "string" },
  name: { type: "string" },
  admin: { type: "string" },
  currency: { type: "string" },
  settings: { type: "string" },
  table: { type: "string" },
  region: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

async function run(args: string[]): Promise<string> {
  const { values } = parseArgs({ args, options });
  if (values.help) return HELP;
  const { table: tableName, region, settings } = values;
  if (tableName === undefined) throw new CallerError("invalid", "--table is missing; --help explains it");
  // The variable that the SDK itself reads, before its client is made.
  if (region !== undefined) process.env["AWS_REGION"] = region;

  const given = {
    ...(settings !== undefined && asObject(JSON.parse(await readFile(settings, "utf8")))),
    ...(values.key !== undefined && { key: values.key }),
    ...(values.name !== undefined && { name: values.name }),
    ...(values.admin !== undefined && { admin_email: values.admin }),
    ...(values.currency !== undefined && { currency: values.currency }),
  };
  const table = createDynamoTable({ client: dynamo(), tableName });
  const ledger = createLedger({ table, clock: systemClock });
  const dependencies = { table, ledger, clock: systemClock, newKey, randomToken };
  return handOver(await createProgram(dependencies, validated(programInput, given)));
}

const asObject = (settings: unknown): object => {
  if (typeof settings === "object" && settings !== null) return settings;
  throw new CallerError("invalid", "the settings file has to hold a JSON object");
};

const handOver = ({ program, publicKey, secretKey, teammates }: CreatedProgram): string =>
  [
    `The program ${program.key} (${program.name}) is there. Its credentials, which are shown this once:`,
    "",
    `  public key   ${publicKey}`,
    `  secret key   ${secretKey}`,
    ...teammates.map(({ email, role, token }) => `  token        ${token}   (${role}, ${email})`),
    "",
    "Store them in a safe place: only their hashes are kept, so nobody can show them again.",
  ].join("\n");

try {
  console.log(await run(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
