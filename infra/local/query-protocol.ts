import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "./aws-error.ts";
import { readBody } from "./read-body.ts";
import { textElement } from "./xml.ts";

/** A call in the query protocol: a form that names its action. */
export interface QueryCall {
  readonly action: string;
  readonly form: URLSearchParams;
  readonly body: Buffer;
}

/** Performs a call; answers the content of its result element. */
export type QueryAction = (call: QueryCall) => string;

// The largest mail that SES takes, in Base64 and escaped.
const LARGEST_CALL = 80 * 1024 ** 2;

/** Answers one request of the query protocol. */
export async function serveQuery(
  incoming: IncomingMessage,
  response: ServerResponse,
  namespace: string,
  perform: QueryAction,
): Promise<void> {
  const requestId = textElement("RequestId", randomUUID());
  try {
    const body = await readBody(incoming, LARGEST_CALL);
    if (body === undefined) throw new AwsError("RequestEntityTooLarge", 413, "The request is too large.");
    const form = new URLSearchParams(body.toString());
    const action = form.get("Action") ?? "";
    const result = perform({ action, form, body });
    const metadata = `<ResponseMetadata>${requestId}</ResponseMetadata>`;
    const content = `<${action}Result>${result}</${action}Result>${metadata}`;
    sendXml(response, 200, `<${action}Response xmlns="${namespace}">${content}</${action}Response>`);
  } catch (error) {
    const refusal = error instanceof AwsError ? error : new AwsError("InternalFailure", 500, String(error));
    const kind = textElement("Type", refusal.status < 500 ? "Sender" : "Receiver");
    const content = kind + textElement("Code", refusal.code) + textElement("Message", refusal.message);
    sendXml(
      response,
      refusal.status,
      `<ErrorResponse xmlns="${namespace}"><Error>${content}</Error>${requestId}</ErrorResponse>`,
    );
  }
}

/** The refusal of an action that is not there. */
export function unknownAction(action: string): AwsError {
  return new AwsError("InvalidAction", 400, `The action ${action} is not answered here.`);
}

/** The values of a list such as Names.member.1. */
export function memberList(form: URLSearchParams, name: string): string[] {
  const members: string[] = [];
  for (let index = 1; ; index += 1) {
    const value = form.get(`${name}.member.${index}`);
    if (value === null) return members;
    members.push(value);
  }
}

function sendXml(response: ServerResponse, status: number, document: string): void {
  const body = Buffer.from(document);
  response.writeHead(status, { "content-type": "text/xml", "content-length": body.length }).end(body);
}
