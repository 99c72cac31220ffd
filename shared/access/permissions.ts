import { IMPORT_TYPE_NAMES } from "../imports/import-type-names.ts";

/** Kinds of records that people are given access to one by one. */
export const RECORD_KINDS = [
  "partnerships",
  "applications",
  "groups",
  "customers",
  "transactions",
  "rewards",
  "leads",
  "deals",
  "links",
] as const;

export type RecordKind = (typeof RECORD_KINDS)[number];

/** The files of a bundle that people are given one by one. */
const EXPORTED = [...IMPORT_TYPE_NAMES, "applications"] as const;

const imports = IMPORT_TYPE_NAMES.map((type) => `imports:create:${type}` as const);
const exported = EXPORTED.map((file) => `exports:create:${file}` as const);
const reads = RECORD_KINDS.map((kind) => `records:read:${kind}` as const);
const writes = RECORD_KINDS.map((kind) => `records:write:${kind}` as const);

/** What a teammate may be allowed to do, one by one; `a:b` covers each `a:b:c`. */
export const PERMISSIONS = [
  "records:read",
  ...reads,
  "records:write",
  ...writes,
  "imports:read",
  "imports:create",
  ...imports,
  "triggers:read",
  "triggers:write",
  "exports:read",
  "exports:create",
  ...exported,
  "webhooks:read",
  "webhooks:write",
  "rates:read",
  "rates:write",
  "access:read",
  "access:write",
  "audit:read",
] as const;

export type Permission = (typeof PERMISSIONS)[number];

export const isPermission = (name: string): name is Permission => PERMISSIONS.some((one) => one === name);
