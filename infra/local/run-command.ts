import { ApiProblem } from "./api-client.ts";
import { StartProblem } from "./start-problem.ts";

/** How a command words what the API refuses. */
export interface Refusals {
  /** What a 403 means. */
  readonly forbidden: string;
  /** The option that a field of the request came from, where the two have different names. */
  readonly optionOf?: (field: string) => string | undefined;
}

/** Runs a command of the terminal to its exit code, which is 2 when it throws; what went wrong is told in words. */
export async function runCommand(command: () => Promise<number>, refusals: Refusals): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    console.error(inWords(error, refusals));
    process.exitCode = 2;
  }
}

function inWords(error: unknown, refusals: Refusals): string {
  if (error instanceof ApiProblem) return refusal(error, refusals);
  if (error instanceof StartProblem) return error.message;
  // What fetch throws hides its cause one level down.
  if (error instanceof TypeError && error.cause instanceof Error)
    return `The API cannot be reached: ${error.cause.message || error.cause.name}\nIs it running, and is --api right?`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function refusal({ status, reason, field, message }: ApiProblem, { forbidden, optionOf }: Refusals): string {
  if (status === 401) return "The API does not know these credentials (401). Check --key or --token.";
  if (status === 403) return forbidden;
  if (status === 404 && reason === "Not Found") return `There is no Partner Ledger at this address (404): ${message}`;
  return field === undefined ? message : `${optionOf?.(field) ?? field}: ${reason}`;
}
