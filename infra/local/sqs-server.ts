import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "./aws-error.ts";
import type { LocalClock } from "./clock.ts";
import { listen } from "./listen.ts";
import type { LocalServer } from "./listen.ts";
import { readBody } from "./read-body.ts";
import { verifyRequest } from "./signature.ts";
import type { CredentialsLookup, SignatureRules } from "./signature.ts";
import { sha256Hex } from "./sigv4.ts";
import { noSuchQueue, sqsError } from "./sqs-error.ts";
import { parseInput } from "./sqs-input.ts";
import { operations } from "./sqs-operations.ts";
import { openQueues } from "./sqs-queues.ts";
import type { Queues } from "./sqs-queues.ts";
import { sendMessage } from "./sqs-send.ts";

/** What the local SQS needs; without a folder it forgets everything when it stops. */
export interface SqsOptions {
  readonly port?: number;
  readonly dataDir?: string;
  readonly clock: LocalClock;
  readonly credentials: CredentialsLookup;
  readonly region: string;
}

/** A running SQS. */
export interface SqsServer extends LocalServer {
  /** Puts a message into a queue, as another service of the cloud does; throws when there is no such queue. */
  sendRaw(queueArn: string, body: string): void;
}

// A message of the largest size, every character escaped.
const LARGEST_REQUEST = 8 * 1024 ** 2;

/** Starts an SQS that speaks the JSON protocol of current clients. */
export async function startSqs({ port, dataDir, clock, credentials, region }: SqsOptions): Promise<SqsServer> {
  const queues = openQueues(clock, region, dataDir);
  const rules: SignatureRules = { clock, credentials, region, service: "sqs" };
  const server = await listen((incoming, response) => serve(queues, rules, incoming, response), port);
  return {
    ...server,
    sendRaw(queueArn, body) {
      const queue = queues.all().find(({ arn }) => arn === queueArn);
      if (queue === undefined) throw noSuchQueue();
      sendMessage(queue, { MessageBody: body }, clock.now());
    },
    async close() {
      await server.close();
      queues.close();
    },
  };
}

async function serve(
  queues: Queues,
  rules: SignatureRules,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    answer(response, 200, await perform(queues, rules, incoming, response));
  } catch (error) {
    if (response.destroyed) return;
    const refusal = error instanceof AwsError ? error : new AwsError("InternalFailure", 500, String(error));
    const { code, status, message, details } = refusal;
    const side = status < 500 ? "Sender" : "Receiver";
    response.setHeader("x-amzn-query-error", `${details["queryCode"] ?? code};${side}`);
    answer(response, status, { __type: `com.amazonaws.sqs#${code}`, message });
  }
}

async function perform(
  queues: Queues,
  rules: SignatureRules,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<object> {
  const body = await readBody(incoming, LARGEST_REQUEST);
  if (body === undefined) throw sqsError("InvalidParameterValue", "The request is too large.");
  const { method = "POST", headers } = incoming;
  const [path = "/", search = ""] = (incoming.url ?? "/").split("?");
  const parts = { method, path, query: new URLSearchParams(search), headers };
  const { accessKeyId, allow } = verifyRequest(parts, { ...rules, bodyHash: sha256Hex(body) });
  if (allow) throw new AwsError("AccessDeniedException", 403, "These credentials may not use SQS.");
  const name = String(headers["x-amz-target"]).replace("AmazonSQS.", "");
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation === undefined) throw sqsError("UnsupportedOperation", `${name} is not answered here.`);
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const input = parseInput(body.toString());
  return operation({ queues, input, accessKeyId, base: `http://${headers.host}`, gone: gone.signal });
}

function answer(response: ServerResponse, status: number, content: object): void {
  const body = Buffer.from(JSON.stringify(content));
  response.writeHead(status, {
    "content-type": "application/x-amz-json-1.0",
    "content-length": body.length,
    "x-amzn-requestid": randomUUID(),
  });
  response.end(body);
}
