import type { Ledger } from "../ledger/ledger.ts";
import { type Group, group, groupsPk } from "../records/group.ts";
import { program, type Program, programPlace } from "../records/program.ts";

/** A program with its groups: what the columns and rules of its files depend on. */
export interface ProgramSetup {
  readonly program: Program;
  readonly groups: readonly Group[];
}

export async function loadSetup(ledger: Pick<Ledger, "collection" | "read">, key: string): Promise<ProgramSetup> {
  const [owner] = await ledger.read(program, [programPlace(key)]);
  if (owner === undefined) throw new Error(`program ${key} is not there`);
  const groups = [];
  for await (const { record } of ledger.collection(group, groupsPk(key))) groups.push(record);
  return { program: owner.record, groups };
}
