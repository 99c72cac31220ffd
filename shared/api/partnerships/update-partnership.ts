import { type Partnership, partnership } from "../../records/partnership.ts";
import { type Circumstances, recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { decidedOn } from "../applications/decided-on.ts";
import { type Answer, done, one } from "../envelope.ts";
import { testFor } from "../partner-of-request.ts";
import type { ApiRequest } from "../request.ts";
import { requireFree } from "../require-free.ts";
import { validated } from "../validated.ts";
import { nameChanges } from "./name-changes.ts";
import { partnershipOf } from "./partnership-of.ts";
import { answeredWith, type PartnershipAsked, partnershipChange } from "./partnership-request.ts";
import { partnershipsFor } from "./partnership-shape.ts";
import { requireMeant } from "./require-meant.ts";

/** Changes a partner; `archived: false` restores one. */
export async function updatePartnership(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const asked = validated(partnershipChange, request.body === undefined ? {} : request.body);
  const made = await changePartner(dependencies, request, asked);
  const [shown = {}] = await partnershipsFor(dependencies.ledger, request.principal, [made]);
  return one(shown, "Partnership updated");
}

/** Makes of the partner that the path names what is asked for; `decide` may say more of it, given what is stored. */
export async function changePartner(
  dependencies: RecordingDependencies,
  request: ApiRequest,
  asked: PartnershipAsked,
  also: (after: Partnership, circumstances: Circumstances) => Partial<Partnership> = () => ({}),
): Promise<Partnership> {
  const { ledger } = dependencies;
  const { principal, path } = request;
  const { record: found } = await partnershipOf(ledger, principal, path["key"]);
  testFor(principal, found, "key");
  const subject = { declaration: partnership, key: found.key };
  return recordChange(dependencies, request, subject, async (circumstances) => {
    const { program, now } = circumstances;
    const before = await partnershipOf(ledger, principal, found.key);
    const answered: Partnership = {
      ...before.record,
      ...(await answeredWith(ledger, asked, { program, before: before.record, now })),
      ...decidedOn(before.record, asked.approved_status ?? before.record.status, now),
      archived: asked.archived ?? before.record.archived,
      updated_at: now,
    };
    const after = { ...answered, ...also(answered, circumstances) };
    await requireMeant(ledger, after, before.record);
    await requireFree(ledger, partnership, after);
    const { manager_name } = asked;
    const isManagerNew = after.manager !== before.record.manager || manager_name !== undefined;
    const names = {
      manager: isManagerNew ? after.manager : null,
      manager_name,
      tags: after.tags.filter((tag) => !before.record.tags.includes(tag)),
    };
    return {
      change: { declaration: partnership, before, after },
      others: await nameChanges(ledger, program.key, names, now),
      action: "partnership.updated",
    };
  });
}

/** Archives a partner: it stays, with all that it has brought about, and earns nothing any more. */
export async function archivePartnership(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, path } = request;
  const { record: found } = await partnershipOf(ledger, principal, path["key"]);
  testFor(principal, found, "key");
  await recordChange(dependencies, request, { declaration: partnership, key: found.key }, async ({ now }) => {
    const before = await partnershipOf(ledger, principal, found.key);
    if (before.record.archived) return before.record;
    const after = { ...before.record, archived: true, updated_at: now };
    return { change: { declaration: partnership, before, after }, action: "partnership.archived" };
  });
  return done("Partnership archived");
}
