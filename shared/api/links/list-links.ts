import type { Ledger } from "../../ledger/ledger.ts";
import { type Answer, list } from "../envelope.ts";
import { loadProgram } from "../load-program.ts";
import { pageOfFew } from "../page-of-few.ts";
import { partnershipOf } from "../partnerships/partnership-of.ts";
import type { ApiRequest } from "../request.ts";
import { presentLink } from "./link-shape.ts";
import { defaultLink, linksMadeFor } from "./links-of.ts";

interface Dependencies {
  readonly ledger: Ledger;
}

/** The links of a partner, newest first, the default one among them; none where the program has links turned off. */
export async function listLinks({ ledger }: Dependencies, { principal, path, query }: ApiRequest): Promise<Answer> {
  const { record: partner } = await partnershipOf(ledger, principal, path["key"]);
  const [program, made] = await Promise.all([loadProgram(ledger, principal.program), linksMadeFor(ledger, partner)]);
  const usual = defaultLink(program, partner);
  const all = usual === undefined ? [] : [usual, ...made];
  const { items, has_more } = pageOfFew(all, query, ({ archived }) => !archived);
  const shown = items.map((one) => presentLink(one, partner, { isDefault: one === usual }));
  return list({ items: shown, has_more }, "Links retrieved");
}
