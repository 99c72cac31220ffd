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
  const read = parsed(isBase64 ? Buffer.from(body, "base64").toString("utf8") : body);
  requireShallow(read);
  return read;
}

function parsed(text: string): unknown {
  try {
    const read: unknown = JSON.parse(text);
    return read;
  } catch {
    throw new CallerError("invalid", "the body is not valid JSON");
  }
}

/** Nothing that we take is nested half as deep; whatever looks at a value may call itself for each level. */
const MOST_LEVELS = 32;

/** Refuses what is nested too deep, by the name of the field where it begins. */
function requireShallow(body: unknown): void {
  let level: { readonly value: unknown; readonly field: string | undefined }[] = [{ value: body, field: undefined }];
  for (let depth = 0; level.length > 0; depth++) {
    const [first] = level;
    if (depth > MOST_LEVELS)
      throw new CallerError("invalid", `the body is nested deeper than ${MOST_LEVELS} levels`, first?.field);
    level = level.flatMap(({ value, field }) =>
      typeof value === "object" && value !== null
        ? Object.entries(value)
            .filter(([, inner]) => typeof inner === "object" && inner !== null)
            .map(([name, inner]) => ({ value: inner, field: field ?? name }))
        : [],
    );
  }
}
