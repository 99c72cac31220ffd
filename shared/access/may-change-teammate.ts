import { covers, type Principal } from "./principal.ts";
import type { Teammate } from "./teammates.ts";

type Standing = Pick<Teammate, "role" | "permissions">;

/**
 * Whether the principal may make somebody what they become of what they are, either of which may be nothing. Only admins
 * change admins, and no key does, as who may make keys would be an admin otherwise; nobody gives, or takes away, more
 * than they have.
 */
export function mayChangeTeammate(principal: Principal, ...standings: readonly Standing[]): boolean {
  const isAdmin = principal.kind === "teammate" && principal.role === "admin";
  return standings.every(({ role, permissions }) =>
    role === "admin" ? isAdmin : covers(principal, { kind: "teammate", role, permissions }),
  );
}
