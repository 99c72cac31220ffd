import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createProgram } from "../../shared/access/create-program.ts";
import { createToken } from "../../shared/access/credentials.ts";
import { teammateItem } from "../../shared/access/teammates.ts";
import { systemClock } from "../../shared/aws/clock.ts";
import { createDynamoTable } from "../../shared/aws/dynamo-table.ts";
import { newKey } from "../../shared/aws/new-key.ts";
import { randomToken } from "../../shared/aws/random-token.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import type { RunningPlatform } from "./running-platform.ts";

export interface ProgramKeys {
  readonly key: string;
  readonly publicKey: string;
  readonly secretKey: string;
}

/** The credentials that the local platform hands out, kept because the ledger itself keeps only their hashes. */
export interface LocalCredentials {
  readonly program: ProgramKeys;
  readonly otherProgram: ProgramKeys;
  readonly teammates: readonly { readonly email: string; readonly role: string; readonly token: string }[];
}

/** Makes the sample program and an empty second one, or reads the credentials of those that an earlier start made. */
export async function ensurePrograms(platform: RunningPlatform, dataDir: string): Promise<LocalCredentials> {
  const file = join(dataDir, "credentials.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as LocalCredentials;
  const table = createDynamoTable({ client: platform.clients.dynamo, tableName: platform.resources.table });
  const deps = { table, ledger: createLedger({ table, clock: systemClock }), clock: systemClock, newKey, randomToken };

  const settings = JSON.parse(readFileSync(new URL("./sample/program.json", import.meta.url), "utf8"));
  const sample = await createProgram(deps, settings);
  const other = await createProgram(deps, { key: "contoso", name: "Contoso Partners", admin_email: "admin@contoso.example" });
  const teammates: { email: string; role: string; token: string }[] = [...sample.teammates];
  for (const role of ["technical", "member"] as const) {
    const email = `${role}@northwind.example`;
    await table.write({ put: teammateItem(settings.key, { email, name: role, role, permissions: [] }) });
    teammates.push({ email, role, token: await createToken(deps, { program: settings.key, kind: "teammate", email }) });
  }
  const keysOf = ({ program, publicKey, secretKey }: typeof sample): ProgramKeys => ({ key: program.key, publicKey, secretKey });
  const made = { program: keysOf(sample), otherProgram: keysOf(other), teammates };
  writeFileSync(file, JSON.stringify(made, null, 2), { mode: 0o600 });
  return made;
}

/** Tokens for the sample's first partners; none when the program is empty. */
export async function partnerTokens(platform: RunningPlatform, program: string, count: number) {
  const table = createDynamoTable({ client: platform.clients.dynamo, tableName: platform.resources.table });
  const ledger = createLedger({ table, clock: systemClock });
  const tokens: { email: string; partner_key: string; token: string }[] = [];
  const { partnership } = await import("../../shared/records/partnership.ts");
  for (const { record } of await ledger.newest(partnership, program, count)) {
    const holder = { program, kind: "partner", email: record.email, partnership: record.key } as const;
    const token = await createToken({ table, clock: systemClock, randomToken }, holder);
    tokens.push({ email: record.email, partner_key: record.partner_key, token });
  }
  return tokens;
}
