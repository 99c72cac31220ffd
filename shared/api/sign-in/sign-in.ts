import * as z from "zod";
import { audited } from "../../access/audited.ts";
import { commitOf, newToken, type RandomToken, type TokenHolder } from "../../access/credentials.ts";
import { holderOfCode, usingCode } from "../../access/sign-in-code.ts";
import { whoSignsIn } from "../../access/who-signs-in.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock, NewKey, Table } from "../../ports.ts";
import { accessToken } from "../../records/access-token.ts";
import { auditEntry } from "../../records/audit-entry.ts";
import { type Answer, secret, unauthenticated } from "../envelope.ts";
import { present } from "../present.ts";
import type { OpenRequest } from "../request.ts";
import { validated } from "../validated.ts";

const HOUR = 60 * 60 * 1000;

/** How long a session lasts: a working day for who may do much, a week for who sees their own only. */
const SESSION_MS = { teammate: 12 * HOUR, partner: 7 * 24 * HOUR } as const;

/** What a request to exchange a one-time code says. The code is in the body, as paths are logged. */
export const exchangeRequest = z.strictObject({
  token: z.string().min(1).max(200).meta({ description: "The one-time code of the mail" }),
});

interface Dependencies {
  readonly table: Pick<Table, "get">;
  readonly ledger: Pick<Ledger, "commit" | "find">;
  readonly clock: Clock;
  readonly newKey: NewKey;
  readonly randomToken: RandomToken;
}

/** Exchanges a one-time code for the token of a session. A code that is unknown, used or too old is refused like any. */
export async function signIn(deps: Dependencies, { body, remoteIp }: OpenRequest): Promise<Answer> {
  const { table, ledger, clock, newKey } = deps;
  const { token: code } = validated(exchangeRequest, body === undefined ? {} : body);
  const now = clock();
  const holder = await holderOfCode(table, code, now);
  if (holder === undefined || !(await isStillThere(deps, holder))) throw unauthenticated();
  const { kind, program } = holder;
  const made = newToken(deps, holder, { name: "Sign-in", kind: "session", expires_at: now + SESSION_MS[kind] }, now);
  const { change, besides } = commitOf(accessToken, made);
  const actor = { kind, id: kind === "partner" ? holder.partnership : holder.email, remoteIp };
  const audit = audited(made.record, { action: "session.created", actor, at: now });
  const changes = [change, { declaration: auditEntry, after: audit }];
  const entry = { mark: newKey("req_"), changes, besides: [besides, usingCode(code)] };
  if (!(await ledger.commit(entry))) throw unauthenticated();
  return secret({ ...present(accessToken, made.record), program, token: made.shown }, "Signed in");
}

/** Whether the code's holder is today who it was made for. */
async function isStillThere(deps: Dependencies, holder: TokenHolder): Promise<boolean> {
  const today = await whoSignsIn(deps, holder.program, holder.email, holder.kind);
  if (holder.kind === "teammate")
    return today?.kind === "teammate" && (today.membership ?? null) === (holder.membership ?? null);
  return today?.kind === "partner" && today.partnership === holder.partnership;
}
