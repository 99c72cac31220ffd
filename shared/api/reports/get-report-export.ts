import { findByKey } from "../../access/find-by-key.ts";
import { bundleKey } from "../../exports/bundle-key.ts";
import { keptUntil } from "../../exports/kept-until.ts";
import { exportKeyOf } from "../../exports/report-export-key.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { REDIRECT_MINUTES } from "../../names.ts";
import type { Clock, LinkSigner } from "../../ports.ts";
import { exportJob } from "../../records/export-job.ts";
import { utcDay } from "../../records/utc-day.ts";
import { type Answer, notFound, one } from "../envelope.ts";
import type { ApiRequest } from "../request.ts";
import { reportOf } from "./report-of.ts";
import { NO_LINK, presentReportExport } from "./report-shape.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "read">;
  readonly bundleLinks: LinkSigner;
  readonly clock: Clock;
}

/**
 * The export of a report, with a link to its file once it is done and for as long as that is kept. Whoever may ask for the
 * report may fetch it, as the link needs no credentials; an export of anything else is no report.
 */
export async function getReportExport(
  { ledger, bundleLinks, clock }: Dependencies,
  { principal, path }: ApiRequest,
): Promise<Answer> {
  const { program } = principal;
  const stored = await findByKey(ledger, exportJob, program, exportKeyOf(path["key"]));
  if (stored === undefined) throw notFound();
  const { record: job } = stored;
  const { file } = reportOf(principal, job.report_key);
  const now = clock();
  const kept = keptUntil(job);
  if (kept === null || kept <= now) return one(presentReportExport(job, now, NO_LINK), "Export retrieved");
  const file_name = `${program}-${file}-${utcDay(job.as_of)}.zip`;
  const file_url = await bundleLinks.link(bundleKey(program, job.key), {
    minutes: REDIRECT_MINUTES,
    filename: file_name,
  });
  const expires_at = Math.min(kept, now + REDIRECT_MINUTES * 60_000);
  return one(presentReportExport(job, now, { file_url, file_name, expires_at }), "Export retrieved");
}
