import * as z from "zod";
import { PERMISSIONS, type Permission } from "../api/routes.ts";

/** What a teammate is: admin and technical may do everything, a member only what is listed for them. */
export const ROLES = ["admin", "technical", "member"] as const;

/** A principal as it travels from the authorizer to the API. */
export const principalSchema = z
  .object({
    program: z.string(),
    kind: z.enum(["key", "teammate", "partner"]),
    /** For the audit trail: the public key or the e-mail address. */
    id: z.string(),
    role: z.enum(ROLES).optional(),
    permissions: z.array(z.enum(PERMISSIONS)),
    /** The only one that a partner's token may see. */
    partnership: z.string().optional(),
  })
  .readonly();

/** Who calls, and for which program. */
export type Principal = z.output<typeof principalSchema>;

/** Whether the principal may do this; a partner's token has no permission of the vendor's side, whatever it says. */
export function allows(
  { kind, role, permissions }: Pick<Principal, "kind" | "role" | "permissions">,
  permission: Permission,
): boolean {
  if (kind === "partner") return false;
  return kind === "key" || role === "admin" || role === "technical" || permissions.includes(permission);
}
