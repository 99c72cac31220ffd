import type { Ledger } from "../../ledger/ledger.ts";
import type { ObjectStore } from "../../ports.ts";
import { dealFile, dealFilesPk } from "../../records/deal-file.ts";
import { type Answer, list } from "../envelope.ts";
import { listPage } from "../paging.ts";
import type { ApiRequest } from "../request.ts";
import { presentDealFiles } from "./deal-file-shape.ts";
import { dealOf } from "./get-deal.ts";

interface Dependencies {
  readonly ledger: Ledger;
  readonly objects: Pick<ObjectStore, "get">;
}

/** The files of a deal, newest first. */
export async function listDealFiles(
  { ledger, objects }: Dependencies,
  { principal, path, query }: ApiRequest,
): Promise<Answer> {
  const { program } = principal;
  const { record: deal } = await dealOf(ledger, principal, path["key"]);
  const lanes = [{ pk: dealFilesPk(program, deal.key) }];
  const { items, ...page } = await listPage(ledger, dealFile, program, query, { lanes });
  return list({ items: await presentDealFiles(objects, items), ...page }, "Files retrieved");
}
