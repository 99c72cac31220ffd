import { awaited, type Bundle, exportedAt, partnerColumns } from "./bundle.ts";

const { partner_id, partner_name, partner_program_join_date, partner_group_join_date, partner_manager, partner_tags } =
  partnerColumns;

/**
 * Files of the bundle whose records come later: until then each holds its header line. A noun that arrives takes its
 * columns along into its own file.
 */
export const applicationsFile: Bundle = {
  file: "applications.csv",
  columns: { ...partnerColumns, ...awaited("application_approved"), ...exportedAt },
};

export const dealsFile: Bundle = {
  file: "deals.csv",
  columns: {
    partner_id,
    ...awaited("deal_account_name", "deal_email", "deal_stage", "deal_amount", "deal_last_updated", "deal_close_date"),
    ...awaited("deal_created_date", "deal_lost_reason", "deal_contact_first_name"),
    ...awaited("customer_key", "customer_ps_key", "customer_name"),
    ...exportedAt,
  },
};

export const leadsFile: Bundle = {
  file: "leads.csv",
  columns: {
    partner_id,
    partner_name,
    partner_program_join_date,
    partner_group_join_date,
    partner_manager,
    partner_tags,
    ...awaited("lead_email", "lead_status", "lead_amount", "lead_last_updated", "lead_created_date", "lead_approved"),
    ...awaited("lead_decline_reason", "customer_key", "customer_ps_key", "customer_name"),
    ...exportedAt,
  },
};
