import { audited } from "../../access/audited.ts";
import { isInForce } from "../../access/in-force.ts";
import { keyPairOf } from "../../access/key-pair-of.ts";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Stored } from "../../ledger/stored.ts";
import { unchanged } from "../../ledger/unchanged.ts";
import type { Clock, Table } from "../../ports.ts";
import { auditEntry } from "../../records/audit-entry.ts";
import { keyPair, type KeyPairRecord, keyPairsPk } from "../../records/key-pair.ts";
import { doerOf } from "../doer-of.ts";
import { type Answer, notFound, one } from "../envelope.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";

interface Dependencies {
  readonly table: Pick<Table, "get">;
  readonly ledger: Pick<Ledger, "collection" | "commit" | "read">;
  readonly clock: Clock;
}

/** Puts a pair of keys out of use for good. Done again, it changes nothing. */
export async function revokeKeyPair(deps: Dependencies, request: ApiRequest): Promise<Answer> {
  const { ledger, clock } = deps;
  const { principal, mark } = request;
  const before = await keyPairOf(deps, principal.program, request.path["key"]);
  if (before === undefined) throw notFound();
  const { record } = before;
  const now = clock();
  const answered = (after: KeyPairRecord): Answer => one(present(keyPair, after), "Key pair revoked");
  if (record.revoked_at !== null) return answered(record);
  // A teammate can always sign in and make another pair; a program that calls us cannot.
  const other = principal.kind === "key" && !record.test ? await otherPair(ledger, record, now) : undefined;
  const after = { ...record, updated_at: now, revoked_at: now };
  const audit = audited(record, { action: "key_pair.revoked", actor: doerOf(request), at: now });
  const changes = [
    { declaration: keyPair, before, after },
    { declaration: auditEntry, after: audit },
  ];
  if (!(await ledger.commit({ mark, changes, besides: other === undefined ? [] : [unchanged(other)] })))
    throw new CallerError("conflict", "somebody else is changing the key pairs: read them and try again");
  return answered(after);
}

/** A pair for production that goes on working. */
async function otherPair(
  ledger: Pick<Ledger, "collection">,
  { program, key }: KeyPairRecord,
  now: number,
): Promise<Stored<KeyPairRecord>> {
  for await (const stored of ledger.collection(keyPair, keyPairsPk(program))) {
    const { record } = stored;
    if (record.key !== key && !record.test && record.expires_at === null && isInForce(record, now)) return stored;
  }
  throw new CallerError(
    "conflict",
    "it is the last key pair for production: rotate it, or let an administrator revoke it with a token",
  );
}
