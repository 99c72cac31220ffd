import type { Ledger } from "../../ledger/ledger.ts";
import type { Table } from "../../ports.ts";
import type { WebhookDelivery } from "../../records/webhook-delivery.ts";
import { deliveryPlace, readDelivery } from "../../webhooks/deliveries.ts";
import { type Answer, notFound, one } from "../envelope.ts";
import type { ApiRequest } from "../request.ts";
import { findWebhook } from "./find-webhook.ts";
import { presentWithPayload } from "./present-delivery.ts";

interface Dependencies {
  readonly table: Pick<Table, "get">;
  readonly ledger: Pick<Ledger, "read">;
}

const LONGEST_KEY = 255;

/** The delivery that a request is about. */
export async function findDelivery(
  table: Pick<Table, "get">,
  { principal, path }: ApiRequest,
  webhook: string,
): Promise<WebhookDelivery> {
  const { delivery_key: key = "" } = path;
  if (key === "" || key.length > LONGEST_KEY) throw notFound();
  const [item] = await table.get([deliveryPlace(principal.program, webhook, key)]);
  if (item === undefined) throw notFound();
  return readDelivery(item);
}

/** One delivery, with what it carries. */
export async function getWebhookDelivery({ table, ledger }: Dependencies, request: ApiRequest): Promise<Answer> {
  const { record } = await findWebhook(ledger, request);
  const delivery = await findDelivery(table, request, record.key);
  return one(presentWithPayload(delivery, request.principal), "Delivery retrieved");
}
