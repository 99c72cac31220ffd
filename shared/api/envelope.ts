import { CallerError, type Refusal } from "../errors.ts";
import type { Log } from "../ports.ts";

/** What a caller gets, whatever carries it. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  /** Where the answer is to be had instead, for a while. */
  readonly location?: string;
  /** When to ask again. */
  readonly retryAfterSeconds?: number;
  /** Whether it holds a secret, which is shown this once. */
  readonly isSecret?: boolean;
  /** Whether it is the answer that the same request has had before. */
  readonly isReplayed?: boolean;
}

const json = (status: number, body: object): Answer => ({
  status,
  type: "application/json; charset=utf-8",
  body: JSON.stringify(body),
});

/** One object. */
export const one = (data: object, message: string): Answer => json(200, { data, message, status: 200 });

/** What is done and has nothing to show, as when something was archived. */
export const done = (message: string): Answer => json(200, { message, status: 200 });

/** One page of a list. */
export const list = (
  {
    items,
    has_more,
    looked_to,
  }: { readonly items: readonly object[]; readonly has_more: boolean; readonly looked_to?: string },
  message: string,
): Answer => one({ items, has_more, ...(looked_to !== undefined && { looked_to }) }, message);

/** A document that is not wrapped, such as a file or the description of the API. */
export const document = (type: string, body: string): Answer => ({ status: 200, type, body });

/** What is fetched elsewhere; the address is in the header alone, as bodies get kept. */
export const redirect = (location: string): Answer => ({
  status: 302,
  type: "text/plain; charset=utf-8",
  body: "",
  location,
});

const STATUS: Readonly<Record<Refusal, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  too_large: 413,
  unsupported: 415,
  too_many: 429,
};

/** The status that tells of a refusal. */
export const statusOf = ({ refusal }: CallerError): number => STATUS[refusal];

/** Nobody we know. */
export const unauthenticated = (): CallerError => new CallerError("unauthenticated", "Unauthorized");

/** One text for every lack of permission, so that it does not tell what is lacking. */
export const forbidden = (): CallerError => new CallerError("forbidden", "Forbidden");

/** One text for what is missing and for what is another program's. */
export const notFound = (): CallerError => new CallerError("not_found", "Not found");

/** The answer to a failed request. What the caller did not cause is logged with its cause, and told as "internal". */
export function failure(error: unknown, log: Log): Answer {
  if (!(error instanceof CallerError)) {
    log.error("api.failed", { error: error instanceof Error ? error : new Error(String(error)) });
    return json(500, { message: "internal", status: 500 });
  }
  const { field, message, retryAfterSeconds } = error;
  const status = statusOf(error);
  return {
    ...json(status, { message, status, ...(field !== undefined && { field }) }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}
