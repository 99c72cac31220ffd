import * as z from "zod";
import { audited } from "../../access/audited.ts";
import { commitOf, newKeyPair, type RandomToken } from "../../access/credentials.ts";
import { isInForce } from "../../access/in-force.ts";
import { covers } from "../../access/principal.ts";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock } from "../../ports.ts";
import { auditEntry } from "../../records/audit-entry.ts";
import { keyPair, keyPairsPk } from "../../records/key-pair.ts";
import { doerOf } from "../doer-of.ts";
import { type Answer, forbidden, secret } from "../envelope.ts";
import { shownOnce } from "../idempotent.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";

/** All of them are read when they are listed. */
const MOST_KEY_PAIRS = 50;

/** What a request for a pair of keys says. */
export const keyPairRequest = z.strictObject({
  name: z.string().trim().min(1).max(100).meta({ description: "What it is for" }),
  test: z.boolean().default(false).meta({ description: "What it makes is for trying things out" }),
});

/** A pair of keys may do everything, and nobody gives more than they have. */
export const mayMakeKeyPairs = (principal: ApiRequest["principal"]): boolean =>
  covers(principal, { kind: "key", permissions: [] });

interface Dependencies {
  readonly ledger: Pick<Ledger, "collection" | "commit">;
  readonly clock: Clock;
  readonly randomToken: RandomToken;
}

/** Makes a pair of keys. */
export async function createKeyPair(
  { ledger, clock, randomToken }: Dependencies,
  request: ApiRequest,
): Promise<Answer> {
  const { principal, body, mark, newKey } = request;
  const { program } = principal;
  const { name, test } = validated(keyPairRequest, body === undefined ? {} : body);
  if (!mayMakeKeyPairs(principal)) throw forbidden();
  const now = clock();
  let count = 0;
  for await (const { record } of ledger.collection(keyPair, keyPairsPk(program)))
    if (isInForce(record, now)) count += 1;
  if (count >= MOST_KEY_PAIRS)
    throw new CallerError("conflict", `a program has at most ${MOST_KEY_PAIRS} key pairs: revoke one first`);
  const made = newKeyPair({ randomToken, newKey }, { program, name, test }, now);
  const { change, besides } = commitOf(keyPair, made);
  const audit = audited(made.record, { action: "key_pair.created", actor: doerOf(request), at: now });
  const changes = [change, { declaration: auditEntry, after: audit }];
  if (!(await ledger.commit({ mark, changes, besides: [besides] }))) throw shownOnce();
  return secret({ ...present(keyPair, made.record), secret_key: made.shown.secretKey }, "Key pair created");
}
