import { expect, test } from "vitest";
import { createWorld } from "../api-world.ts";

test.each(["/api/v2/disti/listings/categories", "/v2/disti/listings/categories", "/api/disti/listings/categories"])(
  "%s is an empty list",
  async (path) => {
    const world = createWorld();
    const { basic: authorization } = await world.start();
    const { status, json } = await world.call("GET", path, { authorization });
    const data = { items: [], has_more: false };
    expect([status, json]).toEqual([200, { data, message: "Listing categories retrieved", status: 200 }]);
    for (const [query, field] of [
      [{ limit: "0" }, "limit"],
      [{ starting_after: "a" }, "starting_after"],
      [{ starting_after: "a", ending_before: "b" }, "ending_before"],
    ] as const) {
      expect(await world.call("GET", path, { authorization, query })).toMatchObject({ status: 400, json: { field } });
    }
    expect(await world.call("GET", path)).toMatchObject({ status: 401 });
  },
);
