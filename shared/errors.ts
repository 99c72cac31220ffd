/** What a caller did that cannot be served; the message is theirs to read, the code is stable. */
export type Refusal =
  | "invalid"
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "gone"
  | "too_large"
  | "unsupported"
  | "too_many";

/** A mail that certainly did not leave. Any other failure of a mailer leaves that open. */
export class MailRefused extends Error {
  /** Whether nothing is wrong with it: too many were sent of late, and it may go later. */
  readonly isThrottled: boolean;

  constructor(cause: unknown, { isThrottled = false }: { isThrottled?: boolean } = {}) {
    super("the mail was refused", { cause });
    this.name = "MailRefused";
    this.isThrottled = isThrottled;
  }
}

/** An upload that is not there (any more): it was completed, or called off. */
export class UploadGone extends Error {
  constructor(cause?: unknown) {
    super("the upload is not there any more", { cause });
    this.name = "UploadGone";
  }
}

/** A write for which time ran out, and of which certainly nothing was written. Any other failure of a table leaves that open. */
export class NotWritten extends Error {
  constructor(cause?: unknown) {
    super("nothing was written in time: the table is busy", { cause });
    this.name = "NotWritten";
  }
}

/**
 * The only kind of error whose message reaches a caller. Everything else is the world's fault: it is logged with its
 * cause, answered "internal", and in a queue consumer retried.
 */
export class CallerError extends Error {
  readonly refusal: Refusal;
  /** The field of the request that is wrong, where one is. */
  readonly field: string | undefined;
  /** When to ask again, where waiting helps. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    refusal: Refusal,
    message: string,
    field?: string,
    { retryAfterSeconds }: { retryAfterSeconds?: number } = {},
  ) {
    super(message);
    this.name = "CallerError";
    this.refusal = refusal;
    this.field = field;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
