import { type Deal, deal, DEAL_FIELDS } from "../../records/deal.ts";
import { changedDeal } from "../../pipeline/said-deal.ts";
import { type Circumstances, recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Stored } from "../../ledger/stored.ts";
import type * as z from "zod";
import { type Answer, done, one } from "../envelope.ts";
import { testFor } from "../partner-of-request.ts";
import { customerOfBody } from "../pipeline/customer-of-body.ts";
import { deedOf } from "../pipeline/deed-of.ts";
import { requireForm } from "../pipeline/form-body.ts";
import { groupOfBody, stageAfter } from "../pipeline/group-of-body.ts";
import { partnerAfter } from "../pipeline/partner-after.ts";
import type { ApiRequest } from "../request.ts";
import { requireFree } from "../require-free.ts";
import { validated } from "../validated.ts";
import { dealChange, requirePartner, saidOfDeal } from "./deal-body.ts";
import { presentDeals } from "./deal-shape.ts";
import { dealOf } from "./get-deal.ts";

/** Changes a deal; with another partner's key, it goes to that partner and is held against the form of their group. */
export async function updateDeal(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body, path } = request;
  const asked = validated(dealChange, body === undefined ? {} : body);
  const { record: found } = await dealOf(ledger, principal, path["key"]);
  const made = await recordChange(dependencies, request, { declaration: deal, key: found.key }, async (given) => {
    const before = await dealOf(ledger, principal, found.key);
    const after = await dealAfter(ledger, request, given, before, asked);
    return { change: { declaration: deal, before, after }, action: `deal.${deedOf(before.record, after)}` };
  });
  const [shown = {}] = await presentDeals(ledger, principal.program, [made]);
  return one(shown, "Deal updated");
}

/** What a body makes of a deal; refuses what its partner, group and form do not allow. */
export async function dealAfter(
  ledger: Pick<Ledger, "find" | "read" | "collection" | "claims">,
  { principal }: Pick<ApiRequest, "principal">,
  { program, now }: Circumstances,
  { record: before }: Stored<Deal>,
  asked: z.output<typeof dealChange>,
): Promise<Deal> {
  const partner = await partnerAfter(ledger, principal, asked, before);
  const group = await groupOfBody(ledger, program, { kind: "deals", named: asked.group_key, partner, before });
  const { said, stage } = saidOfDeal(asked, group.deal_form, before);
  const customer_key = await customerOfBody(ledger, program.key, asked.customer_key);
  const after = changedDeal(
    before,
    { ...said, customer_key },
    {
      partnership_key: partner?.key ?? null,
      group_key: group.key,
      stage: stageAfter(group.deal_stages, "stage", {
        asked: stage,
        held: before.stage,
        isMoved: group.key !== before.group_key,
      }),
      updated_at: now,
    },
  );
  requirePartner(after);
  requireForm(group.deal_form, DEAL_FIELDS, after, before);
  await requireFree(ledger, deal, after);
  return after;
}

/** Archives a deal: it stays, and is told as archived. */
export async function archiveDeal(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, path } = request;
  const { record: found } = await dealOf(ledger, principal, path["key"]);
  await recordChange(dependencies, request, { declaration: deal, key: found.key }, async ({ now }) => {
    const before = await dealOf(ledger, principal, found.key);
    testFor(principal, before.record, "key");
    if (before.record.archived) return before.record;
    const after = { ...before.record, archived: true, updated_at: now };
    return { change: { declaration: deal, before, after }, action: "deal.archived" };
  });
  return done("Deal archived");
}
