import { AwsError } from "./aws-error.ts";
import type { LocalClock } from "./clock.ts";
import { malformedLink, requireFresh, requireUnexpired } from "./signature-age.ts";
import { canonicalRequest, hmacHex, sameText, signingKey, stringToSign } from "./sigv4.ts";
import type { SignedParts, SigningScope } from "./sigv4.ts";

/** Something that limited credentials may do. */
export interface Grant {
  readonly action: "s3:GetObject";
  readonly bucket: string;
  readonly prefix: string;
}

/** What is known about an access key; no `allow` means no limits. */
export interface KnownCredentials {
  readonly secretAccessKey: string;
  /** The ARN of the user or session whose they are. */
  readonly principal: string;
  readonly expiresAt?: number;
  readonly allow?: readonly Grant[];
}

/** Finds credentials; unknown keys, and temporary keys with a missing or wrong token, give nothing. */
export type CredentialsLookup = (accessKeyId: string, sessionToken?: string) => KnownCredentials | undefined;

/** What a verifier needs to know about the service it guards. */
export interface SignatureRules {
  readonly clock: LocalClock;
  readonly credentials: CredentialsLookup;
  readonly service: string;
  /** Left out by services that are signed for any region. */
  readonly region?: string;
  /** Hash of the body, for services whose clients do not send it as a header. */
  readonly bodyHash?: string;
}

/** Who signed, and what the signature says about the body. */
export interface Verified {
  readonly accessKeyId: string;
  readonly requester: string;
  readonly allow?: readonly Grant[];
  readonly payloadHash: string;
  readonly chunks: ChunkSigning;
}

/** What continues a request's signature over the chunks of its body. */
export interface ChunkSigning {
  readonly key: Buffer;
  readonly scope: SigningScope;
  readonly amzDate: string;
  readonly seedSignature: string;
}

interface Claim {
  readonly accessKeyId: string;
  readonly scope: SigningScope;
  readonly amzDate: string;
  readonly signature: string;
  readonly sessionToken: string | undefined;
}

/** Verifies the signature of a request, in its header or in its query, or throws the service's refusal. */
export function verifyRequest(parts: SignedParts, rules: SignatureRules): Verified {
  const { authorization } = parts.headers;
  const isLink = parts.query.has("X-Amz-Algorithm") || parts.query.has("X-Amz-Signature");
  if (authorization !== undefined && isLink) {
    throw new AwsError("InvalidArgument", 400, "Only one auth mechanism allowed");
  }
  if (authorization !== undefined) return verifyHeader(parts, authorization, rules);
  if (isLink) return verifyLink(parts, rules);
  throw new AwsError("AccessDenied", 403, "Access Denied");
}

/** Verifies the signed policy of a browser form; the field names are in lower case. */
export function verifyPostPolicy(fields: ReadonlyMap<string, string>, rules: SignatureRules): Verified {
  const field = (name: string) => {
    const value = fields.get(name);
    if (value === undefined)
      throw new AwsError("AccessDenied", 403, `Bucket POST must contain a field named '${name}'.`);
    return value;
  };
  const claim: Claim = {
    ...readCredential(field("x-amz-credential"), rules),
    amzDate: field("x-amz-date"),
    signature: field("x-amz-signature"),
    sessionToken: fields.get("x-amz-security-token"),
  };
  return verifyClaim(claim, rules, field("policy"), "UNSIGNED-PAYLOAD");
}

function verifyHeader(parts: SignedParts, authorization: string, rules: SignatureRules): Verified {
  const fields = /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]+)$/.exec(
    authorization,
  );
  const [, credential, signedHeaders, signature] = fields ?? [];
  if (credential === undefined || signedHeaders === undefined || signature === undefined) {
    throw new AwsError("AuthorizationHeaderMalformed", 400, "The authorization header is malformed.");
  }
  const amzDate = one(parts.headers["x-amz-date"]) ?? "";
  const claim: Claim = {
    ...readCredential(credential, rules),
    amzDate,
    signature,
    sessionToken: one(parts.headers["x-amz-security-token"]),
  };
  requireFresh(amzDate, rules.clock);
  const payloadHash = rules.bodyHash ?? one(parts.headers["x-amz-content-sha256"]);
  if (payloadHash === undefined) throw new AwsError("InvalidRequest", 400, "Missing x-amz-content-sha256");
  const names = requireSigned(parts, signedHeaders.split(";"));
  const canonical = canonicalRequest(parts, names, payloadHash);
  return verifyClaim(claim, rules, stringToSign(amzDate, claim.scope, canonical), payloadHash);
}

