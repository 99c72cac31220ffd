import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REGION, ROLE, startTestCloud } from "./start-cloud.ts";
import type { TestCloud } from "./start-cloud.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
  await cloud.s3.send(new CreateBucketCommand({ Bucket: "box" }));
  for (const Key of ["exports/a.zip", "imports/a.csv"]) {
    await cloud.s3.send(new PutObjectCommand({ Bucket: "box", Key, Body: "content" }));
  }
});
afterAll(() => cloud.discard());

async function assume(DurationSeconds = 3600, RoleArn = ROLE) {
  const { Credentials } = await cloud.sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: "link", DurationSeconds }),
  );
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "", Expiration } = Credentials ?? {};
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  };
}

type Session = Awaited<ReturnType<typeof assume>>;
const clientOf = ({ accessKeyId, secretAccessKey, sessionToken }: Session, endpoint = cloud.endpoints.s3) =>
  new S3Client({
    region: REGION,
    endpoint,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  });
const read = (Key: string) => new GetObjectCommand({ Bucket: "box", Key });

describe("credentials of an assumed role", () => {
  it("read what the role allows, directly and by link", async () => {
    const session = await assume();
    expect(session.accessKeyId).toMatch(/^ASIA/);
    const client = clientOf(session);
    const { Body } = await client.send(read("exports/a.zip"));
    expect(await Body?.transformToString()).toBe("content");
    expect((await fetch(await getSignedUrl(client, read("exports/a.zip")))).status).toBe(200);
  });

  it("do nothing else", async () => {
    const client = clientOf(await assume());
    await expect(client.send(read("imports/a.csv"))).rejects.toThrow("Access Denied");
    await expect(client.send(read("exports/missing.zip"))).rejects.toThrow("Access Denied");
    await expect(client.send(new PutObjectCommand({ Bucket: "box", Key: "exports/a.zip", Body: "x" }))).rejects.toThrow(
      "Access Denied",
    );
    await expect(client.send(new ListObjectsV2Command({ Bucket: "box" }))).rejects.toThrow("Access Denied");
    expect((await fetch(await getSignedUrl(client, read("imports/a.csv")))).status).toBe(403);
    const queues = new SQSClient({
      region: REGION,
      endpoint: cloud.endpoints.sqs,
      credentials: client.config.credentials,
    });
    await expect(queues.send(new ListQueuesCommand({}))).rejects.toThrow("may not use SQS");
  });

  it("are nothing without their token, or with another's", async () => {
    const session = await assume();
    const other = await assume();
    await expect(clientOf({ ...session, sessionToken: "" }).send(read("exports/a.zip"))).rejects.toThrow(
      "does not exist in our records",
    );
    await expect(
      clientOf({ ...session, sessionToken: other.sessionToken }).send(read("exports/a.zip")),
    ).rejects.toThrow("invalid");
    const forged = session.sessionToken.replace(/^..../, "AAAA");
    await expect(clientOf({ ...session, sessionToken: forged }).send(read("exports/a.zip"))).rejects.toThrow("invalid");
  });

  it("are refused for a role that is not there and for too long a session", async () => {
    await expect(assume(3600, `${ROLE}-other`)).rejects.toThrow("Not authorized");
    await expect(assume(7200)).rejects.toThrow("MaxSessionDuration");
  });

  it("still open their links after a restart on the same data", async () => {
    const session = await assume();
    await cloud.close();
    cloud = await startTestCloud(cloud.dataDir);
    const link = await getSignedUrl(clientOf(session), read("exports/a.zip"));
    expect((await fetch(link)).status).toBe(200);
  });

  it("expire, and their links with them", async () => {
    const session = await assume(900);
    expect(session.expiration?.getTime()).toBeGreaterThan(cloud.clock.now() + 898_000);
    const link = await getSignedUrl(clientOf(session), read("exports/a.zip"), { expiresIn: 3600 });
    cloud.clock.advance(901_000);
    const response = await fetch(link);
    expect(response.ok).toBe(false);
    expect(await response.text()).toContain("ExpiredToken");
  });
});
