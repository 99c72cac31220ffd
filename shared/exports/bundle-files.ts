import { applicationsFile } from "../records/application.ts";
import { type Bundle, textCell } from "../records/bundle.ts";
import { customer, type CustomerRow } from "../records/customer.ts";
import { deal, DEAL_FIELDS, type DealRow } from "../records/deal.ts";
import type { ExportFilters } from "../records/export-job.ts";
import type { FieldValues, FormField } from "../records/form-field.ts";
import type { Group } from "../records/group.ts";
import { lead, LEAD_FIELDS, type LeadRow } from "../records/lead.ts";
import { partnership, type PartnerRow } from "../records/partnership.ts";
import type { Program } from "../records/program.ts";
import { reward, type RewardRow } from "../records/reward.ts";
import { transaction, type TransactionRow } from "../records/transaction.ts";
import { ownColumns, ownFieldsOf } from "./own-columns.ts";

/** What the rows of each file are made from. */
interface Subjects {
  readonly applications: PartnerRow;
  readonly customers: CustomerRow;
  readonly deals: DealRow;
  readonly leads: LeadRow;
  readonly partners: PartnerRow;
  readonly rewards: RewardRow;
  readonly transactions: TransactionRow;
}

export type BundleFileName = keyof Subjects;

/** Each file with its columns; some formats lack a file. */
export type BundleLayout = { readonly [Name in BundleFileName]?: Bundle<Subjects[Name]> };

/** The files of a bundle, by what a request may ask for, in the order they stand in the archive. */
export const bundleFiles = {
  applications: applicationsFile,
  customers: customer.bundle,
  deals: deal.bundle,
  leads: lead.bundle,
  partners: partnership.bundle,
  rewards: reward.bundle,
  transactions: transaction.bundle,
} as const satisfies BundleLayout;

/** The same files in the importer's own headers. */
const importFiles = {
  customers: customer.reimport,
  deals: deal.reimport,
  leads: lead.reimport,
  partners: partnership.reimport,
  rewards: reward.reimport,
  transactions: transaction.reimport,
} as const satisfies BundleLayout;

/** What a request may name. */
export const bundleFileNames: readonly BundleFileName[] = Object.keys(bundleFiles).filter(
  (name): name is BundleFileName => Object.hasOwn(bundleFiles, name),
);

/** The files of a format, with the columns of a program's own fields. */
export function bundleLayout(
  format: ExportFilters["format"],
  program: Pick<Program, "partner_fields" | "customer_fields">,
  groups: readonly Pick<Group, "lead_form" | "deal_form">[],
): BundleLayout {
  if (format === "bundle") {
    const applications = withOwn(bundleFiles.applications, program.partner_fields, byLabel, partnerValues);
    return { ...bundleFiles, applications };
  }
  return {
    ...importFiles,
    partners: withOwn(importFiles.partners, program.partner_fields, byName, partnerValues),
    customers: withOwn(importFiles.customers, program.customer_fields, byName, (row) => row.customer.fields),
    leads: withOwn(
      importFiles.leads,
      ownFieldsOf(
        groups.map(({ lead_form }) => lead_form),
        LEAD_FIELDS,
      ),
      byName,
      (row) => row.lead.fields,
    ),
    deals: withOwn(
      importFiles.deals,
      ownFieldsOf(
        groups.map(({ deal_form }) => deal_form),
        DEAL_FIELDS,
      ),
      byName,
      (row) => row.deal.fields,
    ),
  };
}

const byLabel = ({ label }: FormField): string => textCell(label);
const byName = ({ api_name }: FormField): string => api_name;
const partnerValues = ({ partnership: { fields } }: PartnerRow): FieldValues => fields;

function withOwn<Subject>(
  bundle: Bundle<Subject>,
  fields: readonly FormField[],
  headerOf: (field: FormField) => string,
  valuesOf: (subject: Subject) => FieldValues,
): Bundle<Subject> {
  const own = ownColumns<Subject>(fields, headerOf, ({ subject }) => valuesOf(subject), Object.keys(bundle.columns));
  return { ...bundle, columns: { ...bundle.columns, ...own } };
}
