import { changedLead } from "../../pipeline/said-lead.ts";
import { lead, LEAD_FIELDS } from "../../records/lead.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { type Answer, done, one } from "../envelope.ts";
import { testFor } from "../partner-of-request.ts";
import { customerOfBody } from "../pipeline/customer-of-body.ts";
import { deedOf } from "../pipeline/deed-of.ts";
import { requireForm } from "../pipeline/form-body.ts";
import { groupOfBody, stageAfter } from "../pipeline/group-of-body.ts";
import { partnerAfter } from "../pipeline/partner-after.ts";
import type { ApiRequest } from "../request.ts";
import { requireFree } from "../require-free.ts";
import { validated } from "../validated.ts";
import { leadOf } from "./get-lead.ts";
import { leadChange, saidOfLead } from "./lead-body.ts";
import { presentLeads } from "./lead-shape.ts";

/** Changes a lead; with another partner's key, it goes to that partner and is held against the form of their group. */
export async function updateLead(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body, path } = request;
  const asked = validated(leadChange, body === undefined ? {} : body);
  const { record: found } = await leadOf(ledger, principal, path["key"]);
  const made = await recordChange(dependencies, request, { declaration: lead, key: found.key }, async (given) => {
    const { program, now } = given;
    const before = await leadOf(ledger, principal, found.key);
    const partner = await partnerAfter(ledger, principal, asked, before.record);
    const group = await groupOfBody(ledger, program, {
      kind: "leads",
      named: asked.group_key,
      partner,
      before: before.record,
    });
    const customer_key = await customerOfBody(ledger, program.key, asked.customer_key);
    const after = changedLead(
      before.record,
      { ...saidOfLead(asked, group.lead_form, before.record), customer_key },
      {
        partnership_key: partner?.key ?? before.record.partnership_key,
        group_key: group.key,
        status: stageAfter(group.lead_statuses, "status", {
          asked: asked.status,
          held: before.record.status,
          isMoved: group.key !== before.record.group_key,
        }),
        updated_at: now,
      },
    );
    requireForm(group.lead_form, LEAD_FIELDS, after, before.record);
    await requireFree(ledger, lead, after);
    return { change: { declaration: lead, before, after }, action: `lead.${deedOf(before.record, after)}` };
  });
  const [shown = {}] = await presentLeads(ledger, principal.program, [made]);
  return one(shown, "Lead updated");
}

/** Archives a lead: it stays, and is told as archived. */
export async function archiveLead(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, path } = request;
  const { record: found } = await leadOf(ledger, principal, path["key"]);
  await recordChange(dependencies, request, { declaration: lead, key: found.key }, async ({ now }) => {
    const before = await leadOf(ledger, principal, found.key);
    testFor(principal, before.record, "key");
    if (before.record.archived) return before.record;
    const after = { ...before.record, archived: true, updated_at: now };
    return { change: { declaration: lead, before, after }, action: "lead.archived" };
  });
  return done("Lead archived");
}
