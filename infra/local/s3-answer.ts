import type { AwsError } from "./aws-error.ts";
import type { S3Request } from "./s3-request.ts";
import { textElement } from "./xml.ts";

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

/** Answers with a document of S3's name space. */
export function answerXml(request: S3Request, root: string, content: string, status = 200): void {
  sendXml(request, status, `<${root} xmlns="${NAMESPACE}">${content}</${root}>`);
}

/** Answers without a body. */
export function answerEmpty(request: S3Request, status: number, headers: Readonly<Record<string, string>> = {}): void {
  request.response.writeHead(status, { ...commonHeaders(request), ...headers }).end();
}

/** Answers with the error document of S3. */
export function answerError(request: S3Request, error: AwsError): void {
  // Not modified is an answer without a body, and HEAD has none either.
  if (request.method === "HEAD" || error.status === 304) return answerEmpty(request, error.status);
  const details = Object.entries(error.details).map(([name, value]) => textElement(name, value));
  const content = [
    textElement("Code", error.code),
    textElement("Message", error.message),
    ...details,
    textElement("Resource", request.path),
    textElement("RequestId", request.id),
    textElement("HostId", request.id),
  ];
  sendXml(request, error.status, `<Error>${content.join("")}</Error>`);
}

/** Headers that every answer carries. */
export function commonHeaders(request: S3Request): Record<string, string> {
  return { "x-amz-request-id": request.id, "x-amz-id-2": request.id };
}

function sendXml(request: S3Request, status: number, document: string): void {
  const body = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${document}`);
  const headers = { ...commonHeaders(request), "content-type": "application/xml", "content-length": body.length };
  request.response.writeHead(status, headers).end(body);
  request.sent.bytes = body.length;
}
