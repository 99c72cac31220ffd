import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LoggedRequest, readAccessLogLine } from "../../../shared/exports/access-log-line.ts";
import { LINK_REQUESTER, logLine } from "./access-log-texts.ts";

const DOWNLOAD: LoggedRequest = {
  at: Date.UTC(2026, 3, 1, 12, 0, 9),
  remoteIp: "192.0.2.3",
  requester: LINK_REQUESTER,
  requestId: "3E57427F33A59F07",
  operation: "REST.GET.OBJECT",
  key: "exports/acme/exp_1/bundle.zip",
  status: 200,
  bytesSent: 48_213,
};

describe("a line of S3's access log", () => {
  test("tells who asked for what, when, from where, and what they got", () => {
    expect(readAccessLogLine(logLine())).toEqual(DOWNLOAD);
  });

  test.each<[string, Parameters<typeof logLine>[0], Partial<LoggedRequest>]>([
    ["a part of an object", { status: "206", bytesSent: "1000" }, { status: 206, bytesSent: 1000 }],
    ["a refusal", { requester: "-", status: "403", error: "AccessDenied" }, { requester: null, status: 403 }],
    ["a look without a body", { operation: "REST.HEAD.OBJECT", bytesSent: "-" }, { bytesSent: null }],
    ["a request within AWS", { remoteIp: "-" }, { remoteIp: null }],
    ["an address of version 6", { remoteIp: "2001:db8::1" }, { remoteIp: "2001:db8::1" }],
    ["another offset", { time: "01/Apr/2026:14:00:09 +0200" }, {}],
    ["an encoded key", { key: "spool/a%20b%C3%A9" }, { key: "spool/a bé" }],
    ["a key that cannot be decoded", { key: "spool/%E0%A4%A" }, { key: "spool/%E0%A4%A" }],
    ["a request about the bucket", { operation: "REST.GET.VERSIONING", key: "-" }, { key: null }],
    [
      "what is no request at all",
      { operation: "S3.EXPIRE.OBJECT", requester: "AmazonS3", remoteIp: "-", uri: "-", status: "-", bytesSent: "-" },
      { status: null, bytesSent: null, requester: "AmazonS3", remoteIp: null },
    ],
    ["blanks within what was asked for", { uri: '"GET /a b c?d=e f HTTP/1.1"' }, {}],
    ["escaped quotes in it", { uri: String.raw`"GET /a\" 404 \"b HTTP/1.1"` }, {}],
    ["bare quotes in it", { uri: '"GET /a"b"?c="d" HTTP/1.1"' }, {}],
    ["quotes in the user agent", { userAgent: '"my "own" agent" 404 - "x"' }, {}],
    ["escaped quotes in the user agent", { userAgent: String.raw`"my \"own\" agent"` }, {}],
    ["an empty user agent", { userAgent: '""', referer: "-" }, {}],
    ["a referer with quotes", { referer: '"https://mail.example/"x""' }, {}],
    ["nothing behind the user agent", { tail: "" }, {}],
    ["less behind the user agent", { tail: "- - SigV4" }, {}],
    [
      "more fields than there are today",
      { tail: '- - SigV4 - QueryString host TLSv1.3 - - eu "new field" [and 1 more]' },
      {},
    ],
  ])("is read with %s", (_, fields, told) => {
    const expected = { ...DOWNLOAD, operation: fields?.operation ?? DOWNLOAD.operation, ...told };
    expect(readAccessLogLine(logLine(fields))).toMatchObject(expected);
  });

  test("is read when nothing follows the bytes", () => {
    const [whole = ""] = /^.* 200 - 48213/.exec(logLine()) ?? [];
    expect(readAccessLogLine(whole)).toEqual(DOWNLOAD);
  });

  test.each([
    ["nothing", ""],
    ["another format", '{"time":"2026-04-01T12:00:09Z","status":200}'],
    ["a line that lost its beginning", logLine().slice(90)],
    ["a line that lost its end", logLine().slice(0, 400)],
    ["two lines in one", logLine().replace(/ REST.*/, ` ${logLine()}`)],
    ["no time", logLine({ time: "-" })],
    ["a month that is none", logLine({ time: "01/Avr/2026:12:00:09 +0000" })],
    ["an hour that is none", logLine({ time: "01/Apr/2026:25:00:09 +0000" })],
    ["no request's id", logLine({ requestId: "-" })],
    ["an address that is none", logLine({ remoteIp: "mail.example" })],
    ["a status that is none", logLine({ status: "OK" })],
    ["bytes that are no number", logLine({ bytesSent: "4e3" })],
    ["an open quote", logLine({ uri: '"GET /a HTTP/1.1', referer: "-", userAgent: "-" })],
    ["two blanks in a row", logLine().replace(" [", "  [")],
  ])("is not seen in %s", (_, text) => {
    expect(readAccessLogLine(text)).toBeUndefined();
  });

  test("says the same, whatever the caller writes into it", () => {
    const unit = fc.constantFrom('"', "\\", " ", "-", "200", "HTTP/1.1", "x", "[", "]", "é");
    const words = fc.string({ unit, maxLength: 60 });
    fc.assert(
      fc.property(words, words, words, (path, referer, userAgent) => {
        // The one thing that a request's line of HTTP cannot hold.
        const uri = `"GET /${path.replaceAll(" ", "+")} HTTP/1.1"`;
        const line = logLine({ uri, referer: `"${referer}"`, userAgent: `"${userAgent}"` });
        expect(readAccessLogLine(line)).toEqual(DOWNLOAD);
      }),
      { numRuns: 2000 },
    );
  });

  test("is decided about fast, however long it is", () => {
    const uri = `"GET /${'"\\'.repeat(20_000)}`;
    expect(readAccessLogLine(logLine({ uri }))).toBeUndefined();
    expect(readAccessLogLine(`${"x ".repeat(50_000)}"`)).toBeUndefined();
  });
});
