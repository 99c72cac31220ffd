import { audited } from "../../access/audited.ts";
import { mayChangeTeammate } from "../../access/may-change-teammate.ts";
import { newTeammate, storedTeammates } from "../../access/teammates.ts";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { MailMessage } from "../../mail/mail-message.ts";
import type { Clock, Queue, Table } from "../../ports.ts";
import { auditEntry } from "../../records/audit-entry.ts";
import { teammate, type TeammateRecord } from "../../records/teammate.ts";
import { doerOf } from "../doer-of.ts";
import { type Answer, forbidden, one } from "../envelope.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";
import { teammateRequest } from "./teammate-request.ts";

/** All of them are read when they are listed. */
const MOST_TEAMMATES = 200;

interface Dependencies {
  readonly table: Pick<Table, "query">;
  readonly ledger: Pick<Ledger, "commit">;
  readonly mailQueue: Queue<MailMessage>;
  readonly clock: Clock;
}

/** Adds a teammate, and invites them. Tokens that they had when they were one before stay worthless. */
export async function addTeammate(deps: Dependencies, request: ApiRequest): Promise<Answer> {
  const { table, ledger, clock } = deps;
  const { principal, body, mark, newKey } = request;
  const { program } = principal;
  const asked = validated(teammateRequest, body === undefined ? {} : body);
  const wanted = { ...asked, name: asked.name ?? asked.email };
  if (!mayChangeTeammate(principal, wanted)) throw forbidden();
  const now = clock();
  const after = newTeammate(program, wanted, now, newKey("mem_"));
  const all = await storedTeammates(table, program);
  const known = all.find(({ record }) => record.key === after.key);
  if (known?.record.removed_at === null) {
    // The request's own work, of an attempt that broke off.
    if (known.stored?.mark === mark) return invited(deps, known.record);
    throw new CallerError("conflict", "there is a teammate with this address already", "email");
  }
  if (all.filter(({ record }) => record.removed_at === null).length >= MOST_TEAMMATES)
    throw new CallerError("conflict", `a program has at most ${MOST_TEAMMATES} teammates: remove one first`);
  const audit = audited(after, { action: "teammate.added", actor: doerOf(request), at: now, occasion: mark });
  const changes = [
    { declaration: teammate, before: known?.stored, after },
    { declaration: auditEntry, after: audit },
  ];
  if (!(await ledger.commit({ mark, changes })))
    throw new CallerError("conflict", "somebody else is adding the teammate: read it and try again");
  return invited(deps, after);
}

async function invited({ mailQueue }: Dependencies, added: TeammateRecord): Promise<Answer> {
  const { program, key, membership } = added;
  await mailQueue.send([{ mail: "teammate-invited", program, key, membership: membership ?? "" }]);
  return one(present(teammate, added), "Teammate added");
}
