import { allowsExport, type Principal } from "../../access/principal.ts";
import { type Report, reports } from "../../exports/reports.ts";
import { forbidden, notFound } from "../envelope.ts";

/** The reports that somebody may have. */
export const reportsFor = (principal: Principal): readonly Report[] =>
  reports.filter(({ file }) => allowsExport(principal, file));

/** The report of a key, for who may have it. */
export function reportOf(principal: Principal, key: string | null | undefined): Report {
  const found = reports.find((one) => one.key === key);
  if (found === undefined) throw notFound();
  if (!allowsExport(principal, found.file)) throw forbidden();
  return found;
}
