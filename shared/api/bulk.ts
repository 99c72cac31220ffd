import * as z from "zod";
import { atOnce } from "../at-once.ts";
import { CallerError } from "../errors.ts";
import { type Answer, one, statusOf } from "./envelope.ts";

/** Records that one request may be about. */
export const MOST_IN_BULK = 250;

/** What became of one of them. */
const bulkItem = z.object({
  key: z.string().meta({ description: "As the request named it" }),
  status: z.int().meta({ description: "What a request for it alone would have been answered with" }),
  message: z.string(),
  field: z.string().nullable().meta({ description: "What is wrong, where something is" }),
});

export const bulkShape = z.object({
  items: z.array(bulkItem).meta({ description: "In the order of the request, each key once" }),
  succeeded: z.int(),
  failed: z.int(),
});

/** Changed at once, each in a transaction of its own. */
const CHANGES_AT_ONCE = 8;

/** Does the same for each of several records; what one of them cannot have does not keep the others from theirs. */
export async function inBulk(
  keys: readonly string[],
  message: string,
  change: (key: string) => Promise<string>,
): Promise<Answer> {
  const items = await atOnce(CHANGES_AT_ONCE, [...new Set(keys)], async (key): Promise<z.output<typeof bulkItem>> => {
    try {
      return { key, status: 200, message: await change(key), field: null };
    } catch (error) {
      if (!(error instanceof CallerError)) throw error;
      return { key, status: statusOf(error), message: error.message, field: error.field ?? null };
    }
  });
  const succeeded = items.filter(({ status }) => status === 200).length;
  const answer: z.output<typeof bulkShape> = { items, succeeded, failed: items.length - succeeded };
  return one(answer, message);
}
