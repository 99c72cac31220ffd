import { CallerError } from "../errors.ts";
import { recordChange, type RecordingDependencies } from "../recording/record-change.ts";
import type { RecordAction } from "../records/audit-entry.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";
import type { Stored } from "../ledger/stored.ts";
import type { ApiRequest } from "./request.ts";
import { worthOf } from "./worth-of.ts";

interface Money extends BaseRecord {
  readonly amount: number;
  readonly currency: string;
  readonly amount_usd: number | null;
}

/**
 * Fixes what a record is worth in US dollars, where there was no rate when it was recorded, at the rate of today. What has
 * a worth keeps it, whatever becomes of the rates.
 */
export const convert = <R extends Money>(
  dependencies: RecordingDependencies,
  request: ApiRequest,
  declaration: Declaration<R>,
  { key, action, read }: { key: string; action: RecordAction; read: () => Promise<Stored<R>> },
): Promise<R> =>
  recordChange(dependencies, request, { declaration, key }, async ({ program, now }) => {
    const before = await read();
    const { amount, amount_usd, currency } = before.record;
    if (amount_usd !== null) return before.record;
    const worth = worthOf(program, amount, currency);
    if (worth === null) throw new CallerError("conflict", `the program has no rate for ${currency}`, "currency");
    const after = { ...before.record, amount_usd: worth, updated_at: now };
    return { change: { declaration, before, after }, action };
  });
