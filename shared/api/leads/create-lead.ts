import { CallerError } from "../../errors.ts";
import { newLead } from "../../pipeline/said-lead.ts";
import { type Lead, lead, LEAD_FIELDS } from "../../records/lead.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { type Answer, one } from "../envelope.ts";
import { partnerFor, testFor } from "../partner-of-request.ts";
import { customerOfBody } from "../pipeline/customer-of-body.ts";
import { requireForm } from "../pipeline/form-body.ts";
import { groupOfBody, stageMeant } from "../pipeline/group-of-body.ts";
import type { ApiRequest } from "../request.ts";
import { requireFree } from "../require-free.ts";
import { validated } from "../validated.ts";
import { leadRequest, saidOfLead, saysFields } from "./lead-body.ts";
import { presentLeads } from "./lead-shape.ts";

/** Makes a lead of a partner. */
export async function createLead(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body, newKey } = request;
  const asked = validated(leadRequest, body === undefined ? {} : body);
  if (!saysFields(asked)) throw new CallerError("invalid", "'meta' is a required property", "meta");
  const key = newKey("lead_");
  const made = await recordChange(dependencies, request, { declaration: lead, key }, async ({ program, now }) => {
    const partner = await partnerFor(ledger, principal, asked);
    const group = await groupOfBody(ledger, program, { kind: "leads", named: asked.group_key, partner });
    const told = saidOfLead(asked, group.lead_form);
    const customer_key = await customerOfBody(ledger, program.key, asked.customer_key);
    const after: Lead = newLead(
      { ...told, customer_key },
      {
        program: program.key,
        key,
        partnership_key: partner.key,
        group_key: group.key,
        status: stageMeant(group.lead_statuses, asked.status, "status"),
        currency: told.currency ?? program.currency,
        ...testFor(principal, partner),
        created_at: now,
        updated_at: now,
      },
    );
    requireForm(group.lead_form, LEAD_FIELDS, after);
    await requireFree(ledger, lead, after);
    return { change: { declaration: lead, after }, action: "lead.created" };
  });
  const [shown = {}] = await presentLeads(ledger, principal.program, [made]);
  return one(shown, "Lead created");
}
