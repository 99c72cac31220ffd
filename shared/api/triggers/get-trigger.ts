import { findByKey } from "../../access/find-by-key.ts";
import { trigger } from "../../records/trigger.ts";
import { type Answer, list, notFound, one } from "../envelope.ts";
import { type ListReader, pageOf } from "../paging.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";

interface Dependencies {
  readonly ledger: ListReader;
}

/** One trigger. */
export async function getTrigger({ ledger }: Dependencies, { principal, path }: ApiRequest): Promise<Answer> {
  const stored = await findByKey(ledger, trigger, principal.program, path["key"]);
  if (stored === undefined) throw notFound();
  return one(present(trigger, stored.record), "Trigger retrieved");
}

/** The program's triggers, newest first, archived ones among them. */
export async function listTriggers(dependencies: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { items, has_more } = await pageOf(dependencies, trigger, principal.program, query);
  return list({ items: items.map((found) => present(trigger, found)), has_more }, "Triggers retrieved");
}
