import type { MailAttachment } from "./ses-mailbox.ts";

/** What a raw mail says. */
export interface RawMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly MailAttachment[];
}

interface Part {
  readonly type: string;
  readonly isAttachment: boolean;
  readonly name: string;
  readonly content: Buffer;
  readonly charset: string;
}

/** Reads a raw mail: its addresses, its subject, its texts, and which files came with it. */
export function readRawMail(raw: Buffer): RawMail {
  // Latin-1 keeps every byte as it is until its own part says how to read it.
  const { headers, body } = splitHead(raw.toString("latin1"));
  const parts = readParts(headers, body);
  const textOf = (type: string) => decodeText(parts.find((part) => part.type === type && !part.isAttachment));
  const header = (name: string) => decodeWords(headers.get(name) ?? "");
  const attachments = parts.filter((part) => part.isAttachment);
  return {
    from: header("from"),
    to: splitAddresses(header("to")),
    cc: splitAddresses(header("cc")),
    bcc: splitAddresses(header("bcc")),
    subject: header("subject"),
    text: textOf("text/plain"),
    html: textOf("text/html"),
    attachments: attachments.map(({ name, type, content }) => ({ name, type, bytes: content.length })),
  };
}

function splitHead(source: string): { headers: Map<string, string>; body: string } {
  const end = /\r?\n\r?\n/.exec(source);
  const head = (end ? source.slice(0, end.index) : source).replace(/\r?\n[ \t]+/g, " ");
  const headers = new Map<string, string>();
  for (const line of head.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, body: end ? source.slice(end.index + end[0].length) : "" };
}

function readParts(headers: ReadonlyMap<string, string>, body: string): Part[] {
  const contentType = headers.get("content-type") ?? "text/plain";
  const type = contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  const boundary = parameter(contentType, "boundary");
  if (type.startsWith("multipart/") && boundary !== "") {
    const [, ...pieces] = `\r\n${body}`.split(`\n--${boundary}`);
    const inner = pieces
      .filter((piece) => !piece.startsWith("--"))
      .map((piece) => splitHead(piece.replace(/^\r?\n/, "")));
    return inner.flatMap((part) => readParts(part.headers, part.body.replace(/\r$/, "")));
  }
  const disposition = headers.get("content-disposition") ?? "";
  const name = decodeWords(parameter(disposition, "filename") || parameter(contentType, "name"));
  const encoding = headers.get("content-transfer-encoding")?.toLowerCase() ?? "";
  return [
    {
      type,
      isAttachment: disposition.toLowerCase().startsWith("attachment") || name !== "",
      name,
      content: decodeContent(body, encoding),
      charset: parameter(contentType, "charset") || "utf-8",
    },
  ];
}

function parameter(header: string, name: string): string {
  const found = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^;\\s]*))`, "i").exec(header);
  return found?.[1] ?? found?.[2] ?? "";
}

function decodeContent(body: string, encoding: string): Buffer {
  if (encoding === "base64") return Buffer.from(body, "base64");
  if (encoding !== "quoted-printable") return Buffer.from(body, "latin1");
  return decodeQuoted(body.replace(/=\r?\n/g, ""));
}

function decodeQuoted(text: string): Buffer {
  const bytes = text.replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1");
}

function decodeText(part: Part | undefined): string {
  return part === undefined ? "" : decodeBytes(part.content, part.charset);
}

function decodeBytes(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString();
  }
}

/** Words such as =?UTF-8?B?...?= in headers; a header may also be plain UTF-8. */
function decodeWords(header: string): string {
  const plain = Buffer.from(header, "latin1").toString();
  const joined = plain.replace(/\?=\s+=\?/g, "?==?");
  return joined.replace(/=\?([^?]+)\?([bq])\?([^?]*)\?=/gi, (_, charset: string, kind: string, text: string) => {
    const bytes = kind.toLowerCase() === "b" ? Buffer.from(text, "base64") : decodeQuoted(text.replaceAll("_", " "));
    return decodeBytes(bytes, charset);
  });
}

function splitAddresses(header: string): string[] {
  const addresses = header.match(/(?:"[^"]*"|[^,"])+/g) ?? [];
  return addresses.map((address) => address.trim()).filter((address) => address !== "");
}
