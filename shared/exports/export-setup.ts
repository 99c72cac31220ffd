import { isOf } from "../ledger/as-of.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { derivedKey } from "../records/derived-key.ts";
import type { ExportJob } from "../records/export-job.ts";
import { type Group, group, groupsPk } from "../records/group.ts";
import { type Program, program, programPlace } from "../records/program.ts";
import { bundleLayout, type BundleLayout } from "./bundle-files.ts";

/** What an export needs to know of its program before it writes a row: as it too was at the cut-off. */
export interface ExportSetup {
  readonly owner: Program;
  /** Whose customers' addresses are told: as it is now, since what was hidden since is hidden in a file of before, too. */
  readonly shows: Pick<Program, "key" | "anonymize_customers">;
  readonly groups: readonly Group[];
  readonly layout: BundleLayout;
  /** The same for the same files and columns. */
  readonly layoutKey: string;
}

export async function exportSetup(ledger: Ledger, { program: key, as_of, filters }: ExportJob): Promise<ExportSetup> {
  const groups: Group[] = [];
  for await (const page of ledger.collectionAsOf([group], { pk: groupsPk(key) }, as_of)) {
    groups.push(...page.flatMap((past) => (isOf(group, past) ? [past.record] : [])));
  }
  for await (const page of ledger.collectionAsOf([program], { pk: programPlace(key).pk }, as_of)) {
    const owner = page.find((past) => isOf(program, past))?.record;
    if (owner === undefined) continue;
    const layout = bundleLayout(filters.format, owner, groups);
    const columns = Object.values(layout).map((file) => [file.file, ...Object.keys(file.columns)]);
    const [present] = await ledger.read(program, [programPlace(key)]);
    const anonymize_customers = owner.anonymize_customers || present?.record.anonymize_customers === true;
    return {
      owner,
      shows: { key, anonymize_customers },
      groups,
      layout,
      layoutKey: derivedKey("lay_", JSON.stringify(columns)),
    };
  }
  throw new Error(`program ${key} is not there`);
}
