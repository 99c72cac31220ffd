import { createHmac, randomBytes } from "node:crypto";
import { sameText } from "./sigv4.ts";
import type { CredentialsLookup, Grant } from "./signature.ts";

/** A role that may be assumed, and what its sessions may do. */
export interface Role {
  readonly allow: readonly Grant[];
}

/** Temporary credentials of an assumed role. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: number;
}

/** The access keys that the local servers accept. */
export interface CredentialStore {
  readonly lookup: CredentialsLookup;
  issue(roleArn: string, session: string, expiresAt: number): SessionCredentials;
}

interface Account {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly roles: Readonly<Record<string, Role>>;
}

interface Session {
  readonly accessKeyId: string;
  readonly roleArn: string;
  readonly name: string;
  readonly expiresAt: number;
}

const OWNER = "arn:aws:iam::000000000000:user/local";

/** The ARN of a session of a role, by which it is told of. */
export const sessionArn = (roleArn: string, name: string): string =>
  `${roleArn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/${name}`;

/** Knows the account's own key, and sessions by their token alone, so that links signed before a restart still open. */
export function createCredentials({ accessKeyId, secretAccessKey, roles }: Account): CredentialStore {
  const seal = (purpose: string, text: string) =>
    createHmac("sha256", secretAccessKey).update(`${purpose}\n${text}`).digest("base64url");
  const secretOf = (payload: string) => seal("secret", payload).slice(0, 40);
  return {
    lookup(id, sessionToken) {
      if (id === accessKeyId) return sessionToken === undefined ? { secretAccessKey, principal: OWNER } : undefined;
      const [payload = "", mark = ""] = sessionToken?.split(".") ?? [];
      if (!sameText(seal("token", payload), mark)) return undefined;
      const session: Session = JSON.parse(Buffer.from(payload, "base64url").toString());
      if (session.accessKeyId !== id) return undefined;
      const allow = roles[session.roleArn]?.allow ?? [];
      const principal = sessionArn(session.roleArn, session.name);
      return { secretAccessKey: secretOf(payload), principal, expiresAt: session.expiresAt, allow };
    },
    issue(roleArn, name, expiresAt) {
      const session: Session = { accessKeyId: `ASIA${randomText(16)}`, roleArn, name, expiresAt };
      const payload = Buffer.from(JSON.stringify(session)).toString("base64url");
      const sessionToken = `${payload}.${seal("token", payload)}`;
      return { accessKeyId: session.accessKeyId, secretAccessKey: secretOf(payload), sessionToken, expiresAt };
    },
  };
}

function randomText(length: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return Array.from(randomBytes(length), (byte) => alphabet.charAt(byte % alphabet.length)).join("");
}
