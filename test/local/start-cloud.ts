import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { SESClient } from "@aws-sdk/client-ses";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";
import { type CloudOptions, startCloud } from "../../infra/local/cloud.ts";

export const REGION = "eu-central-1";
export const KEYS = { accessKeyId: "LOCALKEY", secretAccessKey: "local-secret" };
export const ROLE = "arn:aws:iam::000000000000:role/download";
const ROLES: CloudOptions["roles"] = {
  [ROLE]: { allow: [{ action: "s3:GetObject", bucket: "box", prefix: "exports/" }] },
};
export const SENDER = "ledger@example.com";

/** A local cloud on free ports with a client for each service, on a folder of its own or a given one. */
export async function startTestCloud(
  dataDir = mkdtempSync(join(tmpdir(), "cloud-")),
  roles: CloudOptions["roles"] = ROLES,
) {
  const cloud = await startCloud({
    ...KEYS,
    dataDir,
    region: REGION,
    roles,
    verifiedSenders: [SENDER],
  });
  const common = { region: REGION, credentials: KEYS, maxAttempts: 1 };
  return {
    ...cloud,
    dataDir,
    s3: new S3Client({ ...common, endpoint: cloud.endpoints.s3 }),
    sqs: new SQSClient({ ...common, endpoint: cloud.endpoints.sqs }),
    ses: new SESClient({ ...common, endpoint: cloud.endpoints.ses }),
    sts: new STSClient({ ...common, endpoint: cloud.endpoints.sts }),
    async discard() {
      await cloud.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export type TestCloud = Awaited<ReturnType<typeof startTestCloud>>;
