import { createHash, randomBytes } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import * as S3 from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTestCloud } from "./start-cloud.ts";
import type { TestCloud } from "./start-cloud.ts";

const MB = 1024 ** 2;
const Bucket = "box";
let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud();
  await cloud.s3.send(new S3.CreateBucketCommand({ Bucket }));
});
afterEach(() => cloud.discard());

const put = (Key: string, Body: string | Buffer, more: Partial<S3.PutObjectCommandInput> = {}) =>
  cloud.s3.send(new S3.PutObjectCommand({ Bucket, Key, Body, ...more }));
const text = async (Key: string, more: Partial<S3.GetObjectCommandInput> = {}) => {
  const { Body } = await cloud.s3.send(new S3.GetObjectCommand({ Bucket, Key, ...more }));
  return Body?.transformToString();
};
const dataFiles = () => readdirSync(join(cloud.dataDir, "s3", Bucket, "data"));
async function reopen() {
  await cloud.close();
  cloud = await startTestCloud(cloud.dataDir);
}
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function beginUpload(Key: string) {
  const { UploadId } = await cloud.s3.send(new S3.CreateMultipartUploadCommand({ Bucket, Key }));
  return {
    part: async (PartNumber: number, Body: Buffer) => {
      const { ETag } = await cloud.s3.send(new S3.UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
      return { PartNumber, ETag };
    },
    complete: (Parts: S3.CompletedPart[]) =>
      cloud.s3.send(new S3.CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } })),
    abort: () => cloud.s3.send(new S3.AbortMultipartUploadCommand({ Bucket, Key, UploadId })),
  };
}

