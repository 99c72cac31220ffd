import * as fc from "fast-check";
import { expect, test } from "vitest";
import { allows } from "../../../shared/access/principal.ts";
import { PERMISSIONS, type Permission } from "../../../shared/access/permissions.ts";
import { findTeammate, type KnownTeammate, listTeammates } from "../../../shared/access/teammates.ts";
import { ROLES, teammateKey } from "../../../shared/records/teammate.ts";
import { createAccessWorld } from "./access-world.ts";

const PEOPLE = ["ada", "bo", "cy", "di"].map((name) => `${name}@acme.example`);
const SOME: readonly Permission[] = [
  "access:write",
  "access:read",
  "records:read",
  "records:read:deals",
  "exports:create",
];

const change = fc.record({
  by: fc.constantFrom(...PEOPLE),
  to: fc.constantFrom(...PEOPLE),
  deed: fc.oneof(
    { weight: 3, arbitrary: fc.record({ role: fc.constantFrom(...ROLES) }) },
    { weight: 2, arbitrary: fc.record({ permissions: fc.uniqueArray(fc.constantFrom(...SOME)) }) },
    { weight: 2, arbitrary: fc.constant("remove" as const) },
  ),
});

const may = (who: KnownTeammate | undefined, one: Permission): boolean =>
  who !== undefined && allows({ kind: "teammate", ...who }, one);

test("whatever teammates do to each other, two at a time: an administrator stays, and nobody gets what nobody had", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(change, change), { minLength: 1, maxLength: 8 }), async (turns) => {
      const { post, patch, del, bearerOf, table } = await createAccessWorld();
      const find = async (email: string) => findTeammate(table, "acme", email);
      await post("/teammates", { email: PEOPLE[1], role: "admin" });
      await post("/teammates", { email: PEOPLE[2], role: "technical" });
      await post("/teammates", { email: PEOPLE[3], permissions: ["access:write", "records:read"] });
      for (const turn of turns) {
        const before = new Map(await Promise.all(PEOPLE.map(async (email) => [email, await find(email)] as const)));
        await Promise.all(
          turn.map(async ({ by, to, deed }) => {
            const membership = before.get(by)?.membership ?? null;
            const who = await bearerOf({ program: "acme", kind: "teammate", email: by, membership });
            const path = `/teammates/${teammateKey("acme", to)}`;
            const { status } = await (deed === "remove" ? del(path, undefined, who) : patch(path, deed, who));
            expect([200, 401, 403, 404, 409]).toContain(status);
          }),
        );
        const after = await listTeammates(table, "acme");
        expect(after.some(({ role }) => role === "admin")).toBe(true);
        const wereActing = turn.map(({ by }) => before.get(by));
        for (const one of after) {
          for (const permission of PERMISSIONS) {
            if (!may(one, permission) || may(before.get(one.email), permission)) continue;
            expect(wereActing.some((who) => may(who, permission))).toBe(true);
          }
          if (one.role === "admin" && before.get(one.email)?.role !== "admin")
            expect(wereActing.some((who) => who?.role === "admin")).toBe(true);
        }
      }
    }),
    { numRuns: 100 },
  );
});
