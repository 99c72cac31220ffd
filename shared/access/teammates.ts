import * as z from "zod";
import { fromItem, type Stored, toItem } from "../ledger/stored.ts";
import { unchanged } from "../ledger/unchanged.ts";
import type { Item, Place, Table, Write } from "../ports.ts";
import { ROLES, teammate, teammateKey, teammatePlace, type TeammateRecord, teammatesPk } from "../records/teammate.ts";
import { isPermission, type Permission } from "./permissions.ts";

/** Somebody who works for the program. */
export interface Teammate {
  readonly email: string;
  readonly name: string;
  readonly role: TeammateRecord["role"];
  readonly permissions: Permission[];
}

/** A teammate of today. */
export interface KnownTeammate extends Teammate {
  readonly key: string;
  readonly membership: string | null;
}

/** What is stored of a teammate: without a record where it was before teammates had any. */
export interface StoredTeammate {
  readonly record: TeammateRecord;
  readonly stored: Stored<TeammateRecord> | undefined;
  readonly place: Place;
}

/** Where teammates were before they had records; a record goes first. */
const earlierPlace = (program: string, email: string): Place => ({ pk: teammatesPk(program), sk: email.toLowerCase() });

const earlierItem = z.object({
  email: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  permissions: z.array(z.string()),
});

/** The record of somebody who joins. */
export const newTeammate = (
  program: string,
  { email, name, role, permissions }: Teammate,
  at: number,
  membership: string | null = null,
): TeammateRecord => ({
  program,
  key: teammateKey(program, email),
  created_at: at,
  updated_at: at,
  email,
  name,
  role,
  permissions,
  membership,
  removed_at: null,
});

/** The item of somebody who joins. */
export const teammateItem = (program: string, given: Teammate, at = 0): Item =>
  toItem(teammate, newTeammate(program, given, at), { rev: 1, at, mark: "joined" });

function read(program: string, item: Item): StoredTeammate {
  const place = { pk: item.pk, sk: item.sk };
  if (item["_kind"] === teammate.kind) {
    const stored = fromItem(teammate, item);
    return { record: stored.record, stored, place };
  }
  const { permissions, ...known } = earlierItem.parse(item);
  const record = newTeammate(program, { ...known, permissions: permissions.filter(isPermission) }, 0);
  return { record, stored: undefined, place };
}

/** The teammate that a record is of; undefined for who has left. */
export function present({ record }: StoredTeammate): KnownTeammate | undefined {
  const { key, email, name, role, permissions, membership, removed_at } = record;
  // A permission that there is no more gives nothing.
  const known = permissions.filter(isPermission);
  return removed_at === null ? { key, email, name, role, permissions: known, membership } : undefined;
}

/** Has a transaction fail unless a teammate is still what was read. */
export const holding = ({ stored, place, record: { role } }: StoredTeammate): Write =>
  stored === undefined ? { update: place, set: { role }, when: { equals: { role } } } : unchanged(stored);

/** Where the program's teammate with this address may be. */
export const teammatePlaces = (program: string, email: string): Place[] => [
  teammatePlace(program, email),
  earlierPlace(program, email),
];

/** The teammate among what was found there. */
export function teammateAmong(program: string, found: readonly (Item | undefined)[]): KnownTeammate | undefined {
  const item = found.find((one) => one !== undefined);
  return item && present(read(program, item));
}

/** The program's teammate with this address, in whatever case it is written. */
export async function findTeammate(
  table: Pick<Table, "get">,
  program: string,
  email: string,
): Promise<KnownTeammate | undefined> {
  return teammateAmong(program, await table.get(teammatePlaces(program, email)));
}

/** All who are or were teammates of the program, by address. */
export async function storedTeammates(table: Pick<Table, "query">, program: string): Promise<StoredTeammate[]> {
  const byKey = new Map<string, StoredTeammate>();
  for await (const page of table.query({ pk: teammatesPk(program) })) {
    for (const item of page) {
      const one = read(program, item);
      if (one.stored !== undefined || !byKey.has(one.record.key)) byKey.set(one.record.key, one);
    }
  }
  return [...byKey.values()].toSorted((a, b) => (a.record.email.toLowerCase() < b.record.email.toLowerCase() ? -1 : 1));
}

/** All teammates of the program, by address. */
export async function listTeammates(table: Pick<Table, "query">, program: string): Promise<KnownTeammate[]> {
  return (await storedTeammates(table, program)).flatMap((one) => present(one) ?? []);
}