describe("objects", () => {
  it("come back as they were put, after reopening too", async () => {
    await put("a/ü +.csv", "id\n1\n", { ContentType: "text/csv", Metadata: { option: "dry" } });
    await reopen();
    const object = await cloud.s3.send(new S3.GetObjectCommand({ Bucket, Key: "a/ü +.csv" }));
    expect(await object.Body?.transformToString()).toBe("id\n1\n");
    expect(object).toMatchObject({ ContentType: "text/csv", Metadata: { option: "dry" }, ContentLength: 5 });
  });

  it("may be empty", async () => {
    await put("empty", "");
    await cloud.s3.send(new S3.CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/empty` }));
    await reopen();
    expect(await text("copy")).toBe("");
    await expect(text("copy", { Range: "bytes=0-" })).rejects.toMatchObject({ name: "InvalidRange" });
  });

  it("are left alone by operations that are not answered", async () => {
    await expect(cloud.s3.send(new S3.DeleteBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({
      name: "NotImplemented",
    });
    await put("a", "still there");
    expect(await text("a")).toBe("still there");
  });

  it("are swapped whole: a reader of the old one gets the old one to its end", async () => {
    const old = randomBytes(8 * MB);
    await put("a", old);
    const { Body } = await cloud.s3.send(new S3.GetObjectCommand({ Bucket, Key: "a" }));
    await put("a", "new");
    expect(sha256((await Body?.transformToByteArray()) ?? new Uint8Array())).toBe(sha256(old));
    expect(await text("a")).toBe("new");
    expect(dataFiles()).toHaveLength(1);
  });

  it("leave nothing behind when their body breaks off or does not add up", async () => {
    await put("a", "first");
    const cut = Readable.from([Buffer.alloc(10)]);
    await expect(
      cloud.s3.send(new S3.PutObjectCommand({ Bucket, Key: "a", Body: cut, ContentLength: 20 })),
    ).rejects.toThrow(/.+/);
    await expect(put("a", "x", { ChecksumCRC32: "AAAAAA==" })).rejects.toMatchObject({ name: "BadDigest" });
    await expect(put("a", "x", { ContentMD5: "1B2M2Y8AsgTpgAmY7PhCfg==" })).rejects.toMatchObject({
      name: "BadDigest",
    });
    expect(await text("a")).toBe("first");
    expect(dataFiles()).toHaveLength(1);
  });

  it("lose bytes without an owner when the folder is opened", async () => {
    await put("a", "first");
    writeFileSync(join(cloud.dataDir, "s3", Bucket, "data", "half-written"), "hal");
    await reopen();
    expect(dataFiles()).toHaveLength(1);
    expect(await text("a")).toBe("first");
  });

  it("are put only when the condition holds, even in a race", async () => {
    const results = await Promise.allSettled(["1", "2", "3"].map((body) => put("once", body, { IfNoneMatch: "*" })));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(dataFiles()).toHaveLength(1);
    const { ETag } = await put("a", "1");
    await put("a", "2", { IfMatch: ETag });
    await expect(put("a", "3", { IfMatch: ETag })).rejects.toMatchObject({ name: "PreconditionFailed" });
  });

  it("are copied with their metadata, on condition of what they are", async () => {
    const { ETag } = await put("from +", "content", { Metadata: { a: "1" } });
    const copy = (Key: string, CopySourceIfMatch?: string) =>
      cloud.s3.send(
        new S3.CopyObjectCommand({
          Bucket,
          Key,
          CopySource: `${Bucket}/${encodeURIComponent("from +")}`,
          CopySourceIfMatch,
        }),
      );
    await copy("to", ETag);
    expect(await cloud.s3.send(new S3.HeadObjectCommand({ Bucket, Key: "to" }))).toMatchObject({
      ETag,
      Metadata: { a: "1" },
    });
    await expect(copy("other", '"00"')).rejects.toMatchObject({ name: "PreconditionFailed" });
    await expect(copy("from +")).rejects.toMatchObject({ name: "InvalidRequest" });
  });

  it("are read by ranges over the seams of their parts", async () => {
    const upload = await beginUpload("big");
    const parts = [Buffer.alloc(5 * MB, "a"), Buffer.alloc(5 * MB, "b"), Buffer.from("ccc")];
    const sent = [await upload.part(1, parts[0]!), await upload.part(2, parts[1]!), await upload.part(3, parts[2]!)];
    await upload.complete(sent);
    expect(await text("big", { Range: `bytes=${5 * MB - 2}-${5 * MB + 1}` })).toBe("aabb");
    expect(await text("big", { Range: "bytes=-5" })).toBe("bbccc");
    expect(await text("big", { Range: `bytes=${10 * MB + 1}-` })).toBe("cc");
    await expect(text("big", { Range: `bytes=${20 * MB}-` })).rejects.toMatchObject({ name: "InvalidRange" });
  });

  it("are listed in byte order, page by page, each prefix once", async () => {
    const keys = ["z", "a/1", "a/2", "b", "c/1", "ä", "\u{1F600}", "\uFF5E"];
    for (const key of keys) await put(key, "x");
    const found: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await cloud.s3.send(
        new S3.ListObjectsV2Command({ Bucket, Delimiter: "/", MaxKeys: 2, ContinuationToken }),
      );
      found.push(
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
        ...(page.Contents ?? []).map(({ Key }) => Key),
      );
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(found).toHaveLength(7);
    expect(new Set(found)).toEqual(new Set(["a/", "b", "c/", "z", "ä", "\u{1F600}", "\uFF5E"]));
    expect(found.slice(-2)).toEqual(["\uFF5E", "\u{1F600}"]);
  });
});

describe("multipart uploads", () => {
  it("are put together in the order of their numbers, whatever order they came in, over a restart", async () => {
    const parts = [randomBytes(5 * MB), randomBytes(5 * MB), randomBytes(10)];
    const upload = await beginUpload("big");
    const third = await upload.part(3, parts[2]!);
    const first = await upload.part(1, parts[0]!);
    await upload.part(2, Buffer.from("to be replaced"));
    await reopen();
    const second = await upload.part(2, parts[1]!);
    expect((await upload.complete([first, second, third])).ETag).toMatch(/-3"$/);
    await reopen();
    const { Body } = await cloud.s3.send(new S3.GetObjectCommand({ Bucket, Key: "big" }));
    expect(sha256((await Body?.transformToByteArray()) ?? new Uint8Array())).toBe(sha256(Buffer.concat(parts)));
    expect(dataFiles()).toHaveLength(3);
  });

  it("are refused with parts that are too small, unknown or out of order, and stay open", async () => {
    const upload = await beginUpload("big");
    const [one, two] = [await upload.part(1, Buffer.from("tiny")), await upload.part(2, Buffer.from("tiny"))];
    await expect(upload.complete([one, two])).rejects.toMatchObject({ name: "EntityTooSmall" });
    await expect(upload.complete([two, one])).rejects.toMatchObject({ name: "InvalidPartOrder" });
    await expect(upload.complete([{ PartNumber: 7, ETag: one.ETag }])).rejects.toMatchObject({ name: "InvalidPart" });
    await upload.complete([one]);
    expect(await text("big")).toBe("tiny");
    expect(dataFiles()).toHaveLength(1);
  });

  it("are refused with gaps in their numbers, and stay open", async () => {
    const upload = await beginUpload("big");
    const [one, two, four] = [
      await upload.part(1, Buffer.alloc(5 * MB)),
      await upload.part(2, Buffer.alloc(5 * MB)),
      await upload.part(4, Buffer.from("end")),
    ];
    for (const gapped of [[one, two, four], [two], [two, four], [one, four]]) {
      const refusal = { name: "InvalidPartOrder", $metadata: { httpStatusCode: 400 } };
      await expect(upload.complete(gapped)).rejects.toMatchObject(refusal);
    }
    await upload.complete([one, two]);
    expect(dataFiles()).toHaveLength(2);
  });

  it("leave nothing behind when aborted", async () => {
    const upload = await beginUpload("big");
    await upload.part(1, Buffer.from("tiny"));
    await upload.abort();
    await expect(upload.part(2, Buffer.from("x"))).rejects.toMatchObject({ name: "NoSuchUpload" });
    expect(dataFiles()).toHaveLength(0);
  });
});
