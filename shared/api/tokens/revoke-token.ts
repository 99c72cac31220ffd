import { audited } from "../../access/audited.ts";
import { findByKey } from "../../access/find-by-key.ts";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Stored } from "../../ledger/stored.ts";
import type { Clock } from "../../ports.ts";
import { type AccessToken, accessToken } from "../../records/access-token.ts";
import { auditEntry } from "../../records/audit-entry.ts";
import { doerOf } from "../doer-of.ts";
import { type Answer, notFound, one } from "../envelope.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "commit" | "read">;
  readonly clock: Clock;
}

/** Puts a token of somebody in the program out of use for good. */
export async function revokeToken(deps: Dependencies, request: ApiRequest): Promise<Answer> {
  const before = await findByKey(deps.ledger, accessToken, request.principal.program, request.path["key"]);
  if (before === undefined) throw notFound();
  return revoke(deps, request, before);
}

/** Puts a token out of use for good. Done again, it changes nothing. */
export async function revoke(
  { ledger, clock }: Dependencies,
  request: ApiRequest,
  before: Stored<AccessToken>,
): Promise<Answer> {
  const { record } = before;
  const answered = (after: AccessToken): Answer => one(present(accessToken, after), "Token revoked");
  if (record.revoked_at !== null) return answered(record);
  const now = clock();
  const after = { ...record, updated_at: now, revoked_at: now };
  const changes = [
    { declaration: accessToken, before, after },
    {
      declaration: auditEntry,
      after: audited(record, { action: "token.revoked", actor: doerOf(request), at: now }),
    },
  ];
  if (!(await ledger.commit({ mark: request.mark, changes })))
    throw new CallerError("conflict", "somebody else is changing the token: read it and try again");
  return answered(after);
}
