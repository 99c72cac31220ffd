import { CallerError } from "../errors.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";

/** Refuses a record one of whose unique values is another one's already, and says which. */
export async function requireFree<R extends BaseRecord>(
  ledger: Pick<Ledger, "claims">,
  declaration: Declaration<R>,
  record: R,
): Promise<void> {
  const wanted = declaration.unique(record).filter(({ field }) => field !== "key");
  const held = await Promise.all(
    wanted.map(({ field, value }) => ledger.claims(declaration, record.program, field, [value])),
  );
  for (const [at, { field }] of wanted.entries()) {
    const holder = held[at]?.[0];
    if (holder === undefined || holder.key === record.key) continue;
    throw new CallerError("conflict", `another ${declaration.kind} has this '${field}' already`, field);
  }
}
