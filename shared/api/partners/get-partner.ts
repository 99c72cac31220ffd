import * as z from "zod";
import type { Ledger } from "../../ledger/ledger.ts";
import { paidCounter } from "../../partners/paid-customers.ts";
import {
  definitions,
  figureColumns,
  partnerColumns,
  partnerRows,
  presentColumns,
  shapeOf,
} from "../../partners/partner-rows.ts";
import type { Clock, Table } from "../../ports.ts";
import { type Answer, one } from "../envelope.ts";
import { groupsOf } from "../list-scope.ts";
import type { ApiRequest } from "../request.ts";
import { activityShape, partnerActivity } from "./partner-activity.ts";
import { partnerOfPath } from "./partner-of-path.ts";

interface Dependencies {
  readonly ledger: Ledger;
  readonly table: Pick<Table, "write">;
  readonly clock: Clock;
}

const money = z.object({ amount: z.int().meta({ description: "Minor units" }), currency: z.string() });
const counted = (by: string) => z.array(z.object({ [by]: z.string(), count: z.int() }));

const metricsShape = z.object({
  ...shapeOf(figureColumns).shape,
  transactions: z.int().meta({ description: "Transactions made while their customers were the partner's" }),
  rewards_usd: z.int().meta({ description: "US cents, whatever became of the rewards" }),
  rewards_unconverted: z
    .array(z.object({ currency: z.string(), transactions: z.int() }))
    .meta({ description: "Currencies whose rewards had no rate, with how many there are" }),
  rewards: z.array(z.object({ status: z.string(), count: z.int(), amounts: z.array(money) })),
  leads: counted("status"),
  deals: counted("stage"),
  deal_amounts: z.array(money),
});

/** A partner with figures and latest activity. */
export const partnerSummaryShape = z.object({
  ...shapeOf(Object.fromEntries(Object.entries(partnerColumns).filter(([name]) => !Object.hasOwn(figureColumns, name))))
    .shape,
  tags: z.array(z.string()),
  group_joined_at: z.int(),
  created_at: z.int(),
  updated_at: z.int(),
  metrics: metricsShape,
  activity: z.array(activityShape).meta({ description: "The latest 20 events of the kinds that you may read" }),
  definitions: z.record(z.string(), z.string()).meta({ description: "What the metrics mean" }),
});

/** One partner: who it is, what it has brought, and what came last. */
export async function getPartner(dependencies: Dependencies, { principal, path }: ApiRequest): Promise<Answer> {
  const { ledger, clock } = dependencies;
  const partner = await partnerOfPath(ledger, principal, path["key"]);
  const groups = await groupsOf(ledger, principal.program);
  const as_of = clock();
  const countPaid = paidCounter(dependencies, as_of);
  const [[row], activity] = await Promise.all([
    partnerRows({ ledger, groups, countPaid, as_of }, [partner]),
    partnerActivity(ledger, principal, partner.key),
  ]);
  if (row === undefined) throw new Error("a partner has a row");
  const shown = presentColumns(partnerColumns, row);
  const figures = presentColumns(figureColumns, row);
  const { tags, group_joined_at, created_at, updated_at } = partner;
  const own = Object.fromEntries(Object.entries(shown).filter(([name]) => !Object.hasOwn(figures, name)));
  return one(
    {
      ...own,
      tags,
      group_joined_at,
      created_at,
      updated_at,
      metrics: { ...row.figures, ...figures },
      activity,
      definitions: definitions(),
    },
    "Partner retrieved",
  );
}
