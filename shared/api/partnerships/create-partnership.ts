import { invitationTo } from "../../mail/invitation-to.ts";
import { outgoingMail } from "../../records/outgoing-mail.ts";
import { PARTNER_DEFAULTS, type Partnership, partnership } from "../../records/partnership.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { type Answer, one } from "../envelope.ts";
import type { ApiRequest } from "../request.ts";
import { requireFree } from "../require-free.ts";
import { validated } from "../validated.ts";
import { nameChanges } from "./name-changes.ts";
import { answeredWith, groupToCome, partnershipRequest } from "./partnership-request.ts";
import { partnershipsFor } from "./partnership-shape.ts";
import { requireMeant } from "./require-meant.ts";

const PREFIX = "part_";

/** A partner of whom nothing is known so far. Its partner_key is a part of its key, as with those that files make. */
export const blankPartner = (
  { program, test }: { readonly program: string; readonly test?: boolean | undefined },
  key: string,
  group_key: string,
  now: number,
): Partnership => ({
  program,
  key,
  ...PARTNER_DEFAULTS,
  ...(test === true && { test }),
  partner_key: key.slice(-12),
  email: "",
  first_name: "",
  last_name: "",
  group_key,
  manager: null,
  tags: [],
  fields: {},
  status: "approved",
  archived: false,
  joined_at: now,
  group_joined_at: now,
  created_at: now,
  updated_at: now,
});

/** Adds a partner to the program, who has joined it with that. */
export async function createPartnership(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body, newKey, mark } = request;
  const { joined_at, send_invite, ...asked } = validated(partnershipRequest, body === undefined ? {} : body);
  const key = newKey(PREFIX);
  const subject = { declaration: partnership, key };
  const made = await recordChange(dependencies, request, subject, async ({ program, now }) => {
    const group = await groupToCome(ledger, program.key, asked.group_key ?? undefined);
    const blank = blankPartner(principal, key, group.key, now);
    const joined = joined_at ?? now;
    const after: Partnership = {
      ...blank,
      ...(await answeredWith(ledger, { ...asked, group_key: undefined }, { program, before: blank, now })),
      joined_at: joined,
      group_joined_at: joined,
    };
    await requireMeant(ledger, after);
    await requireFree(ledger, partnership, after);
    const names = await nameChanges(ledger, program.key, { ...after, manager_name: asked.manager_name }, now);
    // Who tries things out mails nobody.
    const isInvited = send_invite === true && after.test !== true;
    const mails = isInvited ? [{ declaration: outgoingMail, after: invitationTo(after, program, mark, now) }] : [];
    return {
      change: { declaration: partnership, after },
      others: [...names, ...mails],
      action: "partnership.created",
    };
  });
  const [shown = {}] = await partnershipsFor(ledger, principal, [made]);
  return one(shown, "Partnership created");
}
