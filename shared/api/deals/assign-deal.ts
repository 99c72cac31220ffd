import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { deal } from "../../records/deal.ts";
import { partnership } from "../../records/partnership.ts";
import { type Answer, one } from "../envelope.ts";
import { findByEitherKey } from "../find-by-either-key.ts";
import type { ApiRequest } from "../request.ts";
import { presentDeals } from "./deal-shape.ts";
import { dealOf } from "./get-deal.ts";
import { dealAfter } from "./update-deal.ts";

/** Gives a deal to a partner, who may have another one's before or nobody's. The team of the path is of no meaning here: partners have none. */
export async function assignDeal(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, path } = request;
  const { record: found } = await dealOf(ledger, principal, path["key"]);
  const fields = ["key", "partner_key"];
  const { record: partner } = await findByEitherKey(
    ledger,
    partnership,
    principal.program,
    fields,
    path["partnership_key"],
  );
  const made = await recordChange(dependencies, request, { declaration: deal, key: found.key }, async (given) => {
    const before = await dealOf(ledger, principal, found.key);
    const after = await dealAfter(ledger, request, given, before, { partnership_key: partner.key });
    if (after.partnership_key === before.record.partnership_key) return before.record;
    return { change: { declaration: deal, before, after }, action: "deal.assigned" };
  });
  const [shown = {}] = await presentDeals(ledger, principal.program, [made]);
  return one(shown, "Deal assigned");
}
