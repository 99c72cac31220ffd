import * as z from "zod";
import { nameInput } from "../../access/create-program.ts";
import { linkTarget } from "../../access/link-target.ts";
import { currencyCode } from "../../records/rates.ts";
import { features } from "../../records/features.ts";
import { type Program, program, programPlace, programSettingsShape } from "../../records/program.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { type Answer, one } from "../envelope.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";

/** What a request to change the program says: only what is to change. */
export const programChange = z.strictObject({
  name: nameInput.optional(),
  currency: currencyCode.optional().meta({ description: "For what comes from now on; what is there keeps its own" }),
  features: z.strictObject(features.partial().shape).optional(),
  link_base: linkTarget.nullable().optional().meta({
    description: "Where links of partners lead unless they say otherwise; null for no links",
  }),
  anonymize_customers: z.boolean().optional().meta({
    description: "Whether a placeholder is told instead of each customer's e-mail address; it can be taken back",
  }),
});

/** What of a part of a body is there. */
const given = (part: object = {}) =>
  Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined));

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
      features: features.parse({ ...record.features, ...given(asked.features) }),
      link_base: asked.link_base === undefined ? record.link_base : asked.link_base,
      anonymize_customers: asked.anonymize_customers ?? record.anonymize_customers,
      updated_at: now,
    };
    return { change: { declaration: program, before, after }, action: "program.updated" };
  });
  return one(programSettingsShape.parse(made), "Program updated");
}
