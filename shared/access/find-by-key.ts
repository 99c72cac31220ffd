import type { Ledger } from "../ledger/ledger.ts";
import type { Stored } from "../ledger/stored.ts";
import type { Place } from "../ports.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";

/** A declaration whose records are placed by program and key alone. */
export interface PlacedByKey<R extends BaseRecord> extends Declaration<R> {
  place(record: Pick<BaseRecord, "program" | "key">): Place;
}

/** Keys that somebody made up may be longer than a table key can be. */
const LONGEST_KEY = 255;

/** The program's record of this key; another program's is as missing as one that never was. */
export async function findByKey<R extends BaseRecord>(
  ledger: Pick<Ledger, "read">,
  declaration: PlacedByKey<R>,
  program: string,
  key: string | undefined,
): Promise<Stored<R> | undefined> {
  if (key === undefined || key === "" || key.length > LONGEST_KEY) return undefined;
  const [stored] = await ledger.read<R>(declaration, [declaration.place({ program, key })]);
  return stored;
}
