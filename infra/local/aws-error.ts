/** An answer that an AWS service gives instead of a result. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Extra elements of the error document. */
  readonly details: Readonly<Record<string, string>>;

  constructor(code: string, status: number, message: string, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = "AwsError";
    this.code = code;
    this.status = status;
    this.details = details;
  }
}
