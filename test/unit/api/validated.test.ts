import { expect, test } from "vitest";
import * as z from "zod";
import { validated } from "../../../shared/api/validated.ts";

const schema = z.object({
  member_email: z.string().min(1).max(5),
  from: z.int().min(0).max(9).nullish(),
  export_types: z.array(z.enum(["deals", "leads"])).nullish(),
});

test("gives what the schema knows, and ignores other names", () => {
  expect(validated(schema, { member_email: "a@b.c", other: 1 })).toEqual({ member_email: "a@b.c" });
});

test.each<[unknown, string, string | undefined]>([
  [{}, "'member_email' is a required property", "member_email"],
  [{ member_email: 5 }, "5 is not of type 'string'", "member_email"],
  [{ member_email: null }, "null is not of type 'string'", "member_email"],
  [{ member_email: "" }, "'' is too short", "member_email"],
  [{ member_email: "abcdef" }, "'abcdef' is too long", "member_email"],
  [{ member_email: "a", from: 1.5 }, "1.5 is not of type 'integer'", "from"],
  [{ member_email: "a", from: -1 }, "-1 is less than the minimum of 0", "from"],
  [{ member_email: "a", from: 10 }, "10 is greater than the maximum of 9", "from"],
  [{ member_email: "a", export_types: "deals" }, "'deals' is not of type 'array'", "export_types"],
  [{ member_email: "a", export_types: ["deals", "x"] }, "'x' is not one of ['deals', 'leads']", "export_types.1"],
  [[], "[] is not of type 'object'", undefined],
  ["text", "'text' is not of type 'object'", undefined],
])("refuses %j in the words of JSON Schema", (input, message, field) => {
  expect(() => validated(schema, input)).toThrow(expect.objectContaining({ refusal: "invalid", message, field }));
});

const strict = z.strictObject({
  kind: z.enum(["a", "b"]),
  size: z.union([z.strictObject({ flat: z.int() }), z.strictObject({ share: z.string(), of: z.int() })]),
});

test.each<[unknown, string, string | undefined]>([
  [{ size: { flat: 1 } }, "'kind' is a required property", "kind"],
  [{ kind: "a" }, "'size' is a required property", "size"],
  [{ kind: "a", size: { flat: 1 }, sise: 2 }, "Additional properties are not allowed ('sise' unexpected)", undefined],
  [{ kind: "a", size: { flat: "x" } }, "'x' is not of type 'number'", "size.flat"],
  [
    { kind: "a", size: { share: "1", of: 2, off: 3 } },
    "Additional properties are not allowed ('off' unexpected)",
    "size",
  ],
])("tells of %j what keeps it from the form that it is nearest to", (input, message, field) => {
  expect(() => validated(strict, input)).toThrow(expect.objectContaining({ message, field }));
});
