import { createHmac } from "node:crypto";
import { CreateBucketCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KEYS, REGION, startTestCloud } from "./start-cloud.ts";
import type { TestCloud } from "./start-cloud.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
  await cloud.s3.send(new CreateBucketCommand({ Bucket: "box" }));
});
afterAll(() => cloud.discard());

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/** A form as a browser would send it, its policy signed here step by step. */
function signForm(conditions: readonly unknown[], expiresInMs = 60_000) {
  const now = new Date(cloud.clock.now());
  const amzDate = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const date = amzDate.slice(0, 8);
  const fields = {
    key: "in/drop.csv",
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `${KEYS.accessKeyId}/${date}/${REGION}/s3/aws4_request`,
    "X-Amz-Date": amzDate,
  };
  const all = [{ bucket: "box" }, ...Object.entries(fields).map(([name, value]) => ({ [name]: value })), ...conditions];
  const expiration = new Date(now.getTime() + expiresInMs).toISOString();
  const Policy = Buffer.from(JSON.stringify({ expiration, conditions: all })).toString("base64");
  const key = [date, REGION, "s3", "aws4_request"].reduce<Buffer>(hmac, Buffer.from(`AWS4${KEYS.secretAccessKey}`));
  return { ...fields, Policy, "X-Amz-Signature": hmac(key, Policy).toString("hex") };
}

async function post(fields: Readonly<Record<string, string>>, content: string) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", new Blob([content]), "drop.csv");
  return (await fetch(`${cloud.endpoints.s3}/box`, { method: "POST", body: form })).status;
}

describe("an upload by form", () => {
  it("is taken under its policy", async () => {
    expect(await post(signForm([]), "a,b\r\n1,2\r\n--no boundary\r\n")).toBe(204);
    const { Body } = await cloud.s3.send(new GetObjectCommand({ Bucket: "box", Key: "in/drop.csv" }));
    expect(await Body?.transformToString()).toBe("a,b\r\n1,2\r\n--no boundary\r\n");
  });

  it("is refused when it is larger or smaller than agreed, and when it is large says so before it is all there", async () => {
    const form = signForm([["content-length-range", 2, 10]]);
    expect([await post(form, "x"), await post(form, "x".repeat(11)), await post(form, "x".repeat(4_000_000))]).toEqual([
      400, 400, 400,
    ]);
    expect(await post(form, "just fits!")).toBe(204);
  });

  it("is refused under another key, with a further field, or with a changed policy", async () => {
    const form = signForm([]);
    const policy = Buffer.from(JSON.stringify({ expiration: "2099-01-01T00:00:00Z", conditions: [] })).toString(
      "base64",
    );
    const statuses = [
      await post({ ...form, key: "other.csv" }, "x"),
      await post({ ...form, "x-amz-meta-extra": "1" }, "x"),
      await post({ ...form, Policy: policy }, "x"),
    ];
    expect(statuses).toEqual([403, 403, 403]);
  });

  it("is refused when its policy has expired", async () => {
    const form = signForm([]);
    cloud.clock.advance(60_001);
    expect(await post(form, "x")).toBe(403);
  });
});
