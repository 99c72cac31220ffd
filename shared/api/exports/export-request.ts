import * as z from "zod";
import { bundleFileNames } from "../../exports/bundle-files.ts";
import { EXPORT_FORMATS } from "../../records/export-job.ts";

/** The last instant that a date can be. */
const LAST_INSTANT = 8_640_000_000_000_000;

const MOST_PARTNERS = 500;

const moment = (description: string) =>
  z
    .union([z.int().min(0).max(LAST_INSTANT), z.iso.date()])
    .nullish()
    .meta({ description: `${description}. Epoch milliseconds, or a day as YYYY-MM-DD, all of it, in UTC` });

const name = (description: string) => z.string().min(1).max(255).nullish().meta({ description });

/** What a request for a bundle says. */
export const exportRequest = z.strictObject({
  member_email: z.string().min(1).max(254).meta({ description: "The teammate who gets the link" }),
  export_types: z
    .array(z.enum(bundleFileNames))
    .nullish()
    .meta({ description: "The files wanted; all that there are when absent" }),
  format: z
    .enum(EXPORT_FORMATS)
    .nullish()
    .meta({ description: "`import` for files in the importer's own headers; `bundle` when absent" }),
  all_time: z.boolean().nullish().meta({ description: "Records of any time, whatever `from` and `to` say" }),
  from: moment("Records of then or later"),
  to: moment("Records of then or earlier"),
  group: z.string().max(255).nullish().meta({ description: "Slug or key of the only group wanted" }),
  tag: name("Only partners with this tag"),
  manager: name("Only partners of this manager, by e-mail address or name"),
  archived: z.boolean().nullish().meta({ description: "Only partners who are archived, or only those who are not" }),
  joined_from: moment("Only partners who joined then or later"),
  joined_to: moment("Only partners who joined then or earlier"),
  partners: z
    .array(z.string().min(1).max(255))
    .min(1)
    .max(MOST_PARTNERS)
    .nullish()
    .meta({ description: "Only these partners, each by partner_key, partnership key or e-mail address" }),
});

export type ExportRequest = z.output<typeof exportRequest>;
