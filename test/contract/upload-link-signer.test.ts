import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createS3Client, s3 } from "../../shared/aws/s3-client.ts";
import { systemClock } from "../../shared/aws/clock.ts";
import { createS3ObjectStore } from "../../shared/aws/s3-object-store.ts";
import { createUploadLinkSigner } from "../../shared/aws/s3-upload-link-signer.ts";
import type { Clock, UploadForm } from "../../shared/ports.ts";
import { BUCKET, startLocalCloud } from "./local-aws.ts";

const MINUTE = 60_000;
const KEY = "imports/acme/partners/imp_1/märz (1) +&'.csv";

describe("upload forms", () => {
  let cloud: Awaited<ReturnType<typeof startLocalCloud>>;

  beforeAll(async () => {
    cloud = await startLocalCloud();
    await s3().send(new CreateBucketCommand({ Bucket: BUCKET }));
  });
  afterAll(() => cloud.close());

  const sign = (clock: Clock = systemClock) =>
    createUploadLinkSigner({ s3: createS3Client, bucket: BUCKET, clock }).form(KEY, { maxBytes: 10, minutes: 15 });

  async function post({ url, fields }: UploadForm, content: string, changed: Readonly<Record<string, string>> = {}) {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...fields, ...changed })) form.append(name, value);
    form.append("file", new Blob([content]), "drop.csv");
    return (await fetch(url, { method: "POST", body: form })).status;
  }

  it("put the object at the very key", async () => {
    expect(await post(await sign(), "just fits!")).toBe(204);
    const object = await createS3ObjectStore({ client: s3(), bucket: BUCKET }).get(KEY);
    const chunks: Uint8Array[] = [];
    for await (const chunk of object?.body ?? []) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe("just fits!");
  });

  it.each([
    ["an empty file", "", {}, 400],
    ["a file larger than agreed", "does not fit", {}, 400],
    ["another program's key", "x", { key: "imports/globex/partners/imp_1/a.csv" }, 403],
    ["another name beside it", "x", { key: `${KEY}2` }, 403],
    ["a field that nobody agreed to", "x", { "x-amz-meta-dry-run": "false" }, 403],
  ])("refuse %s", async (_, content, changed, status) => {
    expect(await post(await sign(), content, changed)).toBe(status);
  });

  it("open no other bucket", async () => {
    await s3().send(new CreateBucketCommand({ Bucket: "elsewhere" }));
    const form = await sign();
    expect(await post({ ...form, url: form.url.replace(BUCKET, "elsewhere") }, "x")).toBe(403);
  });

  it("go by the clock that they are given", async () => {
    const yesterday: Clock = () => Date.now() - 24 * 60 * MINUTE;
    expect(await post(await sign(yesterday), "x")).toBe(403);
  });

  it("live for their minutes and no longer", async () => {
    const form = await sign();
    cloud.clock.advance(14 * MINUTE);
    expect(await post(form, "x")).toBe(204);
    cloud.clock.advance(2 * MINUTE);
    expect(await post(form, "x")).toBe(403);
  });
});
