import { expect, test } from "vitest";
import { readAuthorization } from "../../../shared/access/authorization-header.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

test.each(["Basic", "basic", "BASIC"])("reads the pair behind %s", (scheme) => {
  expect(readAuthorization(`${scheme} ${base64("pk_1:sk_1")}`)).toEqual({
    scheme: "basic",
    publicKey: "pk_1",
    secretKey: "sk_1",
  });
});

test.each(["Bearer", "bearer", "BEARER"])("reads the token behind %s", (scheme) => {
  expect(readAuthorization(`${scheme}  abc-_1 `)).toEqual({ scheme: "bearer", token: "abc-_1" });
});

test("ends the public key at the first colon", () => {
  expect(readAuthorization(`Basic ${base64("pk:sk:more")}`)).toMatchObject({ publicKey: "pk", secretKey: "sk:more" });
});

test.each([
  ["nothing", undefined],
  ["empty text", ""],
  ["a scheme alone", "Basic"],
  ["a scheme and a space", "Bearer "],
  ["no scheme", base64("pk:sk")],
  ["another scheme", `Digest ${base64("pk:sk")}`],
  ["a pair without a colon", `Basic ${base64("pk_1")}`],
  ["a pair without a public key", `Basic ${base64(":sk_1")}`],
  ["what is no base64", "Basic pk_1:sk_1"],
  ["two credentials", `Bearer abc, Bearer def`],
  ["a token longer than any of ours", `Bearer ${"a".repeat(300)}`],
  ["a pair longer than any of ours", `Basic ${base64(`${"p".repeat(3000)}:sk`)}`],
])("takes %s for malformed", (_, header) => {
  expect(readAuthorization(header)).toBeUndefined();
});
