import { MOST_GROUPS } from "../../access/group-input.ts";
import { CallerError } from "../../errors.ts";
import type { Change } from "../../ledger/entry.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { type Group, group } from "../../records/group.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { type Answer, one } from "../envelope.ts";
import { groupsOf } from "../list-scope.ts";
import type { ApiRequest } from "../request.ts";
import { requireFree } from "../require-free.ts";
import { requireProduction } from "../require-production.ts";
import { validated } from "../validated.ts";
import { groupOf } from "./get-group.ts";
import { groupRequest, groupSettings } from "./group-request.ts";
import { presentGroup } from "./group-shape.ts";

/** Makes a group. */
export async function createGroup(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body, newKey } = request;
  const asked = validated(groupRequest, body === undefined ? {} : body);
  requireProduction(principal);
  const key = newKey("grup_");
  const wanted = groupSettings(asked, []);
  const subject = { declaration: group, key: wanted.slug.toLowerCase(), field: "slug" };
  const made = await recordChange(dependencies, request, subject, async ({ program, now }) => {
    const others = await groupsOf(ledger, program.key);
    if (others.length >= MOST_GROUPS) {
      throw new CallerError("conflict", `a program has at most ${MOST_GROUPS} groups, archived ones among them`);
    }
    const after: Group = {
      program: program.key,
      key,
      ...groupSettings(asked, others),
      default: asked.default ?? false,
      archived: false,
      created_at: now,
      updated_at: now,
    };
    await requireFree(ledger, group, after);
    return {
      change: { declaration: group, after },
      others: after.default ? await noLongerDefault(ledger, program.key, after, now) : [],
      action: "group.created",
    };
  });
  return one(presentGroup(made), "Group created");
}

/** What it takes for a group to be the only default one. */
export async function noLongerDefault(
  ledger: Pick<Ledger, "collection" | "read">,
  program: string,
  { key }: Group,
  now: number,
): Promise<Change[]> {
  const former = (await groupsOf(ledger, program)).filter((other) => other.default && other.key !== key);
  return Promise.all(
    former.map(async (other) => {
      const before = await groupOf(ledger, program, other.key);
      return { declaration: group, before, after: { ...before.record, default: false, updated_at: now } };
    }),
  );
}
