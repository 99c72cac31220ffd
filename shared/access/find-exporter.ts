import type { Table } from "../ports.ts";
import { allowsExport } from "./principal.ts";
import { findTeammate, type KnownTeammate, type Teammate } from "./teammates.ts";

/** The program's teammate with this address who may have all of these files of an export; undefined for everybody else. */
export async function findExporter(
  table: Pick<Table, "get">,
  program: string,
  email: string,
  files: readonly string[],
): Promise<KnownTeammate | undefined> {
  const teammate = await findTeammate(table, program, email);
  return teammate !== undefined && files.length > 0 && files.every((file) => mayHave(teammate, file))
    ? teammate
    : undefined;
}

/** Whether a teammate may have a file of an export. */
export const mayHave = (teammate: Teammate, file: string): boolean =>
  allowsExport({ kind: "teammate", ...teammate }, file);
