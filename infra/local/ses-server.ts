import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { AwsError } from "./aws-error.ts";
import type { LocalClock } from "./clock.ts";
import { listen } from "./listen.ts";
import type { LocalServer } from "./listen.ts";
import { readRawMail } from "./mime.ts";
import { memberList, serveQuery, unknownAction } from "./query-protocol.ts";
import type { QueryCall } from "./query-protocol.ts";
import { renderInbox, renderMail } from "./ses-inbox.ts";
import { openMailbox } from "./ses-mailbox.ts";
import type { Mail, Mailbox } from "./ses-mailbox.ts";
import { textElement } from "./xml.ts";

/** What the local SES needs; senders are addresses or whole domains. */
export interface SesOptions {
  readonly port?: number;
  readonly dataDir?: string;
  readonly clock: LocalClock;
  readonly verifiedSenders?: readonly string[];
}

interface Post {
  readonly mailbox: Mailbox;
  readonly clock: LocalClock;
  readonly identities: Set<string>;
}

const NAMESPACE = "http://ses.amazonaws.com/doc/2010-12-01/";
const MOST_RECIPIENTS = 50;
// Scripts never run here, whatever a mail contains.
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data: https:; frame-src 'self'";

/** Starts an SES that keeps the mails it is given: as JSON under /mailbox, for people under /mails. */
export async function startSes({ port, dataDir, clock, verifiedSenders = [] }: SesOptions): Promise<LocalServer> {
  const identities = new Set(verifiedSenders.map((sender) => addressOf(sender)));
  const post: Post = { mailbox: openMailbox(dataDir), clock, identities };
  return listen(async (incoming, response) => {
    const [path = "/"] = (incoming.url ?? "/").split("?");
    if (incoming.method === "GET") return show(post.mailbox, decodeURIComponent(path), response);
    await serveQuery(incoming, response, NAMESPACE, (call) => perform(post, call));
  }, port);
}

function show({ mails }: Mailbox, path: string, response: ServerResponse): void {
  if (path === "/mailbox" || path === "/store") {
    return void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(mails));
  }
  const mail = mails.find(({ id }) => path === `/mails/${id}`);
  const isList = path === "/" || path === "/mails";
  if (!mail && !isList) return void response.writeHead(404, { "content-type": "text/plain" }).end("No such mail.\n");
  const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": POLICY };
  response.writeHead(200, headers).end(mail ? renderMail(mail) : renderInbox(mails));
}

function perform(post: Post, call: QueryCall): string {
  const { action, form } = call;
  if (action === "SendEmail") return textElement("MessageId", send(post, composedMail(form)));
  if (action === "SendRawEmail") return textElement("MessageId", send(post, rawMail(form)));
  if (action === "VerifyEmailIdentity") {
    post.identities.add(addressOf(form.get("EmailAddress") ?? ""));
    return "";
  }
  if (action === "ListIdentities") {
    const members = [...post.identities].map((identity) => textElement("member", identity));
    return `<Identities>${members.join("")}</Identities>`;
  }
  if (action !== "GetSendQuota") throw unknownAction(action);
  const sent = textElement("SentLast24Hours", post.mailbox.mails.length);
  return textElement("Max24HourSend", 50_000) + textElement("MaxSendRate", 14) + sent;
}

type Draft = Omit<Mail, "id" | "to" | "sentAt">;

function composedMail(form: URLSearchParams): Draft {
  const [to = [], cc = [], bcc = []] = ["To", "Cc", "Bcc"].map((kind) =>
    memberList(form, `Destination.${kind}Addresses`),
  );
  return {
    from: form.get("Source") ?? "",
    cc,
    recipients: [...to, ...cc, ...bcc],
    subject: form.get("Message.Subject.Data") ?? "",
    text: form.get("Message.Body.Text.Data") ?? "",
    html: form.get("Message.Body.Html.Data") ?? "",
    attachments: [],
  };
}

function rawMail(form: URLSearchParams): Draft {
  const { to, bcc, ...mail } = readRawMail(Buffer.from(form.get("RawMessage.Data") ?? "", "base64"));
  const destinations = memberList(form, "Destinations");
  const recipients = destinations.length > 0 ? destinations : [...to, ...mail.cc, ...bcc];
  return { ...mail, from: form.get("Source") ?? mail.from, recipients };
}

function send({ mailbox, clock, identities }: Post, draft: Draft): string {
  const { from, recipients } = draft;
  const [to] = recipients;
  if (to === undefined) throw new AwsError("InvalidParameterValue", 400, "Missing final recipient.");
  if (recipients.length > MOST_RECIPIENTS) {
    throw new AwsError("MessageRejected", 400, "Recipient count exceeds 50.");
  }
  const broken = [from, ...recipients].find((address) => !/^[^@\s]+@[^@\s]+$/.test(addressOf(address)));
  if (broken !== undefined) throw new AwsError("InvalidParameterValue", 400, "Illegal address");
  const sender = addressOf(from);
  const domain = sender.slice(sender.indexOf("@") + 1);
  if (!identities.has(sender) && !identities.has(domain)) {
    const message = `Email address is not verified. The following identities failed the check: ${sender}`;
    throw new AwsError("MessageRejected", 400, message);
  }
  const id = randomUUID();
  mailbox.add({ ...draft, id, to, sentAt: new Date(clock.now()).toISOString() });
  return id;
}

/** The bare address of one such as "Name <address>". */
function addressOf(text: string): string {
  return (/<([^<>]*)>\s*$/.exec(text)?.[1] ?? text).trim().toLowerCase();
}
