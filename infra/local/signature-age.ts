import { AwsError } from "./aws-error.ts";
import type { LocalClock } from "./clock.ts";
import { parseAmzDate } from "./sigv4.ts";

const SKEW_MS = 15 * 60_000;
const LONGEST_LINK_SECONDS = 7 * 24 * 3600;

/** Refuses a request that was signed too long ago, or too far ahead. */
export function requireFresh(amzDate: string, clock: LocalClock): void {
  const age = clock.now() - clock.whenSigned(parseAmzDate(amzDate)).latest;
  if (Math.abs(age) <= SKEW_MS) return;
  throw new AwsError(
    "RequestTimeTooSkewed",
    403,
    "The difference between the request time and the current time is too large.",
  );
}

/** Refuses a link whose time has not come, or is over. */
export function requireUnexpired(amzDate: string, expires: string, clock: LocalClock): void {
  const seconds = /^\d{1,7}$/.test(expires) ? Number(expires) : 0;
  if (seconds < 1 || seconds > LONGEST_LINK_SECONDS) throw malformedLink("X-Amz-Expires must be 1 to 604800 seconds.");
  // When in doubt a link is old: it must not outlive an advance of the clock.
  const signedAt = clock.whenSigned(parseAmzDate(amzDate)).earliest;
  if (Number.isNaN(signedAt)) throw malformedLink("X-Amz-Date must be a time stamp.");
  if (signedAt > clock.now() + SKEW_MS) throw new AwsError("AccessDenied", 403, "Request is not yet valid");
  if (clock.now() >= signedAt + seconds * 1000) throw new AwsError("AccessDenied", 403, "Request has expired");
}

/** The refusal of a link that is not written as links are. */
export function malformedLink(message: string): AwsError {
  return new AwsError("AuthorizationQueryParametersError", 400, message);
}