function verifyLink(parts: SignedParts, rules: SignatureRules): Verified {
  const parameter = (name: string) => {
    const value = parts.query.get(name);
    if (value === null) throw malformedLink(`Query-string authentication requires ${name}.`);
    return value;
  };
  if (parameter("X-Amz-Algorithm") !== "AWS4-HMAC-SHA256") throw malformedLink("Unsupported X-Amz-Algorithm.");
  const amzDate = parameter("X-Amz-Date");
  const claim: Claim = {
    ...readCredential(parameter("X-Amz-Credential"), rules),
    amzDate,
    signature: parameter("X-Amz-Signature"),
    sessionToken: parts.query.get("X-Amz-Security-Token") ?? undefined,
  };
  requireUnexpired(amzDate, parameter("X-Amz-Expires"), rules.clock);
  const payloadHash = parts.query.get("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD";
  const names = requireSigned(parts, parameter("X-Amz-SignedHeaders").split(";"));
  const canonical = canonicalRequest(parts, names, payloadHash);
  return verifyClaim(claim, rules, stringToSign(amzDate, claim.scope, canonical), payloadHash);
}

function verifyClaim(claim: Claim, rules: SignatureRules, signed: string, payloadHash: string): Verified {
  const { accessKeyId, scope, amzDate, signature, sessionToken } = claim;
  const known = rules.credentials(accessKeyId, sessionToken);
  if (known === undefined) throw unknownCredentials(sessionToken);
  const key = signingKey(known.secretAccessKey, scope);
  if (!amzDate.startsWith(scope.date) || !sameText(hmacHex(key, signed), signature)) {
    throw new AwsError(
      "SignatureDoesNotMatch",
      403,
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    );
  }
  if (known.expiresAt !== undefined && known.expiresAt <= rules.clock.now()) {
    throw new AwsError("ExpiredToken", 400, "The provided token has expired.");
  }
  const chunks = { key, scope, amzDate, seedSignature: signature };
  const requester = known.principal;
  return { accessKeyId, requester, payloadHash, chunks, ...(known.allow && { allow: known.allow }) };
}

function readCredential(text: string, { region, service }: SignatureRules): Pick<Claim, "accessKeyId" | "scope"> {
  const [accessKeyId, date, scopeRegion, scopeService, end, ...rest] = text.split("/");
  const isWhole = end === "aws4_request" && rest.length === 0;
  if (!accessKeyId || !date || !scopeRegion || scopeService !== service || !isWhole) {
    throw new AwsError("AuthorizationHeaderMalformed", 400, "The credential is malformed.");
  }
  if (region !== undefined && scopeRegion !== region) {
    const message = `The authorization header is malformed; the region '${scopeRegion}' is wrong; expecting '${region}'`;
    throw new AwsError("AuthorizationHeaderMalformed", 400, message, { Region: region });
  }
  return { accessKeyId, scope: { date, region: scopeRegion, service: scopeService } };
}

/** An unsigned x-amz header would let the holder of a link change what it does. */
function requireSigned({ headers }: SignedParts, signedHeaders: readonly string[]): readonly string[] {
  const unsigned = Object.keys(headers).filter((name) => name.startsWith("x-amz-") && !signedHeaders.includes(name));
  if (unsigned.length > 0 || !signedHeaders.includes("host")) {
    const names = { HeadersNotSigned: unsigned.join(", ") || "host" };
    throw new AwsError("AccessDenied", 403, "There were headers present in the request which were not signed", names);
  }
  return signedHeaders;
}

function unknownCredentials(sessionToken: string | undefined): AwsError {
  if (sessionToken !== undefined) {
    return new AwsError("InvalidToken", 403, "The provided token is malformed or otherwise invalid.");
  }
  return new AwsError("InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records.");
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
