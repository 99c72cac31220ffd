import { awaited, type Bundle, exportedAt, partnerColumns } from "./bundle.ts";

/**
 * A file of the bundle whose records come later: until then it holds its header line. A noun that arrives takes its
 * columns along into its own file.
 */
export const applicationsFile: Bundle = {
  file: "applications.csv",
  columns: { ...partnerColumns, ...awaited("application_approved"), ...exportedAt },
};
