import { audited } from "../../access/audited.ts";
import { mayChangeTeammate } from "../../access/may-change-teammate.ts";
import { holding, present as standingOf, type StoredTeammate, storedTeammates } from "../../access/teammates.ts";
import { atOnce } from "../../at-once.ts";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock, Table, Write } from "../../ports.ts";
import { accessToken, tokensOf, tokensPk } from "../../records/access-token.ts";
import { auditEntry } from "../../records/audit-entry.ts";
import { teammate, type TeammateRecord } from "../../records/teammate.ts";
import { doerOf } from "../doer-of.ts";
import { type Answer, forbidden, notFound, one } from "../envelope.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";
import { teammateChange } from "./teammate-request.ts";

interface Dependencies {
  readonly table: Pick<Table, "query">;
  readonly ledger: Pick<Ledger, "advance" | "collection" | "commit">;
  readonly clock: Clock;
}

/** Changes a teammate; what they may do changes with the next request that the gateway asks about. */
export async function updateTeammate(deps: Dependencies, request: ApiRequest): Promise<Answer> {
  const { name, role, permissions } = validated(teammateChange, request.body === undefined ? {} : request.body);
  const after = await change(deps, request, "teammate.updated", (before) => ({
    ...before,
    name: name ?? before.name,
    role: role ?? before.role,
    permissions: permissions ?? before.permissions,
  }));
  return one(present(teammate, after), "Teammate updated");
}

/** Removes a teammate. Their tokens open nothing from then on, not even when they are added again. */
export async function removeTeammate(deps: Dependencies, request: ApiRequest): Promise<Answer> {
  const { ledger, clock } = deps;
  const after = await change(deps, request, "teammate.removed", (before) => ({ ...before, removed_at: clock() }));
  await endTokens(ledger, after);
  return one(present(teammate, after), "Teammate removed");
}

/** Reads and writes at once. */
const AT_ONCE = 8;

/** Lists show what is so: the tokens of who has left are worthless without it. */
async function endTokens(
  ledger: Pick<Ledger, "advance" | "collection">,
  { program, email, updated_at }: TeammateRecord,
): Promise<void> {
  const open = [];
  for await (const { record } of ledger.collection(
    accessToken,
    tokensPk(program, tokensOf(program, "teammate", email)),
  ))
    if (record.revoked_at === null) open.push(record);
  await atOnce(AT_ONCE, open, async (record) =>
    ledger.advance(accessToken, record, {
      set: { revoked_at: updated_at, updated_at },
      when: { equals: { key: record.key } },
    }),
  );
}

async function change(
  { table, ledger, clock }: Dependencies,
  request: ApiRequest,
  action: "teammate.updated" | "teammate.removed",
  changed: (before: TeammateRecord) => TeammateRecord,
): Promise<TeammateRecord> {
  const { principal, path, mark } = request;
  const all = await storedTeammates(table, principal.program);
  const known = all.find(({ record }) => record.key === path["key"]);
  const before = known && standingOf(known);
  if (known === undefined || before === undefined) throw notFound();
  const now = clock();
  const after = { ...changed(known.record), updated_at: now };
  const becomes = standingOf({ ...known, record: after });
  if (!mayChangeTeammate(principal, before, ...(becomes === undefined ? [] : [becomes]))) throw forbidden();
  const isAdminLost = before.role === "admin" && becomes?.role !== "admin";
  const audit = audited(after, { action, actor: doerOf(request), at: now, occasion: mark });
  const changes = [
    { declaration: teammate, before: known.stored, after },
    { declaration: auditEntry, after: audit },
  ];
  const besides = isAdminLost ? [anotherAdmin(all, known)] : [];
  if (!(await ledger.commit({ mark, changes, besides })))
    throw new CallerError("conflict", "somebody else is changing the teammates: read them and try again");
  return after;
}

/** Has the change fail unless there still is another admin when it happens: of two who go at once, one has to stay. */
function anotherAdmin(all: readonly StoredTeammate[], leaving: StoredTeammate): Write {
  const other = all.find((known) => known !== leaving && standingOf(known)?.role === "admin");
  if (other === undefined)
    throw new CallerError("conflict", "it is the last administrator: make somebody else one first");
  return holding(other);
}
