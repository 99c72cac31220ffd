import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import * as z from "zod";
import type { Principal } from "../access/principal.ts";
import { CallerError } from "../errors.ts";
import { EXPIRY_ATTRIBUTE } from "../names.ts";
import type { Clock, Place, Table } from "../ports.ts";
import { derivedKey } from "../records/derived-key.ts";
import type { Answer } from "./envelope.ts";

/** The header that names a request, so that repeating it does nothing twice. */
export const IDEMPOTENCY_HEADER = "idempotency-key";

/** How long the answer to a named request is kept. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** No invocation lasts longer: whoever has not answered by then never will. */
const MOST_WORK_MS = 30_000;

/** A table's item has 400 KB. */
const MOST_KEPT_BYTES = 300_000;

const NAME = /^[\x21-\x7e]{1,255}$/;

const keptAnswer = z.object({
  status: z.int(),
  type: z.string(),
  body: z.string().nullable(),
});

const keptRequest = z.object({
  digest: z.string(),
  first_at: z.int(),
  /** Since when somebody works on it; 0 when nobody does. */
  taken_at: z.int(),
  answer: keptAnswer.nullable().default(null),
  [EXPIRY_ATTRIBUTE]: z.int(),
});

type KeptRequest = z.output<typeof keptRequest>;

interface Dependencies {
  readonly table: Pick<Table, "get" | "write">;
  readonly clock: Clock;
}

/** A request that its caller has named. */
export interface NamedRequest {
  readonly principal: Principal;
  readonly name: string;
  /** What it asks for, in full: the same name must not stand for anything else. */
  readonly asks: readonly string[];
}

const refusal = (message: string, retryAfterSeconds?: number): CallerError =>
  new CallerError("conflict", message, "Idempotency-Key", retryAfterSeconds === undefined ? {} : { retryAfterSeconds });

/**
 * Answers a named request once: repeated within 24 hours, it gets the same answer. One that broke off is worked on
 * anew, with the mark that the first attempt had. What was refused has done nothing, and its name is free again.
 */
export async function answeredOnce(
  { table, clock }: Dependencies,
  { principal, name, asks }: NamedRequest,
  answer: (mark: string) => Promise<Answer>,
): Promise<Answer> {
  if (!NAME.test(name)) {
    throw new CallerError("invalid", "an Idempotency-Key has 1 to 255 printable ASCII characters", "Idempotency-Key");
  }
  const place = placeOf(principal, name);
  const digest = createHash("sha256").update(JSON.stringify(asks)).digest("hex");
  const taken = await take({ table, clock }, place, digest);
  if ("answer" in taken) return taken.answer;
  const { first_at } = taken;
  const keep = (kept: Pick<KeptRequest, "taken_at" | "answer">) =>
    table.write({ put: { ...place, ...itemOf({ digest, first_at, ...kept }) } });
  const mark = derivedKey("req_", principal.program, principal.id, name, String(first_at));
  try {
    const given = await answer(mark);
    await keep({ taken_at: 0, answer: keptOf(given) });
    return given;
  } catch (error) {
    if (error instanceof ShownOnce) await keep({ taken_at: 0, answer: DONE });
    else if (error instanceof CallerError)
      await table.write({ update: place, set: { [EXPIRY_ATTRIBUTE]: seconds(clock()) } });
    else await keep({ taken_at: 0, answer: null });
    throw error;
  }
}

/** Carried out by an attempt before, whose answer is shown once. */
const DONE: KeptRequest["answer"] = { status: 200, type: "application/json; charset=utf-8", body: null };

const seconds = (ms: number): number => Math.floor(ms / 1000);

const placeOf = ({ program, kind, id }: Principal, name: string): Place => ({
  pk: `${program}/idempotency/${derivedKey("", kind, id, name)}`,
  sk: "#",
});

const itemOf = (request: Omit<KeptRequest, typeof EXPIRY_ATTRIBUTE>) => ({
  ...request,
  [EXPIRY_ATTRIBUTE]: Math.ceil((request.first_at + KEPT_MS) / 1000),
});

/** A large answer is kept packed: it tells the same few names again and again. */
const PACKED = "gzip:";
const LARGE = 50_000;

function packed(body: string): string | null {
  if (body.length <= LARGE) return body;
  const small = PACKED + gzipSync(body).toString("base64");
  return small.length > MOST_KEPT_BYTES ? null : small;
}

const unpacked = (body: string): string =>
  body.startsWith(PACKED) ? gunzipSync(Buffer.from(body.slice(PACKED.length), "base64")).toString("utf8") : body;

/** What is shown once is not kept. */
const keptOf = ({ status, type, body, isSecret = false }: Answer): KeptRequest["answer"] => ({
  status,
  type,
  body: isSecret ? null : packed(body),
});

/** Takes the request up, or gives the answer that it has had. */
async function take(
  { table, clock }: Dependencies,
  place: Place,
  digest: string,
): Promise<{ readonly first_at: number } | { readonly answer: Answer }> {
  const now = clock();
  const fresh = { ...place, ...itemOf({ digest, first_at: now, taken_at: now, answer: null }) };
  if (await table.write({ put: fresh, when: { absent: true } })) return { first_at: now };
  const [item] = await table.get([place]);
  const known = item && keptRequest.parse(item);
  const isOver = known === undefined || known[EXPIRY_ATTRIBUTE] * 1000 <= now;
  if (isOver) {
    const when = known === undefined ? { absent: true as const } : { equals: { first_at: known.first_at } };
    if (await table.write({ put: fresh, when })) return { first_at: now };
    throw busy();
  }
  if (known.digest !== digest) throw refusal("the Idempotency-Key was used for another request");
  if (known.answer !== null) return { answer: replayed(known.answer) };
  if (known.taken_at > now - MOST_WORK_MS) throw busy();
  const { first_at, taken_at } = known;
  const again = { ...place, ...itemOf({ digest, first_at, taken_at: now, answer: null }) };
  if (!(await table.write({ put: again, when: { equals: { taken_at } } }))) throw busy();
  return { first_at };
}

/** Of an answer that holds a secret: it is told to whoever repeats the request. */
/** A request that was carried out before, and whose answer is not kept. */
class ShownOnce extends CallerError {
  constructor() {
    super("conflict", "the request has been carried out, and its answer is shown once only", "Idempotency-Key");
    this.name = "ShownOnce";
  }
}

export const shownOnce = (): CallerError => new ShownOnce();

const busy = (): CallerError => refusal("a request with this Idempotency-Key is being worked on", 1);

function replayed({ status, type, body }: NonNullable<KeptRequest["answer"]>): Answer {
  if (body === null) throw shownOnce();
  return { status, type, body: unpacked(body), isReplayed: true };
}
