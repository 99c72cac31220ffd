import type { Write } from "../ports.ts";
import type { BaseRecord } from "../records/record.ts";
import type { Stored } from "./stored.ts";

/** Has a transaction fail unless a record is still as it was read. Written as it is, because a check takes a right of its own. */
export const unchanged = ({ place, rev }: Stored<BaseRecord>): Write => ({
  update: place,
  set: { _rev: rev },
  when: { equals: { _rev: rev } },
});
