import { partnerColumns, shapeOf } from "../../partners/partner-rows.ts";
import { type PartnerTableName, partnerTables, type TableView } from "../../partners/partner-tables.ts";
import type { TableColumns } from "../../partners/table-column.ts";
import { PARTNER_STATUSES } from "../../records/partnership.ts";
import {
  cursors,
  inQuery,
  limit,
  listOf,
  listQuery,
  one,
  type Shape,
  type Shapes,
  soughtList,
} from "../openapi-shape.ts";
import type { Schema } from "../schema-of.ts";
import { partnerSummaryShape } from "./get-partner.ts";
import { PARTNER_ORDERS } from "./list-partners.ts";
import type { partnerRoutes } from "./routes.ts";
import { FORMATS, ordersOf } from "./table-query.ts";

const rowShape = <Row>({ columns, beside }: TableView<Row>) => shapeOf<Row>({ ...columns, ...beside });

/** What routes of the partner view answer, by the names of the components. */
export const partnerSchemas = {
  PartnerRow: shapeOf(partnerColumns),
  PartnerSummary: partnerSummaryShape,
  PartnerCustomersRow: rowShape(partnerTables.customers),
  PartnerRewardsRow: rowShape(partnerTables.rewards),
  PartnerTransactionsRow: rowShape(partnerTables.transactions),
  PartnerLeadsRow: rowShape(partnerTables.leads),
  PartnerDealsRow: rowShape(partnerTables.deals),
  PartnerSubscriptionsRow: rowShape(partnerTables.subscriptions),
};

const text: Schema = { type: "string" };
const instant: Schema = { type: "integer", minimum: 0 };

const format = inQuery("format", "`csv` for all of it as a file; pages and cursors are for JSON", {
  type: "string",
  enum: FORMATS,
  default: "json",
});

const choicesIn = <Row>(columns: TableColumns<Row>): Schema[] =>
  Object.entries(columns).flatMap(([name, { choices }]) =>
    choices === undefined ? [] : [inQuery(name, `Only rows with this ${name}`, { type: "string", enum: choices })],
  );

function tableShape<Row>(name: PartnerTableName, table: TableView<Row>): Shape {
  const { columns, beside } = table;
  const orders = ordersOf(table);
  return {
    ...listOf(`Partner${name.charAt(0).toUpperCase()}${name.slice(1)}Row`, [
      limit,
      ...cursors,
      inQuery("min_created", "Only what was made then or later, in epoch milliseconds", instant),
      inQuery("max_created", "Only what was made then or earlier, in epoch milliseconds", instant),
      inQuery("order_by", "The column to sort by; `-` for the other way round", {
        type: "string",
        enum: orders,
        default: orders[0],
      }),
      inQuery("search", "Only rows with this text in one of the columns, or with this whole e-mail address", text),
      ...Object.keys(columns).map((column) =>
        inQuery(`search_${column}`, `Only rows with this text in ${column}`, text),
      ),
      ...choicesIn({ ...columns, ...beside }),
      format,
    ]),
    isFile: true,
  };
}

const partnersQuery: readonly Schema[] = [
  ...listQuery().filter(({ name }) => name !== "order_by"),
  inQuery("order_by", "By what the list is sorted, `-` for the other way round; with `search`, by name only", {
    type: "string",
    enum: PARTNER_ORDERS,
  }),
  inQuery("search", "Only partners with this text in their name, e-mail address or partner_key", text),
  inQuery("group", "Only partners in this group, by its slug, name or key", text),
  inQuery("group_key", "The same as `group`", text),
  inQuery("manager", "Only partners whom this manager looks after, by address or name", text),
  inQuery("tag", "Only partners with this tag", text),
  inQuery("archived", "Only archived partners, or only the others", { type: "boolean" }),
  inQuery("status", "Only partners of this status", { type: "string", enum: PARTNER_STATUSES }),
  inQuery("min_joined", "Only partners who joined then or later, in epoch milliseconds", instant),
  inQuery("max_joined", "Only partners who joined then or earlier, in epoch milliseconds", instant),
  format,
];

const definitions: Schema = { type: "object", additionalProperties: text, description: "What the figures mean" };

export const partnerShapes = (): Shapes<typeof partnerRoutes> => ({
  listPartners: { ...soughtList("PartnerRow", partnersQuery, { definitions }), isFile: true },
  getPartner: one("PartnerSummary"),
  listPartnerCustomers: tableShape("customers", partnerTables.customers),
  listPartnerRewards: tableShape("rewards", partnerTables.rewards),
  listPartnerTransactions: tableShape("transactions", partnerTables.transactions),
  listPartnerLeads: tableShape("leads", partnerTables.leads),
  listPartnerDeals: tableShape("deals", partnerTables.deals),
  listPartnerSubscriptions: tableShape("subscriptions", partnerTables.subscriptions),
});
