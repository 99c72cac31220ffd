import * as z from "zod";
import { CallerError } from "../../errors.ts";
import { partnership } from "../../records/partnership.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { emailInput } from "../customers/create-customer.ts";
import { type Answer, one } from "../envelope.ts";
import { testFor } from "../partner-of-request.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";
import { partnershipOf } from "./partnership-of.ts";
import { presentTeam } from "./team-shape.ts";

/** They are kept with the partner. */
const MOST_MEMBERS = 50;

export const memberRequest = z.strictObject({
  email: emailInput,
  first_name: z.string().min(1).max(50),
  last_name: z.string().max(50).nullish(),
});

/** Adds somebody to the team of a partner. */
export async function addMember(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, path, body, newKey } = request;
  const { email, first_name, last_name } = validated(memberRequest, body === undefined ? {} : body);
  const { record: found } = await partnershipOf(ledger, principal, path["key"]);
  testFor(principal, found, "key");
  const key = newKey("memb_");
  const made = await recordChange(
    dependencies,
    request,
    { declaration: partnership, key: found.key },
    async ({ now }) => {
      const before = await partnershipOf(ledger, principal, found.key);
      const { members } = before.record;
      if ([before.record, ...members].some((other) => other.email.toLowerCase() === email.toLowerCase())) {
        throw new CallerError("conflict", "a member of this team has this 'email' already", "email");
      }
      if (members.length >= MOST_MEMBERS) {
        throw new CallerError("conflict", `a team has at most ${MOST_MEMBERS} members beside the partner`);
      }
      const member = { key, email, first_name, last_name: last_name ?? "", created_at: now };
      const after = { ...before.record, members: [...members, member], updated_at: now };
      return { change: { declaration: partnership, before, after }, action: "partnership.updated" };
    },
  );
  return one(presentTeam(made), "Member added");
}
