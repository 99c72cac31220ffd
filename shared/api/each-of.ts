import * as z from "zod";
import { atOnce } from "../at-once.ts";
import { CallerError } from "../errors.ts";
import { type Answer, one, statusOf } from "./envelope.ts";
import { MAX_LIMIT } from "./page-request.ts";
import type { ApiRequest } from "./request.ts";

/** Records that a request names for the same to be done with each. */
export const keysInput = z
  .array(z.string().min(1).max(255))
  .min(1)
  .max(MAX_LIMIT)
  .meta({ description: "Keys of the records" });

/** What became of each of them. */
export const eachShape = z.object({
  items: z.array(
    z.object({
      key: z.string().meta({ description: "As it was asked for" }),
      status: z.int().meta({ description: "What a request for this one alone would have been answered with" }),
      message: z.string(),
    }),
  ),
});

/** Records that are changed at the same time: each in a transaction of its own. */
const CHANGES_AT_ONCE = 8;

/**
 * Does the same with each of some records, and tells what became of each; one that is refused stops no other. Each has a mark
 * of its own, so that the whole request can be repeated.
 */
export async function eachOf(
  request: ApiRequest,
  keys: readonly string[],
  work: (request: ApiRequest, key: string) => Promise<string>,
  message: string,
): Promise<Answer> {
  const items = await atOnce(CHANGES_AT_ONCE, [...new Set(keys)], async (key) => {
    try {
      return { key, status: 200, message: await work({ ...request, mark: `${request.mark}/${key}` }, key) };
    } catch (error) {
      if (!(error instanceof CallerError)) throw error;
      return { key, status: statusOf(error), message: error.message };
    }
  });
  return one({ items } satisfies z.output<typeof eachShape>, message);
}
