import * as z from "zod";
import { PERMISSIONS } from "../../access/permissions.ts";
import { ROLES } from "../../records/teammate.ts";

const name = z.string().trim().min(1).max(255);
const role = z.enum(ROLES);
const permissions = z
  .array(z.enum(PERMISSIONS))
  .max(PERMISSIONS.length)
  .meta({ description: "What a member may do; `a:b` covers each `a:b:c`" });

/** What a request for a new teammate says. */
export const teammateRequest = z.strictObject({
  email: z.email().max(254),
  name: name.optional().meta({ description: "The address when absent" }),
  role: role.default("member"),
  permissions: permissions.default([]),
});

/** What a request to change a teammate says: only what is to change. */
export const teammateChange = z.strictObject({ name, role, permissions }).partial();
