import { IMPORT_TYPE_NAMES } from "../imports/import-type-names.ts";

const scoped = IMPORT_TYPE_NAMES.map((type) => `imports:create:${type}` as const);

/** What a teammate may be allowed to do, one by one; `a:b` covers each `a:b:c`. */
export const PERMISSIONS = [
  "records:read",
  "imports:read",
  "imports:create",
  ...scoped,
  "triggers:read",
  "triggers:write",
  "exports:read",
  "exports:create",
  "audit:read",
] as const;

export type Permission = (typeof PERMISSIONS)[number];
