import * as z from "zod";
import { audited } from "../../access/audited.ts";
import { commitOf, newKeyPair, type RandomToken } from "../../access/credentials.ts";
import { keyPairOf } from "../../access/key-pair-of.ts";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock, Table } from "../../ports.ts";
import { auditEntry } from "../../records/audit-entry.ts";
import { keyPair } from "../../records/key-pair.ts";
import { doerOf } from "../doer-of.ts";
import { type Answer, forbidden, notFound, secret } from "../envelope.ts";
import { shownOnce } from "../idempotent.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";
import { mayMakeKeyPairs } from "./create-key-pair.ts";

const HOUR = 60 * 60 * 1000;

/** What a request to replace a pair of keys says. */
export const rotationRequest = z.strictObject({
  overlap_hours: z
    .int()
    .min(0)
    .max(720)
    .default(24)
    .meta({ description: "How long the replaced pair goes on working" }),
});

interface Dependencies {
  readonly table: Pick<Table, "get">;
  readonly ledger: Pick<Ledger, "commit" | "read">;
  readonly clock: Clock;
  readonly randomToken: RandomToken;
}

/** Makes a pair of the same name and kind, and lets the old one end after the overlap. */
export async function rotateKeyPair(deps: Dependencies, request: ApiRequest): Promise<Answer> {
  const { ledger, clock, randomToken } = deps;
  const { principal, body, mark, newKey } = request;
  const { program } = principal;
  const { overlap_hours } = validated(rotationRequest, body === undefined ? {} : body);
  const before = await keyPairOf(deps, program, request.path["key"]);
  if (before === undefined) throw notFound();
  if (!mayMakeKeyPairs(principal)) throw forbidden();
  const { record: old } = before;
  const now = clock();
  const made = newKeyPair({ randomToken, newKey }, { program, name: old.name, test: old.test }, now);
  if (old.replaced_by === made.record.key) throw shownOnce();
  if (old.revoked_at !== null) throw new CallerError("conflict", "the key pair is revoked");
  if (old.expires_at !== null) throw new CallerError("conflict", `the key pair is replaced by ${old.replaced_by}`);
  const after = { ...old, updated_at: now, expires_at: now + overlap_hours * HOUR, replaced_by: made.record.key };
  const { change, besides } = commitOf(keyPair, made);
  const audit = audited(old, { action: "key_pair.rotated", actor: doerOf(request), at: now });
  const changes = [change, { declaration: keyPair, before, after }, { declaration: auditEntry, after: audit }];
  if (!(await ledger.commit({ mark, changes, besides: [besides] })))
    throw new CallerError("conflict", "somebody else is changing the key pair: read it and try again");
  return secret({ ...present(keyPair, made.record), secret_key: made.shown.secretKey }, "Key pair rotated");
}
