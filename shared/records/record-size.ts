import type { BaseRecord } from "./record.ts";

/** What is kept of one record: fields of its own add up where it goes from one group's form to the next, and an item has 400 KB. */
export const MOST_RECORD_BYTES = 250_000;

/** An upper bound of what DynamoDB counts. */
const bytesOf = (record: BaseRecord): number => Buffer.byteLength(JSON.stringify(record));

/** The bytes that a record would take, where that is more than is kept of one, and more than it takes already. */
export function tooManyBytes(after: BaseRecord, before?: BaseRecord): number | undefined {
  const bytes = bytesOf(after);
  return bytes <= MOST_RECORD_BYTES || (before !== undefined && bytes <= bytesOf(before)) ? undefined : bytes;
}
