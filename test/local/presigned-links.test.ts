import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KEYS, REGION, startTestCloud } from "./start-cloud.ts";
import type { TestCloud } from "./start-cloud.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
  await cloud.s3.send(new CreateBucketCommand({ Bucket: "box" }));
  for (const Key of ["a.txt", "b.txt"]) await cloud.s3.send(new PutObjectCommand({ Bucket: "box", Key, Body: Key }));
});
afterAll(() => cloud.discard());

const download = (Key = "a.txt") => new GetObjectCommand({ Bucket: "box", Key });
const upload = (Key: string) => new PutObjectCommand({ Bucket: "box", Key });
/** Signed at the local time, so that a clock advanced within this second does not matter. */
const signed = (command: GetObjectCommand | PutObjectCommand, expiresIn = 1800) =>
  getSignedUrl(cloud.s3, command, { expiresIn, signingDate: new Date(cloud.clock.now()) });
const changed = (link: string, change: (url: URL) => void) => {
  const url = new URL(link);
  change(url);
  return fetch(url);
};

describe("presigned links", () => {
  it("open what they were signed for", async () => {
    const response = await fetch(await signed(download()));
    expect([response.status, await response.text()]).toEqual([200, "a.txt"]);
  });

  it("are refused for another path", async () => {
    const response = await changed(await signed(download()), (url) => (url.pathname = "/box/b.txt"));
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("<Code>SignatureDoesNotMatch</Code>");
  });

  it("are refused for another verb", async () => {
    const link = await signed(download());
    const statuses = await Promise.all(
      ["PUT", "DELETE", "HEAD", "POST"].map(async (method) => (await fetch(link, { method })).status),
    );
    expect(statuses).toEqual([403, 403, 403, 403]);
  });

  it.each([
    ["a changed signature", (url: URL) => url.searchParams.set("X-Amz-Signature", "0".repeat(64))],
    ["a stretched expiry", (url: URL) => url.searchParams.set("X-Amz-Expires", "600000")],
    ["a later date", (url: URL) => url.searchParams.set("X-Amz-Date", "20991231T000000Z")],
    ["an added parameter", (url: URL) => url.searchParams.set("response-content-type", "text/html")],
    ["a second expiry", (url: URL) => url.searchParams.append("X-Amz-Expires", "600000")],
    ["a taken signature", (url: URL) => url.searchParams.delete("X-Amz-Signature")],
  ])("are refused with %s", async (_, change) => {
    const response = await changed(await signed(download()), change);
    expect([400, 403]).toContain(response.status);
    expect(await response.text()).toMatch(
      /<Error><Code>(SignatureDoesNotMatch|AccessDenied|AuthorizationQueryParametersError)</,
    );
  });

  it("are refused when an unsigned header would change what they do", async () => {
    const link = await signed(upload("copied.txt"));
    const response = await fetch(link, { method: "PUT", headers: { "x-amz-copy-source": "box/b.txt" } });
    expect(response.status).toBe(403);
  });

  it("are refused from a stranger's key and with a wrong secret", async () => {
    const as = (credentials: typeof KEYS) =>
      new S3Client({ region: REGION, credentials, endpoint: cloud.endpoints.s3 });
    const links = await Promise.all([
      getSignedUrl(as({ ...KEYS, secretAccessKey: "wrong" }), download()),
      getSignedUrl(as({ ...KEYS, accessKeyId: "STRANGER" }), download()),
    ]);
    const codes = await Promise.all(
      links.map(async (link) => /<Code>(\w+)</.exec(await (await fetch(link)).text())?.[1]),
    );
    expect(codes).toEqual(["SignatureDoesNotMatch", "InvalidAccessKeyId"]);
  });

  it("carry an upload, its type checked by the signature", async () => {
    const link = await getSignedUrl(
      cloud.s3,
      new PutObjectCommand({ Bucket: "box", Key: "up.csv", ContentType: "text/csv" }),
      {
        signableHeaders: new Set(["content-type"]),
      },
    );
    const put = (type: string) => fetch(link, { method: "PUT", body: "a,b", headers: { "content-type": type } });
    expect((await put("text/html")).status).toBe(403);
    expect((await put("text/csv")).status).toBe(200);
    const { Body, ContentType } = await cloud.s3.send(download("up.csv"));
    expect([await Body?.transformToString(), ContentType]).toEqual(["a,b", "text/csv"]);
  });

  it("give the file the name that the signer chose", async () => {
    const name = 'attachment; filename="März.csv"';
    const link = await signed(new GetObjectCommand({ Bucket: "box", Key: "a.txt", ResponseContentDisposition: name }));
    const header = (await fetch(link)).headers.get("content-disposition") ?? "";
    expect(Buffer.from(header, "latin1").toString()).toBe(name);
  });

  it("live to the end of their time and not a second longer", async () => {
    const link = await signed(download(), 1800);
    cloud.clock.advance(29 * 60_000);
    expect((await fetch(link)).status).toBe(200);
    cloud.clock.advance(60_000);
    const response = await fetch(link);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("Request has expired");
  });

  it("are refused for an upload that comes too late", async () => {
    const link = await signed(upload("late.csv"), 60);
    cloud.clock.advance(61_000);
    expect((await fetch(link, { method: "PUT", body: "x" })).status).toBe(403);
  });

  it("live their whole time when signed, by a clock that nobody advances, after an advance", async () => {
    const body = JSON.stringify({ advance_ms: 3600_000 });
    const response = await fetch(`${cloud.endpoints.control}/clock`, { method: "POST", body });
    const { now } = (await response.json()) as { now: number };
    expect(now).toBeGreaterThan(Date.now() + 3600_000 - 1000);
    const link = await getSignedUrl(cloud.s3, download(), { expiresIn: 60 });
    expect((await fetch(link)).status).toBe(200);
    cloud.clock.advance(61_000);
    expect((await fetch(link)).status).toBe(403);
  });

  it("are the only way in for those without a key", async () => {
    const requests = [
      fetch(`${cloud.endpoints.s3}/box/a.txt`),
      fetch(`${cloud.endpoints.s3}/box/new`, { method: "PUT", body: "x" }),
    ];
    expect((await Promise.all(requests)).map(({ status }) => status)).toEqual([403, 403]);
  });
});
