/** One request to a bucket, as S3's server access log tells of it; null where it has nothing to tell. */
export interface LoggedRequest {
  /** When it came, to the second. */
  readonly at: number;
  readonly remoteIp: string | null;
  /** The canonical id of an account, or the ARN of a user or of a role's session. */
  readonly requester: string | null;
  readonly requestId: string;
  /** Such as REST.GET.OBJECT. */
  readonly operation: string;
  readonly key: string | null;
  readonly status: number | null;
  readonly bytesSent: number | null;
}

/**
 * Up to the bytes sent, separated by single blanks. Behind them come the caller's own words (referer, user agent) and
 * fields that S3 adds to from time to time: whatever those are, they change nothing here. The request's line is the
 * caller's too, quotes and all; it ends at HTTP's version, which a caller cannot name before, as that takes a blank.
 */
const LINE = new RegExp(
  [
    /^\S+/, // The bucket's owner.
    /\S+/, // The bucket.
    /\[(?<time>[^\]]+)\]/,
    /(?<remoteIp>-|[\da-fA-F.:]{2,45})/,
    /(?<requester>\S{1,2048})/,
    /(?<requestId>[\w+/=-]{2,255})/,
    /(?<operation>\w+(?:\.\w+)+)/,
    /(?<key>\S+)/,
    /(?:-|"[^"]*"|"\S+ .*? HTTP\/\d(?:\.\d)?")/, // The request's line.
    /(?<status>-|\d{3})/,
    /\S+/, // The error's code.
    /(?<bytesSent>-|\d{1,15})(?: |$)/,
  ]
    .map(({ source }) => source)
    .join(" "),
);

const TIME =
  /^(?<day>\d\d)\/(?<month>\w{3})\/(?<year>\d{4}):(?<clock>\d\d:\d\d:\d\d) (?<hours>[+-]\d\d)(?<minutes>\d\d)$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Reads one line of a server access log; undefined when it is none. */
export function readAccessLogLine(line: string): LoggedRequest | undefined {
  const { time = "", requestId = "", operation = "", ...found } = LINE.exec(line)?.groups ?? {};
  const at = instantOf(time);
  if (at === undefined) return undefined;
  const { remoteIp, requester, key, status, bytesSent } = found;
  return {
    at,
    remoteIp: known(remoteIp),
    requester: known(requester),
    requestId,
    operation,
    key: decoded(known(key)),
    status: numeric(status),
    bytesSent: numeric(bytesSent),
  };
}

const known = (field = "-"): string | null => (field === "-" ? null : field);

const numeric = (field = "-"): number | null => (field === "-" ? null : Number(field));

/** Keys are encoded as in addresses. One that cannot be decoded is none of ours, which have nothing to encode. */
function decoded(key: string | null): string | null {
  try {
    return key === null ? null : decodeURIComponent(key);
  } catch {
    return key;
  }
}

function instantOf(text: string): number | undefined {
  const { day, month = "", year, clock, hours, minutes } = TIME.exec(text)?.groups ?? {};
  const number = String(MONTHS.indexOf(month) + 1).padStart(2, "0");
  const at = Date.parse(`${year}-${number}-${day}T${clock}${hours}:${minutes}`);
  return Number.isNaN(at) || at < 0 ? undefined : at;
}
