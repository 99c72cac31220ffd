import type { Stored } from "../ledger/stored.ts";
import { type Partnership, partnership } from "../records/partnership.ts";
import { movePartners } from "../triggers/effects-of.ts";
import { RowProblem } from "./read-row.ts";
import { finder, lookUp, referenceFinder, type Row, type RuleContext, shown } from "./row-rule.ts";

/** The columns that may name a row's partner, of which it fills in one. */
interface PartnerCells {
  readonly partner_email?: string;
  readonly partner_key?: string;
  readonly partnership_key?: string;
}

const COLUMNS = ["partner_email", "partner_key", "partnership_key"] as const satisfies (keyof PartnerCells)[];

/** Each partner is read once, unless rows may move partners to other groups. */
function partnerFinder(field: string) {
  const once = referenceFinder(partnership, field);
  return (context: RuleContext) =>
    movePartners(context.triggers) ? finder(context, partnership, field) : once(context);
}

const byEmail = partnerFinder("email");
const byPartnerKey = partnerFinder("partner_key");
const byKey = partnerFinder("key");

/**
 * Finds partners by what rows name as partnership_key. In the files of another program that is no key of ours, but the
 * partner_key that the partner was given when it came from there.
 */
export async function partnersByPartnershipKey(keys: readonly (string | undefined)[], context: RuleContext) {
  const own = await lookUp(keys, byKey(context));
  const foreign = await lookUp(
    keys.filter((key) => own(key) === undefined),
    byPartnerKey(context),
  );
  return (key: string | undefined): Stored<Partnership> | undefined => own(key) ?? foreign(key);
}

/** Finds the partners that rows name. */
export async function partnersOf(rows: readonly Row[], context: RuleContext) {
  const of = (name: keyof PartnerCells) => rows.map(({ values }) => (values as PartnerCells)[name]);
  const [emails, partnerKeys, keys] = await Promise.all([
    lookUp(
      of("partner_email").map((address) => address?.toLowerCase()),
      byEmail(context),
    ),
    lookUp(of("partner_key"), byPartnerKey(context)),
    partnersByPartnershipKey(of("partnership_key"), context),
  ]);
  return (values: PartnerCells): Partnership | RowProblem => {
    const found =
      emails(values.partner_email?.toLowerCase()) ?? partnerKeys(values.partner_key) ?? keys(values.partnership_key);
    if (found !== undefined) return found.record;
    const column = COLUMNS.find((name) => values[name] !== undefined) ?? "partner_key";
    return new RowProblem(
      "unknown_partner",
      column,
      `there is no partner ${shown(values[column])}`,
      "Import the partner first, or correct the cell.",
    );
  };
}
