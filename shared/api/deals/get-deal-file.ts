import type { Ledger } from "../../ledger/ledger.ts";
import { REDIRECT_MINUTES } from "../../names.ts";
import type { Clock, LinkSigner, ObjectStore } from "../../ports.ts";
import { dealFile } from "../../records/deal-file.ts";
import { type Answer, notFound, one } from "../envelope.ts";
import { findByEitherKey } from "../find-by-either-key.ts";
import type { ApiRequest } from "../request.ts";
import { dealFileObject, presentDealFiles } from "./deal-file-shape.ts";
import { dealOf } from "./get-deal.ts";

interface Dependencies {
  readonly ledger: Ledger;
  readonly objects: Pick<ObjectStore, "get">;
  readonly dealFileLinks: LinkSigner;
  readonly clock: Clock;
}

/** One file of a deal, with a link to it that is good for some minutes. */
export async function getDealFile(
  { ledger, objects, dealFileLinks, clock }: Dependencies,
  { principal, path }: ApiRequest,
): Promise<Answer> {
  const { record: deal } = await dealOf(ledger, principal, path["key"]);
  const { record } = await findByEitherKey(ledger, dealFile, principal.program, ["key"], path["file_key"]);
  if (record.deal_key !== deal.key) throw notFound();
  const [shown] = await presentDealFiles(objects, [record]);
  if (shown?.uploaded !== true) return one({ ...shown, url: null, url_expires_at: null }, "File retrieved");
  const url_expires_at = clock() + REDIRECT_MINUTES * 60_000;
  const url = await dealFileLinks.link(dealFileObject(record), {
    minutes: REDIRECT_MINUTES,
    filename: record.filename,
  });
  return one({ ...shown, url, url_expires_at }, "File retrieved");
}
