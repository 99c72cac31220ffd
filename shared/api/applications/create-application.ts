import * as z from "zod";
import { CallerError } from "../../errors.ts";
import { type Partnership, partnership } from "../../records/partnership.ts";
import type { Program } from "../../records/program.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { type Answer, one } from "../envelope.ts";
import { blankPartner } from "../partnerships/create-partnership.ts";
import { answeredWith, groupToCome, partnershipInputs } from "../partnerships/partnership-request.ts";
import { requireMeant } from "../partnerships/require-meant.ts";
import type { ApiRequest } from "../request.ts";
import { requireFree } from "../require-free.ts";
import { validated } from "../validated.ts";
import { applicationsOf } from "./application-shape.ts";

const name = z.string().trim().min(1).max(50);

/** What a sign-up form posts. */
export const applicationRequest = z.strictObject({ ...partnershipInputs, first_name: name, last_name: name });

/** Takes an application in: a partner on whom nobody has decided. */
export async function createApplication(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body, newKey } = request;
  const asked = validated(applicationRequest, body === undefined ? {} : body);
  const key = newKey("part_");
  const subject = { declaration: partnership, key };
  const made = await recordChange(dependencies, request, subject, async ({ program, now }) => {
    const group = await groupToCome(ledger, program.key, asked.group_key ?? undefined);
    const closed = [program, group].find(({ features }) => !features.application_enabled);
    if (closed !== undefined) {
      const whom = closed === program ? "program" : "group";
      throw new CallerError("conflict", `the ${whom} '${closed.name}' takes no applications`, "group_key");
    }
    const blank = { ...blankPartner(principal, key, group.key, now), status: "pending" as const };
    const after: Partnership = {
      ...blank,
      ...(await answeredWith(ledger, { ...asked, group_key: undefined }, { program, before: blank, now })),
    };
    requireAnswers(program, after);
    await requireMeant(ledger, after);
    await requireFree(ledger, partnership, after);
    return { change: { declaration: partnership, after }, action: "application.created" };
  });
  const [shown = {}] = await applicationsOf(ledger, principal.program, [made]);
  return one(shown, "Application created");
}

function requireAnswers({ partner_fields }: Program, { fields }: Partnership): void {
  const missing = partner_fields.find(({ api_name, required }) => required && fields[api_name] === undefined);
  if (missing === undefined) return;
  throw new CallerError("invalid", `'${missing.api_name}' is a required property`, `fields.${missing.api_name}`);
}
