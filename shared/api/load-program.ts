import type { Ledger } from "../ledger/ledger.ts";
import { type Program, program, programPlace } from "../records/program.ts";

/** The caller's program. */
export async function loadProgram(ledger: Pick<Ledger, "read">, key: string): Promise<Program> {
  const [stored] = await ledger.read(program, [programPlace(key)]);
  if (stored === undefined) throw new Error(`program ${key} is not there`);
  return stored.record;
}
