import { lookup } from "node:dns/promises";
import type { IncomingMessage } from "node:http";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { HttpFailure, HttpPost } from "../ports.ts";
import { isPublicAddress } from "./public-address.ts";
import { hostOf, targetProblem } from "./target-problem.ts";

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** The addresses of a name. */
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

interface Options {
  /** Whether requests may go to private addresses, other ports and without TLS, as on a developer's machine. */
  readonly mayBePrivate: boolean;
  readonly resolve?: Resolve;
  /** From the name to the answer's head. */
  readonly withinMs?: number;
}

const WITHIN_MS = 10_000;

/** What is read of an answer, for its sender to come to an end in peace. Nothing of it is kept. */
const ANSWER_BYTES = 4_096;

const resolveByHost: Resolve = (host) => lookup(host, { all: true, order: "verbatim" });

/** A failure with its word. */
class Failed extends Error {
  readonly failure: HttpFailure;
  constructor(failure: HttpFailure) {
    super(failure);
    this.failure = failure;
  }
}

/**
 * Posts over HTTPS to the public internet and nowhere else. The name is resolved once, every address is checked, and the
 * connection goes to these very addresses: a name that means something else a moment later gains nothing. Redirects are
 * told and not followed. Connections are not kept, so that each is checked.
 */
export function createHttpsPost({ mayBePrivate, resolve = resolveByHost, withinMs = WITHIN_MS }: Options): HttpPost {
  return async ({ url: target, headers, body }) => {
    const limit = AbortSignal.timeout(withinMs);
    try {
      if (targetProblem(target, mayBePrivate) !== undefined) throw new Failed("address_refused");
      const url = new URL(target);
      const addresses = await unlessLate(limit, addressesOf(hostOf(url), resolve));
      if (!mayBePrivate && !addresses.every(({ address }) => isPublicAddress(address))) {
        throw new Failed("address_refused");
      }
      return { status: await send(url, { headers, body, addresses, limit }) };
    } catch (error) {
      return { failure: limit.aborted ? "timed_out" : failureOf(error) };
    }
  };
}

async function addressesOf(host: string, resolve: Resolve): Promise<readonly ResolvedAddress[]> {
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  const found = await resolve(host).catch(() => []);
  if (found.length === 0) throw new Failed("name_not_found");
  return found;
}

/** A name server's answer cannot be called off, but nobody has to wait for it. */
async function unlessLate<Answer>(limit: AbortSignal, work: Promise<Answer>): Promise<Answer> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const onLate = () => reject(new Failed("timed_out"));
  limit.addEventListener("abort", onLate, { once: true });
  return Promise.race([work, late]).finally(() => limit.removeEventListener("abort", onLate));
}

interface Sending {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly addresses: readonly ResolvedAddress[];
  readonly limit: AbortSignal;
}

function send(url: URL, { headers, body, addresses, limit }: Sending): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const options = {
    method: "POST",
    headers: { ...headers, "content-length": Buffer.byteLength(body) },
    // A connection of its own, which nobody has opened to another address before.
    agent: false,
    lookup: pinned(addresses),
    signal: limit,
  } as const;
  const request = url.protocol === "https:" ? requestHttps(url, options) : requestHttp(url, options);
  request.once("response", (answer) => {
    resolve(answer.statusCode ?? 0);
    void letEnd(answer).finally(() => request.destroy());
  });
  request.on("error", reject);
  // Also when the other side changes to another protocol.
  request.once("close", () => reject(new Failed("connection_failed")));
  request.end(body);
  return promise;
}

/** Answers every question for a name with the addresses that were checked. */
function pinned(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_host, { all }, answer) => {
    const [first] = addresses;
    if (all === true) return answer(null, [...addresses]);
    if (first === undefined) return answer(new Error("there is no address"), "", 4);
    return answer(null, first.address, first.family);
  };
}

/** Reads on for a little, until the answer ends, breaks off or is late. */
async function letEnd(answer: IncomingMessage): Promise<void> {
  let bytes = 0;
  try {
    for await (const chunk of answer) {
      bytes += Buffer.byteLength(chunk);
      if (bytes > ANSWER_BYTES) return;
    }
  } catch {
    // The status is known, and counts.
  }
}

const TLS = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO|HOSTNAME_MISMATCH|INVALID_CA)/;

function failureOf(error: unknown): HttpFailure {
  if (error instanceof Failed) return error.failure;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return TLS.test(code) ? "tls_failed" : "connection_failed";
}
