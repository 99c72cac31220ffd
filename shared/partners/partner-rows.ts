import * as z from "zod";
import { atOnce } from "../at-once.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Group } from "../records/group.ts";
import type { Partnership } from "../records/partnership.ts";
import { isTest } from "../records/record.ts";
import { partnerFigures, type PartnerFigures } from "./partner-figures.ts";
import type { paidCounter, PaidCustomers } from "./paid-customers.ts";
import {
  amountColumn,
  countColumn,
  flagColumn,
  instantColumn,
  keyColumn,
  type TableColumn,
  type TableColumns,
  textColumn,
  unconvertedColumn,
} from "./table-column.ts";

/** A partner with what it has brought. */
export interface PartnerRow {
  readonly partner: Partnership;
  readonly group: Group | undefined;
  readonly figures: PartnerFigures;
  readonly paid: PaidCustomers;
  readonly as_of: number;
}

const nameOf = ({ first_name, last_name }: Partnership): string => `${first_name} ${last_name}`.trim();

const groupShape = z.object({ key: z.string(), name: z.string(), slug: z.string() }).nullable();

const presentGroup = (group: Group | undefined): z.output<typeof groupShape> =>
  group === undefined ? null : { key: group.key, name: group.name, slug: group.slug };

const groupColumn: TableColumn<Pick<PartnerRow, "group">> = {
  shape: groupShape,
  value: ({ group }) => presentGroup(group),
  text: ({ group }) => group?.name ?? "",
  rank: ({ group }) => group?.name ?? null,
};

/** What a partner has brought, with what that means. */
export const figureColumns: TableColumns<PartnerRow> = {
  sign_ups: countColumn("Customers that belong to the partner", ({ figures }) => figures.sign_ups),
  paid_customers: countColumn(
    "Of these, customers with a transaction, whatever its amount and with whichever partner it was made; null where they are too " +
      "many to be counted with the list and have not been counted before",
    ({ paid }) => paid.paid,
  ),
  paid_customers_counted_at: instantColumn(
    "When those were counted: at `as_of`, or before where they are too many to be counted with the list",
    ({ paid }) => paid.counted_at,
  ),
  revenue_usd: amountColumn(
    "What the partner's transactions come to in US cents, refunds taken off, each at the rate of when it was recorded",
    ({ figures }) => ({ amount: figures.revenue_usd, currency: "USD" }),
  ),
  unconverted: unconvertedColumn(({ figures }) => figures.unconverted),
  last_active: instantColumn(
    "The beginning of the last UTC day that a sign-up, transaction, reward, lead or deal of the partner bears",
    ({ figures }) => figures.last_active,
  ),
};

/** The table of all partners. */
export const partnerColumns: TableColumns<PartnerRow> = {
  key: keyColumn("Key of the partnership", ({ partner }) => partner.key),
  partnership_key: keyColumn("The same", ({ partner }) => partner.key),
  partner_key: keyColumn("The program's own key of the partner", ({ partner }) => partner.partner_key),
  partner: keyColumn("The partner's name", ({ partner }) => nameOf(partner)),
  email: keyColumn("The partner's e-mail address", ({ partner }) => partner.email),
  manager: textColumn("Who looks after the partner", ({ partner }) => partner.manager),
  group: groupColumn,
  ...figureColumns,
  joined_at: instantColumn("When the partner joined", ({ partner }) => partner.joined_at),
  status: keyColumn("Whether the partner was let in", ({ partner }) => partner.status),
  archived: flagColumn("Whether the partner is archived", ({ partner }) => partner.archived),
  test: flagColumn("Whether it was made with a test key", ({ partner }) => isTest(partner)),
  as_of: instantColumn("The instant of these figures", (row) => row.as_of),
};

export const shapeOf = <Row>(columns: TableColumns<Row>) =>
  z.object(Object.fromEntries(Object.entries(columns).map(([name, { shape }]) => [name, shape])));

export const presentColumns = <Row>(columns: TableColumns<Row>, row: Row): Record<string, unknown> =>
  Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.value(row)]));

/** What the figures mean, by their names. */
export const definitions = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(figureColumns).map(([name, { shape }]) => [name, z.globalRegistry.get(shape)?.description ?? ""]),
  );

/** Partners whose sums are read at once. */
const SUMS_AT_ONCE = 16;

interface Dependencies {
  readonly ledger: Pick<Ledger, "sums">;
  readonly groups: readonly Group[];
  readonly countPaid: ReturnType<typeof paidCounter>;
  readonly as_of: number;
}

/** The rows of some partners. */
export const partnerRows = (
  { ledger, groups, countPaid, as_of }: Dependencies,
  partners: readonly Partnership[],
): Promise<PartnerRow[]> =>
  atOnce(SUMS_AT_ONCE, partners, async (partner) => {
    const sums = await ledger.sums(partner.program, partner.key);
    return {
      partner,
      group: groups.find(({ key }) => key === partner.group_key),
      figures: partnerFigures(sums.counters),
      paid: await countPaid(partner.program, partner.key, sums),
      as_of,
    };
  });
