import * as z from "zod";
import { IMPORT_TYPE_NAMES } from "../imports/import-type-names.ts";
import { ROLES } from "../records/teammate.ts";
import { type Permission, PERMISSIONS, type RecordKind } from "./permissions.ts";

export { ROLES };

/** A principal as it travels from the authorizer to the API. */
export const principalSchema = z
  .object({
    program: z.string(),
    kind: z.enum(["key", "teammate", "partner"]),
    /** For the audit trail: the public key, the teammate's e-mail address, or the key of the partnership. */
    id: z.string(),
    role: z.enum(ROLES).optional(),
    permissions: z.array(z.enum(PERMISSIONS)),
    /** The only one that a partner's token may see. */
    partnership: z.string().optional(),
    /** Whether what it makes is for trying things out: of a pair of test keys. */
    test: z.boolean().default(false),
    /** From when on it is nobody's any more, also where the gateway still remembers it. */
    expires_at: z.int().optional(),
    /** What it was proved by, and the last day that this was used. */
    credential: z.object({ key: z.string(), used_on: z.string().nullable() }).optional(),
  })
  .readonly();

/** Who calls, and for which program. */
export type Principal = z.output<typeof principalSchema>;

type Holder = Pick<Principal, "kind" | "role" | "permissions"> & Partial<Pick<Principal, "test">>;

/** Whether the principal may do this; a partner's token has no permission of the vendor's side, whatever it says. */
export const allows = (holder: Holder, permission: Permission): boolean =>
  holds(holder, permission, (held) => held === permission || permission.startsWith(`${held}:`));

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
  holds(holder, permission, (held) => held.startsWith(`${permission}:`)) ||
  // Who may import may follow their imports.
  (permission === "imports:read" && allowsSome(holder, "imports:create"));

/** Whether the principal may read records of this kind. */
export const allowsRead = (holder: Holder, kind: RecordKind): boolean => allows(holder, `records:read:${kind}`);

/** Whether the principal may make and change records of this kind. */
export const allowsWrite = (holder: Holder, kind: RecordKind): boolean => allows(holder, `records:write:${kind}`);

/** Whether the principal may import files of this type; what is no type is for those who may import all. */
export function allowsImport(holder: Holder, type: string | null): boolean {
  const name = IMPORT_TYPE_NAMES.find((one) => one === type);
  return allows(holder, name === undefined ? "imports:create" : `imports:create:${name}`);
}

/** Whether the principal may see imports of this type: who may make them may follow them. */
export const allowsReadingImport = (holder: Holder, type: string | null): boolean =>
  allows(holder, "imports:read") || allowsImport(holder, type);

/** Whether the principal may have this file of a bundle; what is no file is for those who may have all. */
export function allowsExport(holder: Holder, file: string): boolean {
  const permission = PERMISSIONS.find((one) => one === `exports:create:${file}`);
  return allows(holder, permission ?? "exports:create");
}

/** Whether the principal may do all that somebody else may: nobody gives more than they have. */
export const covers = (holder: Holder, other: Holder): boolean =>
  mayEverything(holder) || (!mayEverything(other) && other.permissions.every((one) => allows(holder, one)));

const mayEverything = ({ kind, role }: Holder): boolean =>
  kind === "key" || (kind === "teammate" && (role === "admin" || role === "technical"));

/** What cannot be marked as made for trying things out. */
const NOT_FOR_TESTS = ["imports:create", "triggers:write", "rates:write", "webhooks:write", "access:write"] as const;

function holds(holder: Holder, permission: Permission, isEnough: (held: Permission) => boolean): boolean {
  const { kind, permissions, test = false } = holder;
  if (kind === "partner") return false;
  if (test && NOT_FOR_TESTS.some((one) => permission === one || permission.startsWith(`${one}:`))) return false;
  return mayEverything(holder) || permissions.some(isEnough);
}
