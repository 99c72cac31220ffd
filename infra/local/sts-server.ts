import { AwsError } from "./aws-error.ts";
import type { LocalClock } from "./clock.ts";
import { sessionArn } from "./credentials.ts";
import type { CredentialStore, Role } from "./credentials.ts";
import { listen } from "./listen.ts";
import type { LocalServer } from "./listen.ts";
import { serveQuery, unknownAction } from "./query-protocol.ts";
import type { QueryCall } from "./query-protocol.ts";
import { verifyRequest } from "./signature.ts";
import { sha256Hex } from "./sigv4.ts";
import { textElement } from "./xml.ts";

/** What the local STS needs. */
export interface StsOptions {
  readonly port?: number;
  readonly clock: LocalClock;
  readonly credentials: CredentialStore;
  readonly roles: Readonly<Record<string, Role>>;
}

const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";
// What a role has unless somebody raises it, and the most that a role may have which assumes another.
const LONGEST_SESSION_SECONDS = 3600;

/** Starts an STS whose sessions the local S3 honours, limits and lets expire. */
export async function startSts({ port, clock, credentials, roles }: StsOptions): Promise<LocalServer> {
  return listen((incoming, response) => {
    const { method = "POST", headers } = incoming;
    const [path = "/", search = ""] = (incoming.url ?? "/").split("?");
    const parts = { method, path, query: new URLSearchParams(search), headers };
    return serveQuery(incoming, response, NAMESPACE, (call) => {
      const rules = { clock, credentials: credentials.lookup, service: "sts", bodyHash: sha256Hex(call.body) };
      const { allow } = verifyRequest(parts, rules);
      if (call.action !== "AssumeRole") throw unknownAction(call.action);
      if (allow) throw new AwsError("AccessDenied", 403, "A session may not assume a role.");
      return assumeRole(call, credentials, roles, clock);
    });
  }, port);
}

function assumeRole(
  { form }: QueryCall,
  credentials: CredentialStore,
  roles: Readonly<Record<string, Role>>,
  clock: LocalClock,
): string {
  const roleArn = form.get("RoleArn") ?? "";
  const session = form.get("RoleSessionName") ?? "";
  const seconds = Number(form.get("DurationSeconds") ?? LONGEST_SESSION_SECONDS);
  if (!/^[\w+=,.@-]{2,64}$/.test(session)) throw invalid("roleSessionName must have 2 to 64 permitted characters");
  if (!Number.isInteger(seconds) || seconds < 900) throw invalid("durationSeconds must be at least 900");
  if (seconds > LONGEST_SESSION_SECONDS) {
    throw invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
  if (form.has("Policy")) throw invalid("Session policies are not answered here.");
  if (!Object.hasOwn(roles, roleArn)) {
    throw new AwsError("AccessDenied", 403, `Not authorized to perform: sts:AssumeRole on resource: ${roleArn}`);
  }
  const expiresAt = Math.floor(clock.now() / 1000 + seconds) * 1000;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials.issue(roleArn, session, expiresAt);
  const keys = [
    textElement("AccessKeyId", accessKeyId),
    textElement("SecretAccessKey", secretAccessKey),
    textElement("SessionToken", sessionToken),
    textElement("Expiration", new Date(expiresAt).toISOString()),
  ];
  const user = textElement("AssumedRoleId", `LOCAL:${session}`) + textElement("Arn", sessionArn(roleArn, session));
  return `<Credentials>${keys.join("")}</Credentials><AssumedRoleUser>${user}</AssumedRoleUser>`;
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationError", 400, message);
}
