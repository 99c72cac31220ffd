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
  requireKeepable(read);
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

/** What the table keeps of numbers. */
const TOO_GREAT = 1e125;
const TOO_SMALL = 1e-125;

/** Of the name of a field, as much as is told. */
const LONGEST_FIELD = 200;

interface Part {
  readonly value: unknown;
  /** The field of the body that it is in. */
  readonly field: string | undefined;
}

/** Refuses, by the field that has it, what is nested too deep, and texts and numbers that could not be kept. */
function requireKeepable(body: unknown): void {
  let level: readonly Part[] = [{ value: body, field: undefined }];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_LEVELS) throw tooDeep(level[0]);
    for (const part of level) requirePlain(part);
    level = level.flatMap(partsOf);
  }
}

const refused = (message: string, part: Part | undefined): CallerError =>
  new CallerError("invalid", message, part?.field?.slice(0, LONGEST_FIELD));

const tooDeep = (part: Part | undefined): CallerError =>
  new CallerError("invalid", `the body is nested deeper than ${MOST_LEVELS} levels`, part?.field?.split(".")[0]);

function requirePlain(part: Part): void {
  const { value } = part;
  if (typeof value === "string" && !value.isWellFormed()) throw refused("a text has half of a character", part);
  if (typeof value !== "number" || value === 0) return;
  const magnitude = Math.abs(value);
  if (!(magnitude < TOO_GREAT && magnitude > TOO_SMALL)) throw refused(`${value} is no number that can be kept`, part);
}

const partsOf = ({ value, field }: Part): Part[] =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => [
        { value: inner, field: field === undefined ? name : `${field}.${name}` },
        ...(name.isWellFormed() ? [] : [{ value: name, field }]),
      ])
    : [];
