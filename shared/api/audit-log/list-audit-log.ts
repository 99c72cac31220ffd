import type { Ledger } from "../../ledger/ledger.ts";
import type { Table } from "../../ports.ts";
import { auditEntry } from "../../records/audit-entry.ts";
import { type Answer, list } from "../envelope.ts";
import { pageOf } from "../paging.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";

interface Dependencies {
  readonly table: Pick<Table, "query">;
  readonly ledger: Pick<Ledger, "newest" | "read">;
}

/** Who did what in the program, newest first. */
export async function listAuditLog(dependencies: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { items, has_more } = await pageOf(dependencies, auditEntry, principal.program, query);
  return list({ items: items.map((entry) => present(auditEntry, entry)), has_more }, "Audit log retrieved");
}
