import { NotWritten } from "../errors.ts";
import { LANDING_MS } from "../names.ts";
import type { Clock, WriteLimit } from "../ports.ts";

/** A change is written within this time of its stamp, or stamped anew. */
export const WRITE_MS = 4_000;

/**
 * So long after an instant, whatever was stamped at or before it has landed, and a reader sees all of it: every request
 * with such a stamp has been answered or given up by then, and those given up here that are carried out there all the same
 * have been. Clocks of functions differ by milliseconds, far less than a request may need to land. Records whose
 * creation has only got as far as its claim are completed by `Ledger.settled`.
 */
export const SETTLE_MS = WRITE_MS + LANDING_MS;

/** Of {@link WRITE_MS} each: about as patient as any other request. */
const MOST_STAMPS = 8;

const LIMIT: WriteLimit = { withinMs: WRITE_MS };

/** Stamps what is to be written and writes it, anew as long as time ran out before anything was written. */
export async function stamped<Answer>(
  clock: Clock,
  write: (at: number, limit: WriteLimit) => Promise<Answer>,
): Promise<Answer> {
  for (let stamps = 1; ; stamps++) {
    try {
      return await write(clock(), LIMIT);
    } catch (error) {
      if (!(error instanceof NotWritten) || stamps === MOST_STAMPS) throw error;
    }
  }
}
