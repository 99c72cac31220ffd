import { expect, test } from "vitest";
import { jsonBody } from "../../../shared/api/json-body.ts";

const JSON_TYPE = "application/json";

const nested = (levels: number): string => `{"a":1,"deep":${"[".repeat(levels)}${"]".repeat(levels)}}`;

test("takes what is nested thirty levels deep", () => {
  expect(jsonBody(JSON_TYPE, nested(30))).toMatchObject({ a: 1 });
});

test.each([33, 5_000, 400_000])("refuses %i levels by the field that has them", (levels) => {
  expect(() => jsonBody(JSON_TYPE, nested(levels))).toThrow(
    expect.objectContaining({ refusal: "invalid", field: "deep", message: expect.stringContaining("32 levels") }),
  );
});

test.each([
  ["text/plain", "{}", "unsupported"],
  [undefined, "{}", "unsupported"],
  [JSON_TYPE, "{", "invalid"],
  [JSON_TYPE, `"${"x".repeat(1_048_576)}"`, "too_large"],
])("%s with %j is %s", (type, body, refusal) => {
  expect(() => jsonBody(type, body)).toThrow(expect.objectContaining({ refusal }));
});

test.each([
  ['{"a":{"b":"\\ud800"}}', "a.b"],
  ['{"a":[1,1e300]}', "a.1"],
  ['{"a":1e999}', "a"],
  ['{"a":-1e-200}', "a"],
  ['{"a":{"\\udc00":1}}', "a"],
])("refuses what cannot be kept: %s", (body, field) => {
  expect(() => jsonBody(JSON_TYPE, body)).toThrow(expect.objectContaining({ refusal: "invalid", field }));
});

test("takes any number and text that can be kept", () => {
  expect(jsonBody(JSON_TYPE, '{"a":[0,-0.5,1e100,"👋"]}')).toEqual({ a: [0, -0.5, 1e100, "👋"] });
});

test("takes JSON by its other names, and nothing for nothing", () => {
  expect(jsonBody("application/vnd.api+json; charset=utf-8", '{"a":1}')).toEqual({ a: 1 });
  expect(jsonBody(JSON_TYPE, Buffer.from('{"a":"é"}').toString("base64"), true)).toEqual({ a: "é" });
  expect([jsonBody(undefined, undefined), jsonBody(undefined, "")]).toEqual([undefined, undefined]);
});
