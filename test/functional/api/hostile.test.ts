import * as fc from "fast-check";
import { expect, test } from "vitest";
import { basic, createWorld } from "../api-world.ts";
import { anyRequest } from "./any-request.ts";
import { fillProgram, markOf } from "./full-program.ts";
import { createOpenApiClient } from "./openapi-client.ts";

const REQUESTS = 10_000;
/** Requests to one world, which fills up with what they make. */
const A_WORLD = 1_000;
const SEED = 20_261_120;

/** What no line of a log may hold. */
const SECRET = /@[\w-]+\.|https?:|X-Amz|sk_|whsec_|Bearer |Basic /;

test("ten thousand requests, valid and hostile, are answered as described, none by a failure of ours, and no log tells of them", async () => {
  const answers = new Map<number, number>();
  for (let round = 0; round < REQUESTS / A_WORLD; round++) {
    const world = createWorld();
    const { publicKey, secretKey } = await world.start({ key: "acme" });
    await fillProgram(world, "acme");
    const { json } = await world.call("GET", "/api/v2/openapi.json");
    let extra: { contentType?: string | undefined; rawBody?: string; headers?: Record<string, string> } = {};
    const client = createOpenApiClient(json, (method, path, request) =>
      world.call(method, path, { authorization: basic(publicKey, secretKey), ...request, ...extra }),
    );
    const requests = fc.sample(anyRequest(client.operations), { numRuns: A_WORLD, seed: SEED + round });
    for (const { operation, values, query, rawBody, contentType, idempotencyKey } of requests) {
      extra = {
        ...(rawBody !== undefined && operation.method !== "GET" && { rawBody, contentType }),
        ...(idempotencyKey !== undefined && { headers: { "idempotency-key": idempotencyKey } }),
      };
      const { status, text } = await client.call(operation, values, { query });
      answers.set(status, (answers.get(status) ?? 0) + 1);
      expect(status, `${operation.id} ${JSON.stringify({ values, query, rawBody })} ${text}`).toBeLessThan(500);
    }
    const logged = JSON.stringify(world.log.lines);
    expect(logged).not.toMatch(SECRET);
    for (const secret of [secretKey, markOf("acme")]) expect(logged).not.toContain(secret);
    expect(world.log.lines.filter(({ level }) => level === "error")).toEqual([]);
  }
  // Requests that are all refused, or all at the door, would prove little.
  for (const status of [200, 400, 404, 415]) expect(answers.get(status), `${status}`).toBeGreaterThan(REQUESTS / 200);
}, 300_000);
