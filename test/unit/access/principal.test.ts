import { expect, test } from "vitest";
import { allows, type Principal } from "../../../shared/access/principal.ts";
import { PERMISSIONS } from "../../../shared/access/permissions.ts";

type Who = Pick<Principal, "kind" | "role" | "permissions">;

test.each<[string, Who]>([
  ["a program key", { kind: "key", permissions: [] }],
  ["an admin", { kind: "teammate", role: "admin", permissions: [] }],
  ["a technical teammate", { kind: "teammate", role: "technical", permissions: [] }],
])("%s may do everything", (_, who) => {
  for (const permission of PERMISSIONS) expect(allows(who, permission), permission).toBe(true);
});

test("a member may do what the list of permissions says, and nothing else", () => {
  const who: Who = { kind: "teammate", role: "member", permissions: ["imports:read", "exports:read"] };
  expect(PERMISSIONS.filter((permission) => allows(who, permission))).toEqual(["imports:read", "exports:read"]);
});

test("a partner's token has no permission of the vendor, even if it claims some", () => {
  const who: Who = { kind: "partner", role: "admin", permissions: [...PERMISSIONS] };
  expect(PERMISSIONS.filter((permission) => allows(who, permission))).toEqual([]);
});
