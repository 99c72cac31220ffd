import { type Bundle, type BundleRow, exportedAt, flagCell, partnerColumns, textCell } from "./bundle.ts";
import type { Partnership, PartnerRow } from "./partnership.ts";

type Row = BundleRow<PartnerRow>;

const of =
  <T>(pick: (partner: Partnership) => T, cell: (value: T) => string) =>
  ({ subject }: Row) =>
    cell(pick(subject.partnership));

/** Nobody has decided while it is pending. */
const APPROVED: Readonly<Record<Partnership["status"], boolean | null>> = {
  approved: true,
  declined: false,
  pending: null,
};

/** What partners said when they applied. The program's own fields of partners follow as columns by their labels. */
export const applicationsFile: Bundle<PartnerRow> = {
  file: "applications.csv",
  columns: {
    ...partnerColumns,
    application_approved: of(({ status }) => APPROVED[status], flagCell),
    ...exportedAt,
    "First name": of(({ first_name }) => first_name, textCell),
    "Last name": of(({ last_name }) => last_name, textCell),
    email: of(({ email }) => email, textCell),
  },
};
