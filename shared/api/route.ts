import type { Permission } from "../access/permissions.ts";
import { API_BASE } from "../names.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Who may call: anybody, every known caller, or whoever's principal has the permission. */
export type Needs = Permission | "nothing" | "credential";

export interface Route<Id extends string = string, Needed extends Needs = Needs> {
  readonly id: Id;
  readonly method: Method;
  /** With `{name}` for path parameters, as OpenAPI writes them. */
  readonly path: string;
  readonly summary: string;
  readonly needs: Needed;
  /** Whether a partner's token may call it too, and is answered with what is the partner's own. */
  readonly forPartners: boolean;
}

/** A page for people, beside the API. */
export const page = <const Id extends string>(id: Id, path: string, summary: string): Route<Id, "nothing"> => ({
  id,
  method: "GET",
  path,
  summary,
  needs: "nothing",
  forPartners: true,
});

/** A route below the base of the API. */
export const route = <const Id extends string, const Needed extends Needs>(
  id: Id,
  method: Method,
  path: string,
  needs: Needed,
  summary: string,
  { forPartners = needs === "nothing" || needs === "credential" }: { readonly forPartners?: boolean } = {},
): Route<Id, Needed> => ({ id, method, path: API_BASE + path, summary, needs, forPartners });
