import type { Ledger } from "../../ledger/ledger.ts";
import type { Table } from "../../ports.ts";
import {
  DELIVERY_STATUSES,
  deliveriesOf,
  deliverySk,
  isDeliveryKey,
  type WebhookDelivery,
} from "../../records/webhook-delivery.ts";
import { readDelivery } from "../../webhooks/deliveries.ts";
import { type Answer, list } from "../envelope.ts";
import { readPageRequest } from "../page-request.ts";
import { notInList } from "../paging.ts";
import type { ApiRequest } from "../request.ts";
import { readChoice } from "../validated.ts";
import { findWebhook } from "./find-webhook.ts";
import { presentDelivery } from "./present-delivery.ts";

/** Deliveries that one request looks at where only those of a status are asked for. */
const MOST_LOOKED_AT = 1_000;

interface Dependencies {
  readonly table: Pick<Table, "query">;
  readonly ledger: Pick<Ledger, "read">;
}

/**
 * What was sent to a webhook, newest first. A key is its own place in the list, so that one of a delivery that is not kept
 * any more is as good a cursor as any.
 */
export async function listWebhookDeliveries({ table, ledger }: Dependencies, request: ApiRequest): Promise<Answer> {
  const { query } = request;
  const { limit, startingAfter, endingBefore } = readPageRequest(query);
  const status = readChoice(query, "status", DELIVERY_STATUSES);
  const { record } = await findWebhook(ledger, request);
  const cursor = startingAfter ?? endingBefore;
  if (cursor !== undefined && !isDeliveryKey(cursor)) {
    throw notInList(startingAfter === undefined ? "ending_before" : "starting_after");
  }
  const isUpwards = endingBefore !== undefined;
  const found: WebhookDelivery[] = [];
  let lookedAt = 0;
  let lookedTo: string | undefined;
  const pages = table.query({
    ...deliveriesOf(record.program, record.key),
    newestFirst: !isUpwards,
    ...(cursor !== undefined && { after: deliverySk(cursor) }),
    limit: status === undefined ? limit + 1 : MOST_LOOKED_AT,
  });
  for await (const page of pages) {
    lookedAt += page.length;
    const deliveries = page.map(readDelivery);
    found.push(...deliveries.filter((one) => status === undefined || one.status === status));
    lookedTo = deliveries.at(-1)?.key;
    if (found.length > limit) break;
  }
  const isFull = found.length > limit;
  const isCutShort = !isFull && status !== undefined && lookedAt >= MOST_LOOKED_AT;
  const shown = found.slice(0, limit).map(presentDelivery);
  return list(
    {
      items: isUpwards ? shown.toReversed() : shown,
      has_more: isFull || isCutShort,
      ...(isCutShort && lookedTo !== undefined && { looked_to: lookedTo }),
    },
    "Deliveries retrieved",
  );
}
