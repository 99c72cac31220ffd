import type { Partnership } from "../../records/partnership.ts";

type Decided = Pick<Partnership, "status" | "joined_at" | "group_joined_at" | "decline_reason">;

/** What a decision makes of an applicant: who is approved joins then, and with that comes into the group. */
export function decidedOn(
  before: Partnership,
  status: Partnership["status"],
  now: number,
  reason: string | null = null,
): Partial<Decided> {
  if (status === before.status) return {};
  return status === "approved"
    ? { status, decline_reason: null, joined_at: now, group_joined_at: now }
    : { status, decline_reason: reason };
}
