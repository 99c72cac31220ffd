import * as z from "zod";
import type { Ledger } from "../../ledger/ledger.ts";
import { derivedKey } from "../../records/derived-key.ts";
import type { Group } from "../../records/group.ts";
import { type Answer, list } from "../envelope.ts";
import { groupAskedFor, groupsOf } from "../list-scope.ts";
import { pageOfAll } from "../paging.ts";
import type { ApiRequest } from "../request.ts";
import { readChoice } from "../validated.ts";
import { groupBrief, groupBriefShape } from "./group-brief.ts";

const OBJECT_TYPES = ["lead", "deal"] as const;

/** A status of leads or a stage of deals. */
export const salesCycleStageShape = z.object({
  key: z.string(),
  api_name: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  internal_status: z.string().nullable(),
  position: z.int().meta({ description: "From 0, in each group" }),
  object_type: z.enum(OBJECT_TYPES),
  sales_cycle_key: z.string().meta({ description: "One for each group and kind" }),
  sales_cycle_name: z.string(),
  group: groupBriefShape,
});

type SalesCycleStage = z.output<typeof salesCycleStageShape>;

interface Dependencies {
  readonly ledger: Pick<Ledger, "collection">;
}

/** The statuses of leads or stages of deals in their order: of one group, or of all of them, the oldest one first. */
export async function listStages({ ledger }: Dependencies, request: ApiRequest): Promise<Answer> {
  const { principal, path, query } = request;
  const type = readChoice(path, "object_type", OBJECT_TYPES) ?? "lead";
  const only = await groupAskedFor(ledger, principal.program, query);
  const groups = only === undefined ? await groupsOf(ledger, principal.program) : [only];
  const all = groups
    .toSorted((a, b) => a.created_at - b.created_at || (a.key < b.key ? -1 : 1))
    .flatMap((group) => stagesOf(group, type));
  return list(pageOfAll(all, query), "Stages retrieved");
}

const stagesOf = (group: Group, object_type: SalesCycleStage["object_type"]): SalesCycleStage[] =>
  (object_type === "lead" ? group.lead_statuses : group.deal_stages).map(({ name, api_name }, position) => ({
    key: derivedKey("stge_", group.program, group.key, object_type, api_name),
    api_name,
    name,
    description: null,
    internal_status: null,
    position,
    object_type,
    sales_cycle_key: derivedKey("cycl_", group.program, group.key, object_type),
    sales_cycle_name: `${object_type === "lead" ? "Lead statuses" : "Deal stages"}, ${group.name}`,
    group: groupBrief(group),
  }));
