import { notFound } from "./envelope.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Stored } from "../ledger/stored.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";

/** Keys that somebody made up may be longer than a table key can be. */
const LONGEST_KEY = 255;

/**
 * The program's record that a path names, by the first of these unique values that leads to one: ours before theirs, as
 * clients of the contract use both. Throws "not found"; another program's is as missing as one that never was.
 */
export async function findByEitherKey<R extends BaseRecord>(
  ledger: Pick<Ledger, "find">,
  declaration: Declaration<R>,
  program: string,
  fields: readonly string[],
  key: string | undefined,
): Promise<Stored<R>> {
  const found = await lookByEitherKey(ledger, declaration, program, fields, key);
  if (found === undefined) throw notFound();
  return found;
}

/** The same, where it may be missing. */
export async function lookByEitherKey<R extends BaseRecord>(
  ledger: Pick<Ledger, "find">,
  declaration: Declaration<R>,
  program: string,
  fields: readonly string[],
  key: string | undefined,
): Promise<Stored<R> | undefined> {
  if (key === undefined || key === "" || key.length > LONGEST_KEY) return undefined;
  const found = await Promise.all(
    fields.map((field) =>
      ledger.find(declaration, program, field, [field === "email" ? key.toLowerCase() : key]).then(([one]) => one),
    ),
  );
  return found.find((one) => one !== undefined);
}
