import { type DownloadRoleName, downloadRoles } from "../platform.ts";
import { DOWNLOAD_ROLES } from "./account.ts";
import type { Role } from "./credentials.ts";
import { bucketName } from "./provision.ts";

function sessionRole(name: DownloadRoleName): Readonly<Record<string, Role>> {
  const { bucket, prefix, verbs } = downloadRoles[name];
  const allow = verbs.map((verb) => ({ action: `s3:${verb}` as const, bucket: bucketName(bucket), prefix }));
  return { [DOWNLOAD_ROLES[name]]: { allow } };
}

/** The roles behind links, by their ARNs, with all that their sessions may do. */
export const sessionRoles: Readonly<Record<string, Role>> = {
  ...sessionRole("bundles"),
  ...sessionRole("reports"),
  ...sessionRole("deal-files"),
};
