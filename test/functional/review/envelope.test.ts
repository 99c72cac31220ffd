import { expect, test } from "vitest";
import { createWorld } from "../api-world.ts";

test.fails("whoever comes without a credential is told the status in the body, as everybody is", async () => {
  const world = createWorld();
  await world.start();
  const reply = await world.call("GET", "/api/v2/customers");
  expect(reply.json).toMatchObject({ message: "Unauthorized", status: 401 });
});
