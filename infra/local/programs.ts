import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createProgram, type ProgramInput } from "../../shared/access/create-program.ts";
import { createKeyPair, createToken } from "../../shared/access/credentials.ts";
import { teammateItem } from "../../shared/access/teammates.ts";
import { systemClock } from "../../shared/aws/clock.ts";
import { createDynamoTable } from "../../shared/aws/dynamo-table.ts";
import { newKey } from "../../shared/aws/new-key.ts";
import { randomToken } from "../../shared/aws/random-token.ts";
import { CallerError } from "../../shared/errors.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { partnership } from "../../shared/records/partnership.ts";
import { writeAtomically } from "./atomic-file.ts";
import type { RunningPlatform } from "./running-platform.ts";

export interface ProgramKeys {
  readonly key: string;
  readonly publicKey: string;
  readonly secretKey: string;
}

/** With a pair of keys for trying things out. */
export interface TestedProgramKeys extends ProgramKeys {
  readonly testPublicKey: string;
  readonly testSecretKey: string;
}

/** The credentials that the local platform hands out, kept because the ledger itself keeps only their hashes. */
export interface LocalCredentials {
  readonly program: TestedProgramKeys;
  readonly otherProgram: ProgramKeys;
  readonly teammates: readonly { readonly email: string; readonly role: string; readonly token: string }[];
  /** None until there are partners. */
  readonly partners: readonly { readonly email: string; readonly partner_key: string; readonly token: string }[];
}

/** As starts of before there were test keys wrote them down. */
type KeptCredentials = Omit<LocalCredentials, "program"> & { readonly program: ProgramKeys | TestedProgramKeys };

const isTested = (keys: ProgramKeys): keys is TestedProgramKeys => "testPublicKey" in keys;

type Dependencies = ReturnType<typeof dependenciesOf>;

const SAMPLE = new URL("./sample/program.json", import.meta.url);
const OTHER = { key: "contoso", name: "Contoso Partners", admin_email: "admin@contoso.example" };
const OTHER_ROLES = ["technical", "member"] as const;
const PARTNERS = 3;

/** Makes the sample program and an empty second one, or reads the credentials of those that an earlier start made. */
export async function ensurePrograms(platform: RunningPlatform, dataDir: string): Promise<LocalCredentials> {
  const file = join(dataDir, "credentials.json");
  // Written by ourselves, in this very form.
  const kept: KeptCredentials | undefined = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  const deps = dependenciesOf(platform);
  if (kept !== undefined) {
    const { program, ...others } = kept;
    if (isTested(program)) return { program, ...others };
    return keep(dataDir, { program: await tested(deps, program), ...others });
  }
  const settings: ProgramInput = JSON.parse(readFileSync(SAMPLE, "utf8"));
  const sample = await openProgram(deps, settings);
  const other = await openProgram(deps, OTHER);
  const teammates = [{ email: settings.admin_email, role: "admin", token: sample.adminToken }];
  for (const role of OTHER_ROLES) {
    const email = `${role}@northwind.example`;
    await deps.table.write({ put: teammateItem(settings.key, { email, name: role, role, permissions: [] }) });
    teammates.push({ email, role, token: await createToken(deps, { program: settings.key, kind: "teammate", email }) });
  }
  return keep(dataDir, { program: await tested(deps, sample.keys), otherProgram: other.keys, teammates, partners: [] });
}

/** The credentials with tokens for some partners of the program, as soon as it has any. */
export async function withPartners(
  platform: RunningPlatform,
  dataDir: string,
  credentials: LocalCredentials,
): Promise<LocalCredentials> {
  const { program, partners } = credentials;
  if (partners.length > 0) return credentials;
  const deps = dependenciesOf(platform);
  const made: { email: string; partner_key: string; token: string }[] = [];
  for (const { record } of await deps.ledger.newest(partnership, program.key, PARTNERS)) {
    const { email, partner_key, key } = record;
    const token = await createToken(deps, { program: program.key, kind: "partner", email, partnership: key });
    made.push({ email, partner_key, token });
  }
  return made.length === 0 ? credentials : keep(dataDir, { ...credentials, partners: made });
}

async function tested(deps: Dependencies, keys: ProgramKeys): Promise<TestedProgramKeys> {
  const { publicKey, secretKey } = await createKeyPair(deps, keys.key, { name: "Test key pair", test: true });
  return { ...keys, testPublicKey: publicKey, testSecretKey: secretKey };
}

/** Makes the program; one that is there already lacks only a note of its credentials, and gets new ones. */
async function openProgram(
  deps: Dependencies,
  given: ProgramInput,
): Promise<{ keys: ProgramKeys; adminToken: string }> {
  const { key, admin_email: email } = given;
  try {
    const { publicKey, secretKey, teammates } = await createProgram(deps, given);
    return { keys: { key, publicKey, secretKey }, adminToken: teammates[0]?.token ?? "" };
  } catch (error) {
    if (!(error instanceof CallerError && error.refusal === "conflict")) throw error;
    const keys = { key, ...(await createKeyPair(deps, key)) };
    return { keys, adminToken: await createToken(deps, { program: key, kind: "teammate", email }) };
  }
}

function dependenciesOf({ clients, resources }: RunningPlatform) {
  const table = createDynamoTable({ client: clients.dynamo, tableName: resources.table });
  return { table, ledger: createLedger({ table, clock: systemClock }), clock: systemClock, newKey, randomToken };
}

function keep(dataDir: string, credentials: LocalCredentials): LocalCredentials {
  writeAtomically(join(dataDir, "credentials.json"), `${JSON.stringify(credentials, null, 2)}\n`, 0o600);
  return credentials;
}
