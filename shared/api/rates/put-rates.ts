import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { program as programRecord, programPlace } from "../../records/program.ts";
import { ratesInput, withDollar } from "../../records/rates.ts";
import { type Answer, one } from "../envelope.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";
import { presentRates } from "./rates-shape.ts";

/** The whole table: what is not in it has no rate from then on. */
export const ratesRequest = z.strictObject({ rates: ratesInput });

/** Replaces the rates. What is recorded keeps its worth. */
export async function putRates(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body } = request;
  const { rates } = validated(ratesRequest, body === undefined ? {} : body);
  const subject = { declaration: programRecord, key: principal.program };
  const made = await recordChange(dependencies, request, subject, async ({ now }) => {
    const [before] = await ledger.read(programRecord, [programPlace(principal.program)]);
    if (before === undefined) throw new Error(`program ${principal.program} is not there`);
    const after = { ...before.record, rates: withDollar(rates), updated_at: now };
    if (isDeepStrictEqual(after.rates, before.record.rates)) return before.record;
    return { change: { declaration: programRecord, before, after }, action: "rates.updated" };
  });
  return one(await presentRates(ledger, made), "Rates updated");
}
