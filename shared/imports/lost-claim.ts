import type { Entry } from "../ledger/entry.ts";
import type { Declaration } from "../records/record.ts";
import { RowProblem } from "./read-row.ts";
import { type RuleContext, shown } from "./row-rule.ts";

/**
 * Looks for unique values of an entry whose claims lead to no record. A claim and its record come and go together or
 * complete each other, so that one that is found so again and again, unchanged, stands in the row's way for ever.
 */
export function lostClaim({ ledger, program }: RuleContext, about: Declaration) {
  const looks = new Map<string, number>();

  async function isLost(declaration: Declaration, field: string, value: string, most: number) {
    const [claim] = await ledger.claims(declaration, program.key, field, [value]);
    if (claim === undefined) return false;
    const [stored] = await ledger.find(declaration, program.key, field, [value]);
    const seen = JSON.stringify([claim.place, claim.key, claim.mark, claim.at, claim.home]);
    if (stored === undefined) looks.set(seen, (looks.get(seen) ?? 0) + 1);
    return stored === undefined && (looks.get(seen) ?? 0) >= most;
  }

  /** The row's problem once a claim has been found without its record so many times. */
  return async ({ changes }: Entry, most: number): Promise<RowProblem | undefined> => {
    for (const { declaration, after } of changes) {
      for (const { field, value } of declaration.unique(after)) {
        if (!(await isLost(declaration, field, value, most))) continue;
        const isColumn = declaration.kind === about.kind && about.layout?.columns[field] !== undefined;
        return new RowProblem(
          "claimed",
          isColumn ? field : null,
          `${field} ${shown(value)} is held for a ${declaration.kind} that is not there`,
          "Use another one, or have the program's owner look into it before the row is imported again.",
        );
      }
    }
    return undefined;
  };
}
