import { auditEntry } from "../../records/audit-entry.ts";
import { type Answer, list } from "../envelope.ts";
import { type ListReader, pageOf } from "../paging.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";

interface Dependencies {
  readonly ledger: ListReader;
}

/** Who did what in the program, newest first. */
export async function listAuditLog(dependencies: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { items, has_more } = await pageOf(dependencies, auditEntry, principal.program, query);
  return list({ items: items.map((entry) => present(auditEntry, entry)), has_more }, "Audit log retrieved");
}
