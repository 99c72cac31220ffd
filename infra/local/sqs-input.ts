import { invalidValue, sqsError } from "./sqs-error.ts";

/** The fields of a request in SQS's JSON protocol. */
export interface SqsInput {
  readonly [name: string]: unknown;
}

/** Parses a request's body. */
export function parseInput(body: string): SqsInput {
  try {
    const input: unknown = JSON.parse(body || "{}");
    if (isInput(input)) return input;
  } catch {
    // Refused below, like a body that is no object.
  }
  throw sqsError("SerializationException", "The request is not a JSON object.");
}

/** Whether a value is an object with fields. */
export function isInput(value: unknown): value is SqsInput {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text that must be there. */
export function requireText(input: SqsInput, name: string): string {
  const value = input[name];
  if (typeof value === "string" && value !== "") return value;
  throw sqsError("MissingParameter", `The request must contain the parameter ${name}.`);
}

/** A text that may be there. */
export function optionalText(input: SqsInput, name: string): string | undefined {
  const value = input[name];
  return typeof value === "string" ? value : undefined;
}

/** A whole number within bounds, when it is there. */
export function optionalInteger(input: SqsInput, name: string, least: number, most: number): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  const reason = `Must be between ${least} and ${most}, if provided.`;
  throw invalidValue(`Value ${JSON.stringify(value)} for parameter ${name} is invalid. Reason: ${reason}`);
}

/** A list of texts, empty when it is not there. */
export function textList(input: SqsInput, name: string): string[] {
  const value = input[name];
  return Array.isArray(value) ? value.filter((text) => typeof text === "string") : [];
}

/** Texts by name, empty when they are not there. */
export function textRecord(input: SqsInput, name: string): Record<string, string> {
  const value = input[name];
  if (!isInput(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
}

/** The entries of a batch, of which there are one to ten with different ids. */
export function batchEntries(input: SqsInput): (SqsInput & { readonly Id: string })[] {
  const value: unknown = input["Entries"];
  const entries = Array.isArray(value) ? value.filter(isInput) : [];
  const refuse = (code: string, message: string) => sqsError(code, message, `AWS.SimpleQueueService.${code}`);
  if (entries.length === 0) throw refuse("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (entries.length > 10) {
    throw refuse("TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10.");
  }
  const named = entries.map((entry) => ({ ...entry, Id: requireText(entry, "Id") }));
  if (named.some(({ Id }) => !/^[\w-]{1,80}$/.test(Id))) {
    throw refuse(
      "InvalidBatchEntryId",
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores.",
    );
  }
  if (new Set(named.map(({ Id }) => Id)).size < named.length) {
    throw refuse("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.");
  }
  return named;
}
