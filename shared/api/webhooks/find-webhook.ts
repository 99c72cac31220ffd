import { findByKey } from "../../access/find-by-key.ts";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Stored } from "../../ledger/stored.ts";
import { type Webhook, webhook } from "../../records/webhook.ts";
import { notFound } from "../envelope.ts";
import type { ApiRequest } from "../request.ts";

/** The webhook that a request is about. */
export async function findWebhook(
  ledger: Pick<Ledger, "read">,
  { principal, path }: ApiRequest,
): Promise<Stored<Webhook>> {
  const found = await findByKey(ledger, webhook, principal.program, path["key"]);
  if (found === undefined) throw notFound();
  return found;
}

/** The webhook that a request is to change; refuses one that is archived. */
export async function findLiving(ledger: Pick<Ledger, "read">, request: ApiRequest): Promise<Stored<Webhook>> {
  const found = await findWebhook(ledger, request);
  if (found.record.archived) throw new CallerError("conflict", "the webhook is archived");
  return found;
}
