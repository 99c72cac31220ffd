import * as z from "zod";
import { base, defineRecord } from "./record.ts";

/** How many reports may be exported for a teammate within `REPORT_SPAN_MS`. */
export const MOST_REPORTS = 20;

/** Within which a report is exported once. */
export const REPORT_SPAN_MS = 2 * 60 * 60 * 1000;

const schema = z.object({
  ...base,
  exports: z
    .array(z.object({ key: z.string(), at: z.int() }))
    .max(MOST_REPORTS)
    .meta({ description: "The latest exports, and when each was asked for" }),
});

export type ReportSlots = z.output<typeof schema>;

/** Where the slots of a report, or those of a teammate, are: by the key of either. */
export const reportSlotsPlace = (program: string, key: string) => ({ pk: `${program}/report-slots`, sk: key });

/** Changes with every report that is asked for, so that of two requests at once only one can take the last slot. */
export const reportSlots = defineRecord({
  kind: "report-slots",
  collection: "report-slots",
  schema,
  place: ({ program, key }) => reportSlotsPlace(program, key),
  unique: () => [],
  listed: false,
});
