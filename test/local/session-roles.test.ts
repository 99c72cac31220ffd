import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DOWNLOAD_ROLES } from "../../infra/local/account.ts";
import { bucketName } from "../../infra/local/provision.ts";
import { sessionRoles } from "../../infra/local/session-roles.ts";
import { createLinkSigner } from "../../shared/aws/s3-link-signer.ts";
import { REGION, startTestCloud, type TestCloud } from "./start-cloud.ts";

const OBJECTS = [
  [bucketName("exports"), "exports/acme/exp_1/bundle.zip"],
  [bucketName("exports"), "spool/acme/exp_1/piece"],
  [bucketName("uploads"), "reports/acme/imp_1/errors.csv"],
  [bucketName("uploads"), "deal-files/acme/deal_1/file_1"],
  [bucketName("uploads"), "imports/acme/partners/march.csv"],
  [bucketName("uploads"), "work/acme/imp_1/source.csv"],
] as const;

describe("the platform's roles behind links", () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startTestCloud(undefined, sessionRoles);
    for (const Bucket of new Set(OBJECTS.map(([bucket]) => bucket)))
      await cloud.s3.send(new CreateBucketCommand({ Bucket }));
    for (const [Bucket, Key] of OBJECTS) await cloud.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  });
  afterAll(() => cloud.discard());

  const s3 = (settings: object) => new S3Client({ region: REGION, endpoint: cloud.endpoints.s3, ...settings });

  it.each([
    ["bundles", "exports/acme/exp_1/bundle.zip"],
    ["reports", "reports/acme/imp_1/errors.csv"],
    ["deal-files", "deal-files/acme/deal_1/file_1"],
  ] as const)("for %s sign links to %s alone", async (name, readable) => {
    const opened = await Promise.all(
      OBJECTS.map(async ([bucket, key]) => {
        const signing = {
          s3,
          sts: () => cloud.sts,
          bucket,
          roleArn: DOWNLOAD_ROLES[name],
          clock: () => cloud.clock.now(),
        };
        const link = await createLinkSigner(signing).link(key, { minutes: 30, filename: "file" });
        return (await fetch(link)).status === 200 ? [key] : [];
      }),
    );
    expect(opened.flat()).toEqual([readable]);
  });

  it.each(["bundles", "reports", "deal-files"] as const)("for %s list and write nothing", async (name) => {
    const { Credentials: { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = {} } = await cloud.sts.send(
      new AssumeRoleCommand({ RoleArn: DOWNLOAD_ROLES[name], RoleSessionName: "test" }),
    );
    const client = s3({
      credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    });
    for (const [Bucket, Key] of OBJECTS) {
      await expect(client.send(new ListObjectsV2Command({ Bucket }))).rejects.toThrow("Access Denied");
      await expect(client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }))).rejects.toThrow("Access Denied");
    }
  });
});
