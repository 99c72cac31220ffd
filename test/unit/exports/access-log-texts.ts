const OWNER = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
export const LINK_REQUESTER =
  "arn:aws:sts::123456789012:assumed-role/Service-SendMailBundleLinksRole1A2B/download-link";

interface Fields {
  readonly time: string;
  readonly remoteIp: string;
  readonly requester: string;
  readonly requestId: string;
  readonly operation: string;
  readonly key: string;
  readonly uri: string;
  readonly status: string;
  readonly error: string;
  readonly bytesSent: string;
  readonly referer: string;
  readonly userAgent: string;
  /** Whatever follows the user agent. */
  readonly tail: string;
}

const LINK =
  "/exports/acme/exp_1/bundle.zip?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIAEXAMPLE%2F20260401%2Feu-central-1" +
  "%2Fs3%2Faws4_request&X-Amz-Date=20260401T120000Z&X-Amz-Expires=1800&X-Amz-Signature=5ec7e7&x-id=GetObject";

const TAIL =
  "- s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= SigV4 TLS_AES_128_GCM_SHA256 " +
  "QueryString ledger-exports.s3.eu-central-1.amazonaws.com TLSv1.3 - - eu-central-1";

/** A line as S3 writes one for a link that was followed, but for what is given. */
export const logLine = ({
  time = "01/Apr/2026:12:00:09 +0000",
  remoteIp = "192.0.2.3",
  requester = LINK_REQUESTER,
  requestId = "3E57427F33A59F07",
  operation = "REST.GET.OBJECT",
  key = "exports/acme/exp_1/bundle.zip",
  uri = `"GET ${LINK} HTTP/1.1"`,
  status = "200",
  error = "-",
  bytesSent = "48213",
  referer = '"-"',
  userAgent = '"Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"',
  tail = TAIL,
}: Partial<Fields> = {}): string =>
  `${OWNER} ledger-exports [${time}] ${remoteIp} ${requester} ${requestId} ${operation} ${key} ${uri} ${status} ${error} ` +
  `${bytesSent} 48213 61 47 ${referer} ${userAgent}${tail && ` ${tail}`}`;
