import { expect, test } from "vitest";
import { createWorld } from "../api-world.ts";

interface Document {
  readonly paths: Record<string, Record<string, { requestBody?: { content: Record<string, object> } }>>;
}

test("bodies are described with examples, which the issue asks a test to execute", async () => {
  const { json } = await createWorld().call("GET", "/api/v2/openapi.json");
  const bodies = Object.values((json as Document).paths)
    .flatMap((methods) => Object.values(methods))
    .flatMap(({ requestBody }) => Object.values(requestBody?.content ?? {}));
  expect(bodies.filter((body) => "example" in body || "examples" in body).length).toBe(bodies.length);
});

test.each(["/products", "/product-book"])("%s of the contract's list of endpoints is there", async (path) => {
  const world = createWorld();
  const { basic: authorization } = await world.start();
  expect((await world.call("GET", `/api/v2${path}`, { authorization })).status).toBe(200);
});
