import { webhook } from "../../records/webhook.ts";
import { type Answer, list, one } from "../envelope.ts";
import { type ListReader, pageOf } from "../paging.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";
import { findWebhook } from "./find-webhook.ts";

interface Dependencies {
  readonly ledger: ListReader;
}

/** One webhook. */
export async function getWebhook({ ledger }: Dependencies, request: ApiRequest): Promise<Answer> {
  const { record } = await findWebhook(ledger, request);
  return one(present(webhook, record), "Webhook retrieved");
}

/** The program's webhooks, newest first, archived ones among them. */
export async function listWebhooks(dependencies: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { items, has_more } = await pageOf(dependencies, webhook, principal.program, query);
  return list({ items: items.map((found) => present(webhook, found)), has_more }, "Webhooks retrieved");
}
