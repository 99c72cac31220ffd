import { describe, expect, it } from "vitest";
import { decodeAwsChunked } from "../../infra/local/aws-chunked.ts";
import { verifyRequest } from "../../infra/local/signature.ts";
import { signingKey } from "../../infra/local/sigv4.ts";

/** The examples in the documentation of S3 are all signed with this key at this moment. */
const KEY = "AKIAIOSFODNN7EXAMPLE";
const secretAccessKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const MOMENT = Date.parse("2013-05-24T00:00:00Z");
const scope = { date: "20130524", region: "us-east-1", service: "s3" };
const CREDENTIAL = `${KEY}/20130524/us-east-1/s3/aws4_request`;
const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const rulesAt = (now: number) => ({
  clock: {
    now: () => now,
    advance() {},
    onAdvance: () => () => {},
    whenSigned: (time: number) => ({ earliest: time, latest: time }),
  },
  credentials: (id: string) =>
    id === KEY ? { secretAccessKey, principal: "arn:aws:iam::000000000000:user/test" } : undefined,
  service: "s3",
  region: "us-east-1",
});

const headerRequest = (path: string) => ({
  method: "GET",
  path,
  query: new URLSearchParams(),
  headers: {
    host: "examplebucket.s3.amazonaws.com",
    range: "bytes=0-9",
    "x-amz-content-sha256": EMPTY,
    "x-amz-date": "20130524T000000Z",
    authorization:
      `AWS4-HMAC-SHA256 Credential=${CREDENTIAL},SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,` +
      "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  },
});

const link = (expires: string) => ({
  method: "GET",
  path: "/test.txt",
  query: new URLSearchParams({
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": CREDENTIAL,
    "X-Amz-Date": "20130524T000000Z",
    "X-Amz-Expires": expires,
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Signature": "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
  }),
  headers: { host: "examplebucket.s3.amazonaws.com" },
});

async function decode(...pieces: readonly string[]) {
  const signing = {
    key: signingKey(secretAccessKey, scope),
    scope,
    amzDate: "20130524T000000Z",
    seedSignature: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
  };
  const source = (async function* () {
    for (const piece of pieces) yield Buffer.from(piece);
  })();
  let text = "";
  for await (const bytes of decodeAwsChunked(source, { signing, trailers: new Map() })) text += bytes.toString();
  return text;
}

const chunk = (size: number, signature: string, letter = "a") =>
  `${size.toString(16)};chunk-signature=${signature}\r\n${letter.repeat(size)}\r\n`;
const FIRST = "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648";
const SECOND = "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497";
const LAST = "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9";

describe("signatures of the documented examples", () => {
  it("are accepted in a header, for that path and near that moment", () => {
    expect(verifyRequest(headerRequest("/test.txt"), rulesAt(MOMENT)).accessKeyId).toBe(KEY);
    expect(() => verifyRequest(headerRequest("/other.txt"), rulesAt(MOMENT))).toThrow("does not match");
    expect(() => verifyRequest(headerRequest("/test.txt"), rulesAt(MOMENT + 901_000))).toThrow("too large");
  });

  it("are accepted in a link, until the second it expires", () => {
    expect(verifyRequest(link("86400"), rulesAt(MOMENT + 86_399_000)).accessKeyId).toBe(KEY);
    expect(() => verifyRequest(link("86400"), rulesAt(MOMENT + 86_400_000))).toThrow("expired");
    expect(() => verifyRequest(link("86401"), rulesAt(MOMENT))).toThrow("does not match");
  });

  it("are accepted chunk by chunk, however the bytes are cut", async () => {
    const body = chunk(65_536, FIRST) + chunk(1024, SECOND) + chunk(0, LAST);
    expect(await decode(body)).toBe("a".repeat(66_560));
    expect(await decode(...(body.match(/[^]{1,777}/g) ?? []))).toBe("a".repeat(66_560));
  });

  it("are refused when a chunk is changed, left out or not ended", async () => {
    await expect(decode(chunk(65_536, FIRST, "b"))).rejects.toThrow("does not match");
    await expect(decode(chunk(65_536, FIRST), chunk(0, LAST))).rejects.toThrow("does not match");
    await expect(decode(chunk(65_536, FIRST), chunk(1024, SECOND))).rejects.toThrow("unexpectedly");
  });
});
