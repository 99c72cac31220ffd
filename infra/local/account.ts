/** Who the platform is to the local servers: any account will do where nobody else can connect. */

export const REGION = "us-east-1";
export const SENDER = "Partner Ledger <ledger@partner-ledger.example>";
export const OPERATOR = "operator@partner-ledger.example";
export const DOWNLOAD_ROLE = "arn:aws:iam::000000000000:role/partner-ledger-download";

/** Frozen, because the SDK leaves marks on the credentials that it is given: give it copies. */
export const CREDENTIALS = Object.freeze({
  accessKeyId: "AKIALOCALPARTNERLEDG",
  secretAccessKey: "local-secret-of-partner-ledger",
});
