import { CallerError } from "../errors.ts";
import type { Change } from "../ledger/entry.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Stored } from "../ledger/stored.ts";
import { exportJob, exportPlace } from "../records/export-job.ts";
import {
  MOST_REPORTS,
  REPORT_SPAN_MS,
  type ReportSlots,
  reportSlots,
  reportSlotsPlace,
} from "../records/report-slots.ts";
import { isStuck } from "./is-stuck.ts";

/** Who asks for which report, under which key of its export. */
export interface AskedReport {
  readonly program: string;
  readonly report_key: string;
  readonly teammate_key: string;
  readonly export_key: string;
  readonly now: number;
}

type Slot = ReportSlots["exports"][number];

/**
 * The changes to be committed together with the export of a report. Refuses the report that has been exported within two
 * hours, and the teammate who has had as many as there may be. An export that failed by itself counts for the teammate
 * alone: the report can be asked for again at once.
 */
export async function takeReportSlots(ledger: Pick<Ledger, "read">, asked: AskedReport): Promise<readonly Change[]> {
  const { program, report_key, teammate_key, now } = asked;
  const [ofReport, ofTeammate] = await ledger.read(reportSlots, [
    reportSlotsPlace(program, report_key),
    reportSlotsPlace(program, teammate_key),
  ]);
  const exported = await thatCount(ledger, program, lately(ofReport, now), now);
  const [last] = exported;
  if (last !== undefined) throw tooMany(`the report ${report_key} has been exported within two hours`, last, now);
  const had = lately(ofTeammate, now);
  const [first] = had;
  if (first !== undefined && had.length >= MOST_REPORTS) {
    throw tooMany(`${had.length} reports have been exported for this teammate within two hours`, first, now);
  }
  return [changed(asked, report_key, ofReport, exported), changed(asked, teammate_key, ofTeammate, had)];
}

/** Oldest first. */
const lately = (slots: Stored<ReportSlots> | undefined, now: number): readonly Slot[] =>
  (slots?.record.exports ?? []).filter(({ at }) => at > now - REPORT_SPAN_MS);

async function thatCount(
  ledger: Pick<Ledger, "read">,
  program: string,
  slots: readonly Slot[],
  now: number,
): Promise<readonly Slot[]> {
  const jobs = await ledger.read(
    exportJob,
    slots.map(({ key }) => exportPlace(program, key)),
  );
  return slots.filter((_slot, at) => {
    const job = jobs[at]?.record;
    if (job === undefined) return false;
    // What was taken back has cost as much as any other.
    const isLost = job.status === "failed" && job.revoked_at === null;
    return !isLost && !isStuck(job, now);
  });
}

function changed(
  { program, export_key, now }: AskedReport,
  key: string,
  before: Stored<ReportSlots> | undefined,
  slots: readonly Slot[],
): Change<ReportSlots> {
  const created_at = before?.record.created_at ?? now;
  const exports = [...slots, { key: export_key, at: now }];
  return { declaration: reportSlots, before, after: { program, key, created_at, updated_at: now, exports } };
}

const tooMany = (problem: string, { at }: Slot, now: number): CallerError => {
  const retryAfterSeconds = Math.ceil((at + REPORT_SPAN_MS - now) / 1000);
  return new CallerError("too_many", `${problem}: ask again in ${retryAfterSeconds} seconds`, undefined, {
    retryAfterSeconds,
  });
};
