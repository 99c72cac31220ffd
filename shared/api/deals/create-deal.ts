import { newDeal } from "../../pipeline/said-deal.ts";
import { deal, DEAL_FIELDS } from "../../records/deal.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { type Answer, one } from "../envelope.ts";
import { partnerNamed, testFor } from "../partner-of-request.ts";
import { customerOfBody } from "../pipeline/customer-of-body.ts";
import { requireForm } from "../pipeline/form-body.ts";
import { groupOfBody, stageMeant } from "../pipeline/group-of-body.ts";
import type { ApiRequest } from "../request.ts";
import { requireFree } from "../require-free.ts";
import { validated } from "../validated.ts";
import { dealRequest, requirePartner, saidOfDeal } from "./deal-body.ts";
import { presentDeals } from "./deal-shape.ts";

/** Makes a deal: a partner's, or the vendor's own, which may be nobody's until it is assigned. */
export async function createDeal(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body, newKey } = request;
  const asked = validated(dealRequest, body === undefined ? {} : body);
  const key = newKey("deal_");
  const made = await recordChange(dependencies, request, { declaration: deal, key }, async ({ program, now }) => {
    const partner = await partnerNamed(ledger, program.key, asked);
    requirePartner({ source: asked.source ?? "partner", partnership_key: partner?.key ?? null });
    const group = await groupOfBody(ledger, program, { kind: "deals", named: asked.group_key, partner });
    const { said, stage = "" } = saidOfDeal(asked, group.deal_form);
    const customer_key = await customerOfBody(ledger, program.key, asked.customer_key);
    const after = newDeal(
      { ...said, customer_key },
      {
        program: program.key,
        key,
        partnership_key: partner?.key ?? null,
        group_key: group.key,
        stage: stageMeant(group.deal_stages, stage, "stage"),
        currency: said.currency ?? program.currency,
        ...testFor(principal, partner ?? group),
        created_at: now,
        updated_at: now,
      },
    );
    requireForm(group.deal_form, DEAL_FIELDS, after);
    await requireFree(ledger, deal, after);
    return { change: { declaration: deal, after }, action: "deal.created" };
  });
  const [shown = {}] = await presentDeals(ledger, principal.program, [made]);
  return one(shown, "Deal created");
}
