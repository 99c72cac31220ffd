import * as z from "zod";
import { currencyInput, nameInput } from "../../access/create-program.ts";
import { features } from "../../records/features.ts";
import { type Program, program, programPlace, programSettingsShape } from "../../records/program.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { type Answer, one } from "../envelope.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";

/** What a request to change the program says: only what is to change. */
export const programChange = z.strictObject({
  name: nameInput.optional(),
  currency: currencyInput.optional().meta({ description: "For what comes from now on; what is there keeps its own" }),
  features: z.strictObject(features.partial().shape).optional(),
  anonymize_customers: z.boolean().optional().meta({
    description: "Whether a placeholder is told instead of each customer's e-mail address; it can be taken back",
  }),
});

/** Changes the program's settings, at once and everywhere. */
export async function updateProgram(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body } = request;
  const asked = validated(programChange, body === undefined ? {} : body);
  const key = principal.program;
  const made = await recordChange<Program>(dependencies, request, { declaration: program, key }, async ({ now }) => {
    const [before] = await ledger.read(program, [programPlace(key)]);
    if (before === undefined) throw new Error(`program ${key} is not there`);
    const { record } = before;
    const after: Program = {
      ...record,
      name: asked.name ?? record.name,
      currency: asked.currency ?? record.currency,
      features: {
        leads_enabled: asked.features?.leads_enabled ?? record.features.leads_enabled,
        deals_enabled: asked.features?.deals_enabled ?? record.features.deals_enabled,
      },
      anonymize_customers: asked.anonymize_customers ?? record.anonymize_customers,
      updated_at: now,
    };
    return { change: { declaration: program, before, after }, action: "program.updated" };
  });
  return one(programSettingsShape.parse(made), "Program updated");
}
