import { createByteReader } from "./byte-reader.ts";

/** A form whose fields have been read and whose file is still to come. */
export interface OpenForm {
  /** Field names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  readonly fileName: string;
  readonly file: AsyncGenerator<Buffer>;
}

const MOST_FIELD_BYTES = 64 * 1024;

/** Reads a multipart form up to its file, which must be its last part that matters; throws on a broken form. */
export async function openForm(source: AsyncIterable<Buffer>, contentType: string): Promise<OpenForm> {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const name = boundary?.[1] ?? boundary?.[2];
  if (name === undefined) throw new Error("the form has no boundary");
  const reader = createByteReader(source);
  const delimiter = Buffer.from(`\r\n--${name}`);
  const fields = new Map<string, string>();
  if ((await reader.line()) !== `--${name}`) throw new Error("the form does not start with its boundary");
  for (;;) {
    const headers = await readHeaders(() => reader.line());
    const disposition = headers.get("content-disposition") ?? "";
    const field = /[;\s]name="([^"]*)"/.exec(disposition)?.[1];
    if (field === undefined) throw new Error("a part of the form has no name");
    const content = reader.until(delimiter);
    if (field === "file") return { fields, fileName: /filename="([^"]*)"/.exec(disposition)?.[1] ?? "", file: content };
    fields.set(field.toLowerCase(), await readField(content));
    // What follows a boundary is a line break, or two dashes at the end of the form.
    if ((await reader.line()) !== "") throw new Error("the form has no file");
  }
}

async function readHeaders(nextLine: () => Promise<string | undefined>): Promise<Map<string, string>> {
  const headers = new Map<string, string>();
  for (let line = await nextLine(); line !== ""; line = await nextLine()) {
    if (line === undefined) throw new Error("the form ended early");
    const colon = line.indexOf(":");
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}

async function readField(content: AsyncGenerator<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of content) {
    size += piece.length;
    if (size > MOST_FIELD_BYTES) throw new Error("a field of the form is too large");
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}
