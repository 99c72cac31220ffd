import { findByKey } from "../../access/find-by-key.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Stored } from "../../ledger/stored.ts";
import { findGroup, type Group, group } from "../../records/group.ts";
import { type Answer, notFound, one } from "../envelope.ts";
import { groupsOf } from "../list-scope.ts";
import type { ApiRequest } from "../request.ts";
import { presentGroup } from "./group-shape.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "collection" | "read">;
}

/** The group that a path names, by its key, slug or name. */
export async function groupOf(
  ledger: Dependencies["ledger"],
  program: string,
  key: string | undefined,
): Promise<Stored<Group>> {
  const named = key === undefined ? undefined : findGroup(await groupsOf(ledger, program), key);
  const found = await findByKey(ledger, group, program, named?.key);
  if (found === undefined) throw notFound();
  return found;
}

/** One group. */
export async function getGroup({ ledger }: Dependencies, { principal, path }: ApiRequest): Promise<Answer> {
  const { record } = await groupOf(ledger, principal.program, path["key"]);
  return one(presentGroup(record), "Group retrieved");
}
