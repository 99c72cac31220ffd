import type { Table } from "../ports.ts";
import { allows } from "./principal.ts";
import { findTeammate, type Teammate } from "./teammates.ts";

/** The program's teammate with this address who may have exports; undefined for everybody else. */
export async function findExporter(
  table: Pick<Table, "get">,
  program: string,
  email: string,
): Promise<Teammate | undefined> {
  const teammate = await findTeammate(table, program, email);
  return teammate !== undefined && allows({ kind: "teammate", ...teammate }, "exports:create") ? teammate : undefined;
}
