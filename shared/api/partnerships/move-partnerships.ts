import * as z from "zod";
import { CallerError } from "../../errors.ts";
import { partnership } from "../../records/partnership.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { inBulk, MOST_IN_BULK } from "../bulk.ts";
import type { Answer } from "../envelope.ts";
import { testFor } from "../partner-of-request.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";
import { partnershipOf } from "./partnership-of.ts";
import { groupToCome } from "./partnership-request.ts";

const keys = z.array(z.string().min(1).max(255)).min(1).max(MOST_IN_BULK);

/** Who is to come into which group. */
export const moveRequest = z.strictObject({
  group_key: z.string().min(1).max(255).meta({ description: "Key, slug or name of the group" }),
  partnership_keys: keys.optional().meta({ description: "Who moves, by our keys" }),
  partner_keys: keys.optional().meta({ description: "The same by partner_key; either may be any key of theirs" }),
});

/** Moves partners to a group, each by itself: what one of them cannot have does not keep the others from it. */
export async function movePartnerships(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body, mark } = request;
  const { group_key, partnership_keys, partner_keys } = validated(moveRequest, body === undefined ? {} : body);
  const named = partnership_keys ?? partner_keys;
  if (named === undefined) {
    throw new CallerError("invalid", "'partnership_keys' is a required property", "partnership_keys");
  }
  if (partnership_keys !== undefined && partner_keys !== undefined) {
    throw new CallerError("invalid", "'partner_keys' and 'partnership_keys' cannot be used together", "partner_keys");
  }
  const group = await groupToCome(ledger, principal.program, group_key);
  return inBulk(named, "Partnerships moved", async (key) => {
    const { record: found } = await partnershipOf(ledger, principal, key);
    testFor(principal, found, "key");
    let message = "Moved";
    const occasion = { ...request, mark: `${mark}/${found.key}` };
    await recordChange(dependencies, occasion, { declaration: partnership, key: found.key }, async ({ now }) => {
      const before = await partnershipOf(ledger, principal, found.key);
      if (before.record.group_key === group.key) {
        message = "There already";
        return before.record;
      }
      const after = { ...before.record, group_key: group.key, group_joined_at: now, updated_at: now };
      return { change: { declaration: partnership, before, after }, action: "partnership.moved" };
    });
    return message;
  });
}
