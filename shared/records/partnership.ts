import * as z from "zod";
import {
  amountCell,
  type BundleRow,
  countCell,
  exactInstantCell,
  exportedAt,
  flagCell,
  groupSlugCell,
  listCell,
  partnerColumns,
  partnerKeyCell,
  textCell,
} from "./bundle.ts";
import { choice, email, flag, instant, tags, text } from "./cell.ts";
import { optional, required } from "./column.ts";
import { fieldValues } from "./form-field.ts";
import { partnerPk } from "./place.ts";
import { searchable } from "./searchable.ts";
import { base, defineRecord, instantField, since, testFlag } from "./record.ts";
import { wholeRecord, wholeRecordCell } from "./whole-record.ts";

export const PARTNER_STATUSES = ["approved", "pending", "declined"] as const;

/** A partner with what its row in the bundle adds up, from the very rows of the other files. */
export interface PartnerRow {
  readonly partnership: Partnership;
  readonly customers: number;
  readonly transactions: number;
  readonly transactionsUsd: bigint;
  readonly rewardsUsd: bigint;
}

type Row = BundleRow<PartnerRow>;
const of =
  <T>(pick: (partnership: Partnership) => T, cell: (value: T) => string) =>
  ({ subject }: Row) =>
    cell(pick(subject.partnership));

const schema = z.object({
  ...base,
  ...testFlag,
  partner_key: z.string().min(1).max(255),
  email: z.string().max(254),
  first_name: z.string().max(50),
  last_name: z.string().max(50),
  group_key: z.string(),
  manager: z.string().max(254).nullable(),
  tags: z.array(z.string()),
  fields: since({}, fieldValues).meta({ description: "The program's own fields of partners by api_name" }),
  status: z.enum(PARTNER_STATUSES),
  archived: z.boolean(),
  joined_at: instantField(),
  group_joined_at: instantField(),
});

export type Partnership = z.output<typeof schema>;

/** One partner's membership of the program. `key` is the `partner_id` of every export file. */
export const partnership = defineRecord({
  kind: "partnership",
  collection: "partnerships",
  schema,
  place: ({ program, key }) => ({ pk: partnerPk(program, key, null), sk: "#" }),
  unique: ({ key, partner_key, email: address }) => [
    { field: "key", value: key },
    { field: "partner_key", value: partner_key, keeps: true },
    { field: "email", value: address.toLowerCase() },
  ],
  listed: true,
  listedByUpdate: true,
  searched: {
    text: ({ first_name, last_name, email: address, partner_key }) =>
      searchable(`${first_name} ${last_name}\n${address}\n${partner_key}`),
    order: ({ first_name, last_name }) => searchable(`${first_name} ${last_name}`),
  },
  layout: {
    columns: {
      partner_first: required(text(50, "Ada"), "The partner's first name"),
      partner_last: required(text(50, "Lovelace"), "The partner's last name"),
      partner_email: required(email, "The partner's e-mail address; finds an existing partner"),
      partner_key: optional(text(255, "ada"), "A unique key of your own; a random one is made when absent"),
      partner_id: optional(
        text(255, "part_8fk2"),
        "Key of the partner in an export: ours finds the partner, any other becomes a new partner's partner_key",
      ),
      partner_group: optional(text(100, "Affiliates"), "Name, slug or key of a group; the default group when absent"),
      partner_joined_date: optional(instant, "When the partner joined; the moment of import when absent"),
      partner_manager: optional(text(254, "grace@company.example"), "E-mail address or name of the partner's manager"),
      partner_tags: optional(tags, "Tags, replacing the partner's earlier ones"),
      partner_group_joined_date: optional(
        instant,
        "When the partner came into the group; with the program when absent",
      ),
      partner_created_date: optional(instant, "When the partner was recorded; the day of joining when absent"),
      partner_status: optional(choice(PARTNER_STATUSES, "bad_status"), "approved when absent"),
      partner_archived: optional(flag, "Whether the partner is archived; false when absent"),
      ...wholeRecord,
    },
    inOrder: "every row",
  },
  bundle: {
    file: "partners.csv",
    columns: {
      partner_id: partnerColumns.partner_id,
      partner_firstname: ({ partner }: Row) => textCell(partner?.firstName ?? null),
      partner_group: partnerColumns.partner_group,
      partner_program_join_date: partnerColumns.partner_program_join_date,
      partner_group_join_date: partnerColumns.partner_group_join_date,
      archived_status: ({ partner }: Row) => flagCell(partner?.archived ?? null),
      partner_email: ({ partner }: Row) => textCell(partner?.email ?? null),
      partner_manager: partnerColumns.partner_manager,
      partner_tags: partnerColumns.partner_tags,
      total_number_of_customers: ({ subject }: Row) => countCell(subject.customers),
      total_number_of_transactions: ({ subject }: Row) => countCell(subject.transactions),
      total_sum_of_transactions_usd: ({ subject }: Row) => amountCell(subject.transactionsUsd, "USD"),
      total_sum_of_rewards: ({ subject }: Row) => amountCell(subject.rewardsUsd, "USD"),
      ...exportedAt,
    },
  },
  reimport: {
    file: "partners.csv",
    columns: {
      partner_key: partnerKeyCell,
      partner_email: of((p) => p.email, textCell),
      partner_first: of((p) => p.first_name, textCell),
      partner_last: of((p) => p.last_name, textCell),
      partner_group: groupSlugCell,
      partner_manager: of((p) => p.manager, textCell),
      partner_tags: of((p) => p.tags, listCell),
      partner_status: of((p) => p.status, textCell),
      partner_archived: of((p) => p.archived, flagCell),
      partner_joined_date: of((p) => p.joined_at, exactInstantCell),
      partner_group_joined_date: of((p) => p.group_joined_at, exactInstantCell),
      partner_created_date: of((p) => p.created_at, exactInstantCell),
      ...wholeRecordCell,
    },
  },
});
