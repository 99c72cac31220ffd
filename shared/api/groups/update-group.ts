import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { type Group, group } from "../../records/group.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { activeTriggers } from "../../triggers/active-triggers.ts";
import { type Answer, done, one } from "../envelope.ts";
import { groupsOf } from "../list-scope.ts";
import type { ApiRequest } from "../request.ts";
import { requireFree } from "../require-free.ts";
import { requireProduction } from "../require-production.ts";
import { validated } from "../validated.ts";
import { noLongerDefault } from "./create-group.ts";
import { groupOf } from "./get-group.ts";
import { groupChange, groupSettings } from "./group-request.ts";
import { presentGroup } from "./group-shape.ts";

/** Changes a group. */
export async function updateGroup(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body, path } = request;
  const asked = validated(groupChange, body === undefined ? {} : body);
  requireProduction(principal);
  const { record: found } = await groupOf(ledger, principal.program, path["key"]);
  const subject = { declaration: group, key: found.slug.toLowerCase(), field: "slug" };
  const made = await recordChange(dependencies, request, subject, async ({ program, now }) => {
    const before = await groupOf(ledger, program.key, found.key);
    const others = (await groupsOf(ledger, program.key)).filter(({ key }) => key !== found.key);
    const after: Group = {
      ...before.record,
      ...groupSettings(asked, others, before.record),
      default: asked.default ?? before.record.default,
      archived: asked.archived ?? before.record.archived,
      updated_at: now,
    };
    if (before.record.default && !after.default) {
      throw new CallerError("invalid", "make another group the default one instead", "default");
    }
    if (after.archived) await requireArchivable(ledger, after);
    await requireFree(ledger, group, after);
    return {
      change: { declaration: group, before, after },
      others: after.default && !before.record.default ? await noLongerDefault(ledger, program.key, after, now) : [],
      action: "group.updated",
    };
  });
  return one(presentGroup(made), "Group updated");
}

/** Archives a group: nobody can be put into it any more, and who is in it stays, by its terms. */
export async function archiveGroup(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, path } = request;
  requireProduction(principal);
  const { record: found } = await groupOf(ledger, principal.program, path["key"]);
  const subject = { declaration: group, key: found.slug.toLowerCase(), field: "slug" };
  await recordChange(dependencies, request, subject, async ({ program, now }) => {
    const before = await groupOf(ledger, program.key, found.key);
    if (before.record.archived) return before.record;
    const after: Group = { ...before.record, archived: true, updated_at: now };
    await requireArchivable(ledger, after);
    return { change: { declaration: group, before, after }, action: "group.archived" };
  });
  return done("Group archived");
}

/** Whoever comes without a group, or is moved by a trigger, must not come into an archived one. */
async function requireArchivable(
  ledger: Pick<Ledger, "collection">,
  { default: isDefault, key, program }: Group,
): Promise<void> {
  if (isDefault) {
    throw new CallerError("conflict", "the default group cannot be archived: make another one the default first");
  }
  const mover = (await activeTriggers(ledger, program)).find(({ effects }) =>
    effects.some((effect) => effect.type === "move_group" && effect.group_key === key),
  );
  if (mover !== undefined) {
    throw new CallerError("conflict", `the trigger ${mover.key} moves partners into this group: archive it first`);
  }
}
