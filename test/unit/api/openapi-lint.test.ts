import { createConfig, lintFromString } from "@redocly/openapi-core";
import { expect, test } from "vitest";
import { openapiDocument } from "../../../shared/api/openapi.ts";

test("a linter of OpenAPI finds nothing to say", async () => {
  const config = await createConfig({
    extends: ["recommended-strict"],
    rules: {
      // A name that is spelled out goes before one in braces: "/imports/headers/{type}" is older than this rule is to us.
      "no-ambiguous-paths": "off",
      // Tags are the names of the resources.
      "tag-description": "off",
    },
  });
  const problems = await lintFromString({ source: JSON.stringify(openapiDocument()), config });
  expect(problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)).toEqual([]);
});
