import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startCloud } from "../../infra/local/cloud.ts";

/** The account of the local servers. */
const ACCOUNT = { accessKeyId: "local", secretAccessKey: "local-secret" } as const;

const REGION = "eu-central-1";

/** Points the SDK's clients at local servers, by the variables that it reads itself. */
export function useLocalAws(endpoints: Readonly<Record<string, string>>): void {
  process.env["AWS_REGION"] = REGION;
  process.env["AWS_ACCESS_KEY_ID"] = ACCOUNT.accessKeyId;
  process.env["AWS_SECRET_ACCESS_KEY"] = ACCOUNT.secretAccessKey;
  for (const [service, url] of Object.entries(endpoints)) process.env[`AWS_ENDPOINT_URL_${service}`] = url;
}

export const SENDER = "Partner Ledger <ledger@example.com>";
export const DOWNLOAD_ROLE = "arn:aws:iam::000000000000:role/download";
export const BUCKET = "contract";
const READABLE_PREFIX = "exports/";

/** S3, SQS, SES and STS with nothing in them, gone when closed. */
export async function startLocalCloud() {
  const dataDir = await mkdtemp(path.join(tmpdir(), "contract-"));
  const roles = {
    [DOWNLOAD_ROLE]: { allow: [{ action: "s3:GetObject" as const, bucket: BUCKET, prefix: READABLE_PREFIX }] },
  };
  const cloud = await startCloud({ ...ACCOUNT, dataDir, region: REGION, roles, verifiedSenders: [SENDER] });
  const { s3, sqs, ses, sts } = cloud.endpoints;
  useLocalAws({ S3: s3, SQS: sqs, SES: ses, STS: sts });
  return {
    ...cloud,
    async close() {
      await cloud.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
