import type { DownloadRoleName } from "../platform.ts";

/**
 * Who the platform is. To its own servers any account will do, as nobody else can connect; servers given in
 * AWS_ENDPOINT_URL_* may ask for the credentials and the region of the environment.
 */

const isElsewhere = Object.entries(process.env).some(([name, value]) => name.startsWith("AWS_ENDPOINT_URL_") && value);
const given = (name: string): string | undefined => (isElsewhere ? process.env[name] : undefined);

export const REGION = given("AWS_REGION") ?? "us-east-1";
export const SENDER = "Partner Ledger <ledger@partner-ledger.example>";
export const OPERATOR = "operator@partner-ledger.example";
export const DOWNLOAD_ROLES: Readonly<Record<DownloadRoleName, string>> = {
  bundles: "arn:aws:iam::000000000000:role/partner-ledger-bundle-links",
  reports: "arn:aws:iam::000000000000:role/partner-ledger-report-links",
  "deal-files": "arn:aws:iam::000000000000:role/partner-ledger-deal-file-links",
};

/** Frozen, because the SDK leaves marks on the credentials that it is given: give it copies. */
export const CREDENTIALS = Object.freeze({
  accessKeyId: given("AWS_ACCESS_KEY_ID") ?? "AKIALOCALPARTNERLEDG",
  secretAccessKey: given("AWS_SECRET_ACCESS_KEY") ?? "local-secret-of-partner-ledger",
});
