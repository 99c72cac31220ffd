import { audited } from "../../access/audited.ts";
import { commitOf, newToken, type RandomToken, type TokenHolder } from "../../access/credentials.ts";
import { isInForce } from "../../access/in-force.ts";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock } from "../../ports.ts";
import { accessToken } from "../../records/access-token.ts";
import { auditEntry } from "../../records/audit-entry.ts";
import { doerOf } from "../doer-of.ts";
import { type Answer, secret } from "../envelope.ts";
import { shownOnce } from "../idempotent.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";

const DAY = 24 * 60 * 60 * 1000;

/** All of somebody's are read when they are listed. */
const MOST_TOKENS = 50;

interface Dependencies {
  readonly ledger: Pick<Ledger, "collection" | "commit">;
  readonly clock: Clock;
  readonly randomToken: RandomToken;
}

/** Makes a token for somebody, and shows it this once. */
export async function handOut(
  { ledger, clock, randomToken }: Dependencies,
  request: ApiRequest,
  holder: TokenHolder,
  { name, expires_in_days }: { readonly name: string; readonly expires_in_days: number | null },
): Promise<Answer> {
  const { mark, newKey } = request;
  const now = clock();
  const expires_at = expires_in_days === null ? null : now + expires_in_days * DAY;
  const made = newToken({ randomToken, newKey }, holder, { name, expires_at }, now);
  const { change, besides } = commitOf(accessToken, made);
  let count = 0;
  const { pk } = accessToken.place(made.record);
  for await (const { record } of ledger.collection(accessToken, pk))
    if (record.kind === "api" && isInForce(record, now)) count += 1;
  if (count >= MOST_TOKENS)
    throw new CallerError("conflict", `there are at most ${MOST_TOKENS} tokens for one holder: revoke one first`);
  const audit = audited(made.record, { action: "token.created", actor: doerOf(request), at: now });
  const changes = [change, { declaration: auditEntry, after: audit }];
  if (!(await ledger.commit({ mark, changes, besides: [besides] }))) throw shownOnce();
  return secret({ ...present(accessToken, made.record), token: made.shown }, "Token created");
}
