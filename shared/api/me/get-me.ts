import * as z from "zod";
import { allows } from "../../access/principal.ts";
import { PERMISSIONS } from "../../access/permissions.ts";
import { ROLES } from "../../records/teammate.ts";
import { type Answer, one } from "../envelope.ts";
import type { ApiRequest } from "../request.ts";

/** What callers are told of themselves. */
export const caller = z.object({
  program: z.string(),
  kind: z.enum(["key", "teammate", "partner"]),
  id: z.string().meta({ description: "The public key, the teammate's e-mail address, or the key of the partnership" }),
  role: z.enum(ROLES).nullable(),
  permissions: z.array(z.enum(PERMISSIONS)).meta({ description: "All that the caller may do" }),
  partnership_key: z.string().nullable(),
  test: z.boolean(),
  expires_at: z.int().nullable().meta({ description: "When the credential expires, in epoch milliseconds" }),
});

/** Who calls. */
export async function getMe({ principal }: ApiRequest): Promise<Answer> {
  const { program, kind, id, role, partnership, test, expires_at } = principal;
  const told: z.output<typeof caller> = {
    program,
    kind,
    id,
    role: role ?? null,
    permissions: PERMISSIONS.filter((permission) => allows(principal, permission)),
    partnership_key: partnership ?? null,
    test,
    expires_at: expires_at ?? null,
  };
  return Promise.resolve(one(told, "Caller retrieved"));
}
