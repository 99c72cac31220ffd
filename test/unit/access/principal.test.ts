import { expect, test } from "vitest";
import { mayChangeTeammate } from "../../../shared/access/may-change-teammate.ts";
import {
  allows,
  allowsExport,
  allowsRead,
  allowsSome,
  allowsWrite,
  covers,
  mayCall,
  type Principal,
} from "../../../shared/access/principal.ts";
import { PERMISSIONS, RECORD_KINDS } from "../../../shared/access/permissions.ts";

type Who = Pick<Principal, "kind" | "role" | "permissions"> & Partial<Pick<Principal, "test">>;

const member = (...permissions: Who["permissions"]): Who => ({ kind: "teammate", role: "member", permissions });
const ADMIN: Who = { kind: "teammate", role: "admin", permissions: [] };
const TECHNICAL: Who = { kind: "teammate", role: "technical", permissions: [] };
const KEY: Who = { kind: "key", permissions: [] };

test.each<[string, Who]>([
  ["a program key", KEY],
  ["an admin", ADMIN],
  ["a technical teammate", TECHNICAL],
])("%s may do everything", (_, who) => {
  for (const permission of PERMISSIONS) expect(allows(who, permission), permission).toBe(true);
});

test("a member may do what the list of permissions says, and nothing else", () => {
  const who = member("imports:read", "exports:read");
  expect(PERMISSIONS.filter((permission) => allows(who, permission))).toEqual(["imports:read", "exports:read"]);
});

test("a partner's token has no permission of the vendor, even if it claims some", () => {
  const who: Who = { kind: "partner", role: "admin", permissions: [...PERMISSIONS] };
  expect(PERMISSIONS.filter((permission) => allows(who, permission))).toEqual([]);
});

test("a test key may do all but what cannot be marked as made for a test", () => {
  const who: Who = { ...KEY, test: true };
  const denied = PERMISSIONS.filter((permission) => !allows(who, permission));
  expect(new Set(denied.map((one) => one.split(":", 2).join(":")))).toEqual(
    new Set(["imports:create", "triggers:write", "rates:write", "webhooks:write", "access:write"]),
  );
  expect(mayCall(who, { needs: "access:write", forPartners: false })).toBe(false);
  expect(mayCall(who, { needs: "records:write", forPartners: false })).toBe(true);
});

test("records are read and written by kind", () => {
  const who = member("records:read", "records:write:deals");
  for (const kind of RECORD_KINDS) {
    expect([allowsRead(who, kind), allowsWrite(who, kind)], kind).toEqual([true, kind === "deals"]);
    expect(RECORD_KINDS.filter((one) => allowsRead(member(`records:read:${kind}`), one))).toEqual([kind]);
  }
});

test("who may do something for one kind may call its route", () => {
  expect(allowsSome(member("exports:create:deals"), "exports:create")).toBe(true);
  expect(allowsSome(member("exports:create:deals"), "exports:read")).toBe(false);
  expect(allowsSome(member("imports:create:deals"), "imports:read")).toBe(true);
});

test("files are exported by name, and what is no file by who may have all", () => {
  expect(allowsExport(member("exports:create"), "coupons")).toBe(true);
  expect(allowsExport(member("exports:create:deals"), "deals")).toBe(true);
  expect(allowsExport(member("exports:create:deals"), "leads")).toBe(false);
  expect(allowsExport(member("exports:create:deals"), "coupons")).toBe(false);
});

test("nobody covers more than they have", () => {
  expect(covers(member("records:read"), member("records:read:deals"))).toBe(true);
  expect(covers(member("records:read:deals"), member("records:read"))).toBe(false);
  expect(covers(member(...PERMISSIONS), member(...PERMISSIONS))).toBe(true);
  for (const who of [KEY, ADMIN, TECHNICAL]) {
    expect(covers(who, KEY)).toBe(true);
    expect(covers(member(...PERMISSIONS), who)).toBe(false);
  }
  expect(covers({ kind: "partner", permissions: [] }, member("records:read"))).toBe(false);
});

test("what concerns admins is for admins alone", () => {
  const of = (who: Who): Principal => ({ program: "acme", id: "x", test: false, ...who });
  const standing = { role: "member", permissions: [] } as const;
  const admin = { role: "admin", permissions: [] } as const;
  for (const [who, isAllowed] of [
    [ADMIN, true],
    [TECHNICAL, false],
    [KEY, false],
    [member(...PERMISSIONS), false],
  ] as const) {
    expect(mayChangeTeammate(of(who), { ...admin, permissions: [] })).toBe(isAllowed);
    expect(mayChangeTeammate(of(who), { ...standing, permissions: [] }, { ...admin, permissions: [] })).toBe(isAllowed);
    expect(mayChangeTeammate(of(who), { ...standing, permissions: [] })).toBe(true);
  }
});
