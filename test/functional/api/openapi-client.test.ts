import { beforeAll, expect, test } from "vitest";
import { basic, createWorld } from "../api-world.ts";
import { fillProgram } from "./full-program.ts";
import { createOpenApiClient } from "./openapi-client.ts";

const PROGRAM = "acme";

let world: ReturnType<typeof createWorld>;
let client: ReturnType<typeof createOpenApiClient>;

beforeAll(async () => {
  world = createWorld();
  const { publicKey, secretKey } = await world.start({ key: PROGRAM });
  await fillProgram(world, PROGRAM);
  const { json } = await world.call("GET", "/api/v2/openapi.json");
  const authorization = basic(publicKey, secretKey);
  client = createOpenApiClient(json, (method, path, request) =>
    world.call(method, path, { authorization, ...request }),
  );
});

/** Lists without parameters in their paths. */
const lists = () =>
  client.operations.filter(({ isList, method, path }) => isList && method === "GET" && !path.includes("{"));

test("walks every list to its end, and every answer fits its schema", async () => {
  expect(lists().length).toBeGreaterThan(3);
  for (const list of lists()) {
    const small = await client.walk(list, {}, 5);
    const large = await client.walk(list, {}, 250);
    expect(
      small.map(({ key }) => key),
      list.id,
    ).toEqual(large.map(({ key }) => key));
    expect(new Set(small.map(({ key }) => JSON.stringify(key))).size, list.id).toBe(small.length);
  }
});

test("reads every item of every list by its key, and everything below it", async () => {
  let read = 0;
  for (const list of lists()) {
    const below = client.operations.filter(
      ({ method, path }) => method === "GET" && path.startsWith(`${list.path}/{`) && path.match(/\{/g)?.length === 1,
    );
    for (const item of (await client.walk(list, {}, 250)).slice(0, 20)) {
      for (const one of below) {
        const [, name = ""] = /\{(\w+)\}/.exec(one.path) ?? [];
        const reply = await client.call(one, { [name]: String(item["key"]) });
        expect([200, 302, 400, 404, 409], `${one.id} ${reply.text}`).toContain(reply.status);
        if (one.path === `${list.path}/{${name}}`) expect(reply.status, `${one.id} ${reply.text}`).toBe(200);
        read += 1;
      }
    }
  }
  expect(read).toBeGreaterThan(20);
});

test("every refusal fits its schema, too", async () => {
  for (const one of client.operations) {
    if (!one.path.includes("{key}")) continue;
    const { status } = await client.call(one, { key: "nobody", file_key: "none", type: "partners" }, { body: {} });
    expect(status, one.id).toBeGreaterThanOrEqual(200);
    expect(status, one.id).toBeLessThan(500);
  }
});
