import {
  type BatchExecuteStatementCommand,
  TransactionCanceledException,
  TransactionInProgressException,
  type TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { setTimeout as sleep } from "node:timers/promises";
import { NotWritten } from "../errors.ts";
import { LANDING_MS } from "../names.ts";
import type { Patience, WriteLimit } from "../ports.ts";
import { isPassing } from "./dynamo-persist.ts";
import { createPatience } from "./patience.ts";

/** The requests by which something is written, as far as time goes, and what is known of them when it has run out. */
export interface Attempts {
  /** To be sent with every request. */
  readonly options: { readonly abortSignal: AbortSignal } | undefined;
  /** Lets no attempt at this request begin too late, those of the client itself among them, and follows what becomes of each. */
  watch(command: TransactWriteItemsCommand | BatchExecuteStatementCommand): void;
  patience(): Patience;
  /** What a failure amounts to: `NotWritten` or `Unanswered` when time has run out. */
  failure(error: unknown): unknown;
}

/** Time ran out while a request was under way, or after one whose answer was lost. */
export class Unanswered extends Error {
  constructor(cause: unknown) {
    super("DynamoDB did not answer in time: nobody knows whether it has written", { cause });
    this.name = "Unanswered";
  }

  /** Waits until it has landed, if it does. */
  async landed(): Promise<void> {
    await sleep(LANDING_MS);
  }
}

/** When time runs out, by the machine's own steady clock; undefined when it does not. */
export type Deadline = number | undefined;

export const deadlineOf = ({ withinMs }: WriteLimit = {}): Deadline =>
  withinMs === undefined ? undefined : performance.now() + withinMs;

const PATIENT: Attempts = {
  options: undefined,
  watch: () => undefined,
  patience: () => createPatience(),
  failure: (error) => error,
};

export function createAttempts(deadline: Deadline): Attempts {
  return deadline === undefined ? PATIENT : limitedAttempts(deadline);
}

function limitedAttempts(end: number): Attempts {
  const left = Math.max(0, end - performance.now());
  const abortSignal = AbortSignal.timeout(Math.ceil(left));
  /** Whether something was sent that may be written, or may be yet. */
  let isOpen = false;

  async function follow<Answer>(send: () => Promise<Answer>): Promise<Answer> {
    if (performance.now() >= end) throw new TimeIsUp();
    const wasOpen = isOpen;
    isOpen = true;
    try {
      const answer = await send();
      isOpen = false;
      return answer;
    } catch (error) {
      if (error instanceof TransactionCanceledException) isOpen = false;
      // A refusal says nothing of what was sent before it.
      else if (isPassing(error) && !(error instanceof TransactionInProgressException)) isOpen = wasOpen;
      throw error;
    }
  }

  return {
    options: { abortSignal },
    watch(command) {
      const { middlewareStack } = command as TransactWriteItemsCommand;
      // Behind the client's own retries: every attempt passes here.
      middlewareStack.add((next) => (args) => follow(() => next(args)), { step: "finalizeRequest", name: "attempts" });
    },
    patience: () => createPatience(Infinity, abortSignal),
    failure(error) {
      if (!isTimeIsUp(error)) return error;
      return isOpen ? new Unanswered(error) : new NotWritten(error);
    },
  };
}

/** Thrown in place of a request. */
class TimeIsUp extends Error {}

const isTimeIsUp = (error: unknown): boolean =>
  error instanceof TimeIsUp || (error instanceof Error && error.name === "AbortError");
