import type { Principal } from "../access/principal.ts";
import { CallerError } from "../errors.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { findGroup, type Group, group, groupsPk } from "../records/group.ts";
import { partnership } from "../records/partnership.ts";
import { partnerPk } from "../records/place.ts";
import type { QueryValues } from "./page-request.ts";
import { partnerNamed } from "./partner-of-request.ts";
import { makeTestPartner } from "./test-partner.ts";

type Reader = Pick<Ledger, "claims" | "collection" | "commit" | "find" | "read">;

/** Something that belongs to a partner, or to none. */
interface Owned {
  readonly partnership_key: string | null;
  /** Of a vendor's deal that is nobody's, the group it was made for. */
  readonly group_key?: string;
}

/** Whose records a list is asked for. */
export interface ListScope {
  /** Only this partner's. */
  readonly partnership: string | undefined;
  /** Only those of partners in a group, where one is asked for. */
  readonly isInGroup: ((record: Owned) => Promise<boolean>) | undefined;
}

/** Reads `partner_key`, `partnership_key`, `group` and `group_key`. A partner's token sees its own, whatever the query says. */
export async function readScope(ledger: Reader, principal: Principal, query: QueryValues): Promise<ListScope> {
  const { program } = principal;
  if (principal.kind === "partner") return { partnership: principal.partnership ?? "", isInGroup: undefined };
  await makeTestPartner(ledger, principal, query["partner_key"]);
  const partner = await partnerNamed(ledger, program, query);
  const wanted = await groupAskedFor(ledger, program, query);
  return { partnership: partner?.key, isInGroup: wanted && inGroup(ledger, program, wanted) };
}

/** The program's groups. */
export async function groupsOf(ledger: Pick<Ledger, "collection">, program: string): Promise<Group[]> {
  const groups: Group[] = [];
  for await (const { record } of ledger.collection(group, groupsPk(program))) groups.push(record);
  return groups;
}

/** The group that a query names by key, slug or name; undefined where it names none. */
export async function groupAskedFor(
  ledger: Pick<Ledger, "collection">,
  program: string,
  query: QueryValues,
): Promise<Group | undefined> {
  const field = query["group_key"] === undefined ? "group" : "group_key";
  const wanted = query[field];
  if (wanted === undefined) return undefined;
  const found = findGroup(await groupsOf(ledger, program), wanted);
  if (found === undefined) throw new CallerError("invalid", `there is no group '${wanted}'`, field);
  return found;
}

/** Partners are looked up once each, however many records they have. */
function inGroup(ledger: Pick<Ledger, "read">, program: string, { key }: Group) {
  const known = new Map<string, Promise<boolean>>();
  const look = async (owner: string): Promise<boolean> => {
    const [partner] = await ledger.read(partnership, [{ pk: partnerPk(program, owner, null), sk: "#" }]);
    return partner?.record.group_key === key;
  };
  return async ({ partnership_key: owner, group_key: own }: Owned): Promise<boolean> => {
    if (owner === null) return own === key;
    const found = known.get(owner) ?? look(owner);
    known.set(owner, found);
    return found;
  };
}
