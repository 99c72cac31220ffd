import type { Customer } from "../records/customer.ts";
import type { Partnership } from "../records/partnership.ts";
import type { BaseRecord } from "../records/record.ts";
import type { Noun } from "./event-rules.ts";

/** What an event is about, with the partner who is to be credited. */
export type Subject = Readonly<Partial<Record<Noun, BaseRecord>>> & {
  readonly partnership: Partnership;
  readonly customer?: Customer;
};

/** The value of a field such as `transaction.amount`, or `partnership.fields.region`; undefined where there is none. */
export function valueOf(subject: Subject, field: string): unknown {
  let value: unknown = subject;
  for (const name of field.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = new Map<string, unknown>(Object.entries(value)).get(name);
  }
  return value ?? undefined;
}
