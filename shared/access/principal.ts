import * as z from "zod";
import { IMPORT_TYPE_NAMES } from "../imports/import-type-names.ts";
import { PERMISSIONS, type Permission } from "./permissions.ts";

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
    /** Whether it is a test key, which makes test records only. */
    test: z.boolean().optional(),
    /** The only one that a partner's token may see. */
    partnership: z.string().optional(),
  })
  .readonly();

/** Who calls, and for which program. */
export type Principal = z.output<typeof principalSchema>;

type Holder = Pick<Principal, "kind" | "role" | "permissions">;

/** Whether the principal may do this; a partner's token has no permission of the vendor's side, whatever it says. */
export const allows = (holder: Holder, permission: Permission): boolean =>
  holds(holder, (held) => held === permission || permission.startsWith(`${held}:`));

/** Whether the principal may call a route at all; a partner's token reads only what is made for partners. */
export function mayCall(
  holder: Holder,
  { needs, forPartners }: { readonly needs: Permission | "nothing" | "credential"; readonly forPartners: boolean },
): boolean {
  if (holder.kind === "partner") return forPartners;
  return needs === "nothing" || needs === "credential" || allowsSome(holder, needs);
}

/** Whether the principal may do this for one kind of record at least. */
export const allowsSome = (holder: Holder, permission: Permission): boolean =>
  allows(holder, permission) ||
  holds(holder, (held) => held.startsWith(`${permission}:`)) ||
  // Who may import may follow their imports.
  (permission === "imports:read" && allowsSome(holder, "imports:create"));

/** Whether the principal may import files of this type; what is no type is for those who may import all. */
export function allowsImport(holder: Holder, type: string | null): boolean {
  const name = IMPORT_TYPE_NAMES.find((one) => one === type);
  return allows(holder, name === undefined ? "imports:create" : `imports:create:${name}`);
}

/** Whether the principal may see imports of this type: who may make them may follow them. */
export const allowsReadingImport = (holder: Holder, type: string | null): boolean =>
  allows(holder, "imports:read") || allowsImport(holder, type);

function holds({ kind, role, permissions }: Holder, isEnough: (held: Permission) => boolean): boolean {
  if (kind === "partner") return false;
  return kind === "key" || role === "admin" || role === "technical" || permissions.some(isEnough);
}
