import * as z from "zod";
import { CallerError } from "../../errors.ts";
import type { RecordingDependencies } from "../../recording/record-change.ts";
import { type Answer, one } from "../envelope.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";
import { distinct, tagsInput } from "./partnership-request.ts";
import { partnershipsFor } from "./partnership-shape.ts";
import { changePartner } from "./update-partnership.ts";

/** All tags anew, or those that come and go. */
export const tagsChange = z.strictObject({
  tags: tagsInput.optional().meta({ description: "All of them; not together with the others" }),
  add: tagsInput.optional().meta({ description: "Those that come" }),
  remove: tagsInput.optional().meta({ description: "Those that go" }),
});

/** Changes the tags of a partner. */
export async function tagPartnership(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body } = request;
  const { tags, add, remove } = validated(tagsChange, body === undefined ? {} : body);
  if (tags === undefined && add === undefined && remove === undefined) {
    throw new CallerError("invalid", "'tags' is a required property", "tags");
  }
  if (tags !== undefined && (add !== undefined || remove !== undefined)) {
    throw new CallerError("invalid", "'tags' cannot be used together with 'add' or 'remove'", "tags");
  }
  const gone = new Set((remove ?? []).map((tag) => tag.toLowerCase()));
  const made = await changePartner(dependencies, request, { tags }, (now) => {
    const kept = now.tags.filter((tag) => !gone.has(tag.toLowerCase()));
    return { tags: validated(tagsInput, distinct([...kept, ...(add ?? [])])) };
  });
  const [shown = {}] = await partnershipsFor(ledger, principal, [made]);
  return one(shown, "Tags updated");
}
