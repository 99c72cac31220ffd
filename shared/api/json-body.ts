import { CallerError } from "../errors.ts";

const MAX_BODY_BYTES = 1_048_576;

/** The JSON of a request's body; undefined when it has none. */
export function jsonBody(contentType: string | undefined, body: string | undefined, isBase64 = false): unknown {
  if (body === undefined || body === "") return undefined;
  if (Buffer.byteLength(body, isBase64 ? "base64" : "utf8") > MAX_BODY_BYTES) {
    throw new CallerError("too_large", `the body is larger than ${MAX_BODY_BYTES} bytes`);
  }
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType?.trim() ?? "")) {
    throw new CallerError("unsupported", "the content type of the body has to be application/json");
  }
  try {
    const read: unknown = JSON.parse(isBase64 ? Buffer.from(body, "base64").toString("utf8") : body);
    return read;
  } catch {
    throw new CallerError("invalid", "the body is not valid JSON");
  }
}
