import * as z from "zod";
import { CallerError } from "../../errors.ts";
import { decisionTo } from "../../mail/decision-to.ts";
import { outgoingMail } from "../../records/outgoing-mail.ts";
import { type Partnership, partnership } from "../../records/partnership.ts";
import { type Occasion, recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { inBulk, MOST_IN_BULK } from "../bulk.ts";
import { type Answer, one } from "../envelope.ts";
import { findByEitherKey } from "../find-by-either-key.ts";
import { testFor } from "../partner-of-request.ts";
import { partnershipKeyOf } from "../partnerships/key-beside.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";
import { APPLICATION_PREFIX, applicationsOf } from "./application-shape.ts";
import { decidedOn } from "./decided-on.ts";

/** What is decided on an application. */
export const decisionRequest = z.strictObject({
  decision: z.enum(["approved", "declined"]),
  reason: z.string().trim().min(1).max(500).nullish().meta({ description: "Told to the applicant" }),
});

/** The same, on several. */
export const decisionsRequest = decisionRequest.extend({
  application_keys: z.array(z.string().min(1).max(255)).min(1).max(MOST_IN_BULK),
});

/** Decides on an application, and mails the applicant. Who is approved joins with that, which triggers hear. */
export async function decideApplication(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { principal, path, body } = request;
  const asked = validated(decisionRequest, body === undefined ? {} : body);
  const made = await decide(dependencies, request, path["key"], asked);
  const [shown = {}] = await applicationsOf(dependencies.ledger, principal.program, [made]);
  return one(shown, made.status === "approved" ? "Application approved" : "Application declined");
}

/** Decides on several, each by itself. */
export async function decideApplications(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { body, mark } = request;
  const { application_keys, ...asked } = validated(decisionsRequest, body === undefined ? {} : body);
  return inBulk(application_keys, "Applications decided", async (key) => {
    await decide(dependencies, { ...request, mark: `${mark}/${key}` }, key, asked);
    return asked.decision === "approved" ? "Approved" : "Declined";
  });
}

async function decide(
  dependencies: RecordingDependencies,
  occasion: Occasion,
  named: string | undefined,
  { decision, reason = null }: z.output<typeof decisionRequest>,
): Promise<Partnership> {
  const { ledger } = dependencies;
  const { principal, mark } = occasion;
  const key = named === undefined ? undefined : partnershipKeyOf(APPLICATION_PREFIX, named);
  const look = () => findByEitherKey(ledger, partnership, principal.program, ["key"], key);
  const { record: found } = await look();
  testFor(principal, found, "key");
  const subject = { declaration: partnership, key: found.key };
  return recordChange(dependencies, occasion, subject, async ({ program, now }) => {
    const before = await look();
    const { status } = before.record;
    if (status === decision) return before.record;
    if (status === "approved") {
      throw new CallerError("conflict", "the partner has joined the program: archive the partnership instead");
    }
    const after: Partnership = {
      ...before.record,
      ...decidedOn(before.record, decision, now, reason),
      updated_at: now,
    };
    const mail = { declaration: outgoingMail, after: decisionTo(after, program, { mark, at: now, reason }) };
    return {
      change: { declaration: partnership, before, after },
      // Who tries things out mails nobody.
      others: after.test === true ? [] : [mail],
      action: `application.${decision}`,
    };
  });
}
