import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createS3Client, s3 } from "../../shared/aws/s3-client.ts";
import { sts } from "../../shared/aws/sts-client.ts";
import { systemClock } from "../../shared/aws/clock.ts";
import { createLinkSigner } from "../../shared/aws/s3-link-signer.ts";
import { createS3ObjectStore } from "../../shared/aws/s3-object-store.ts";
import type { Clock } from "../../shared/ports.ts";
import { BUCKET, DOWNLOAD_ROLE, startLocalCloud } from "./local-aws.ts";

const MINUTE = 60_000;
const KEY = "exports/prog/exp_1 ü+.zip";

describe("links signed by the download role", () => {
  let cloud: Awaited<ReturnType<typeof startLocalCloud>>;

  beforeAll(async () => {
    cloud = await startLocalCloud();
    await s3().send(new CreateBucketCommand({ Bucket: BUCKET }));
    const store = createS3ObjectStore({ client: s3(), bucket: BUCKET });
    await store.put(KEY, "the bundle");
    await store.put("elsewhere/secret", "not yours");
  });
  afterAll(() => cloud.close());

  const signer = (clock: Clock = systemClock) =>
    createLinkSigner({ s3: createS3Client, sts, bucket: BUCKET, roleArn: DOWNLOAD_ROLE, clock });

  it("open the object under the name that the reader will save it by", async () => {
    const answer = await fetch(await signer().link(KEY, { minutes: 30, filename: "bundle 2026-03.zip" }));
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="bundle 2026-03.zip"');
    expect(await answer.text()).toBe("the bundle");
  });

  it("let no filename break out of its quotes", async () => {
    const answer = await fetch(await signer().link(KEY, { minutes: 30, filename: 'a"; b=ü\r\n.zip' }));
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="a__ b____.zip"');
  });

  it("carry the role's credentials and no name of a person", async () => {
    const link = new URL(await signer().link(KEY, { minutes: 30, filename: "a.zip" }));
    expect(link.searchParams.get("X-Amz-Expires")).toBe("1800");
    expect(link.searchParams.get("X-Amz-Security-Token")).toBeTruthy();
    expect(link.searchParams.get("X-Amz-Credential")).toMatch(/^ASIA/);
  });

  it("open nothing that the role may not read", async () => {
    const answer = await fetch(await signer().link("elsewhere/secret", { minutes: 30, filename: "a" }));
    expect(answer.status).toBe(403);
  });

  it("are refused when the session would die before the link", async () => {
    await expect(signer().link(KEY, { minutes: 61, filename: "a" })).rejects.toThrow(/outlive/);
    const late: Clock = () => Date.now() + 45 * MINUTE;
    await expect(signer(late).link(KEY, { minutes: 30, filename: "a" })).rejects.toThrow(/outlive/);
  });

  it("live for their minutes and no longer", async () => {
    const link = await signer().link(KEY, { minutes: 30, filename: "a" });
    cloud.clock.advance(29 * MINUTE);
    expect((await fetch(link)).status).toBe(200);
    cloud.clock.advance(2 * MINUTE);
    expect((await fetch(link)).status).toBe(403);
  });
});
