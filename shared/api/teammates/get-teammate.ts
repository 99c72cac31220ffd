import { storedTeammates } from "../../access/teammates.ts";
import type { Table } from "../../ports.ts";
import { teammate } from "../../records/teammate.ts";
import { type Answer, list, notFound, one } from "../envelope.ts";
import { newestFirst, pageOfAll } from "../paging.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";

interface Dependencies {
  readonly table: Pick<Table, "query">;
}

async function teammatesOf({ table }: Dependencies, { principal }: ApiRequest) {
  const all = (await storedTeammates(table, principal.program)).map(({ record }) => record);
  return all.filter(({ removed_at }) => removed_at === null);
}

/** One teammate. */
export async function getTeammate(dependencies: Dependencies, request: ApiRequest): Promise<Answer> {
  const found = (await teammatesOf(dependencies, request)).find(({ key }) => key === request.path["key"]);
  if (found === undefined) throw notFound();
  return one(present(teammate, found), "Teammate retrieved");
}

/** All who work for the program. */
export async function listTeammates(dependencies: Dependencies, request: ApiRequest): Promise<Answer> {
  const { items, has_more } = pageOfAll(newestFirst(await teammatesOf(dependencies, request)), request.query);
  return list({ items: items.map((found) => present(teammate, found)), has_more }, "Teammates retrieved");
}
