import { createHash } from "node:crypto";
import * as z from "zod";
import type { Change } from "../ledger/entry.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { EXPIRY_ATTRIBUTE } from "../names.ts";
import type { Clock, Item, NewKey, Place, Write } from "../ports.ts";
import { accessToken, type AccessToken, tokensOf } from "../records/access-token.ts";
import { keyPair, type KeyPairRecord } from "../records/key-pair.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";

/** A fresh secret of 256 random bits. */
export type RandomToken = () => string;

/** A program's keys, as shown once; only the hash of the secret is kept. */
export interface KeyPair {
  readonly publicKey: string;
  readonly secretKey: string;
}

/** Whom a token is for. */
export type TokenHolder =
  | {
      readonly program: string;
      readonly kind: "teammate";
      readonly email: string;
      /** As the teammate has it, so that the token ends with it. */
      readonly membership?: string | null;
    }
  | { readonly program: string; readonly kind: "partner"; readonly email: string; readonly partnership: string };

/** Where a public key leads: to the hash of the secret, and to the record that says whether it is in force. */
export const keyPairPointer = z.object({
  program: z.string(),
  secret_hash: z.string().length(64),
  /** Key of the record; pairs of before there were records have none, and are in force. */
  key: z.string().optional(),
});

/** Where a token leads: to its holder, and to the record that says whether it is in force. */
export const tokenPointer = z.discriminatedUnion("kind", [
  z.object({ program: z.string(), kind: z.literal("teammate"), email: z.string(), key: z.string().optional() }),
  z.object({ program: z.string(), kind: z.literal("partner"), partnership: z.string(), key: z.string().optional() }),
]);

// 256 random bits cannot be guessed from their hash, so that a slow hash would only slow down every request.
export const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");

export const keyPairPointerPlace = (publicKey: string): Place => ({ pk: `credential/${publicKey}`, sk: "#" });
export const tokenPointerPlace = (token: string): Place => ({ pk: `token/${hashOf(token)}`, sk: "#" });

/** What makes credentials. */
export interface CredentialMakers {
  readonly randomToken: RandomToken;
  readonly newKey: NewKey;
}

/** A credential that was made: what is shown of it, its record, and what leads from the secret to that. Stored together. */
export interface Made<Shown, Record> {
  readonly shown: Shown;
  readonly record: Record;
  readonly pointer: Item;
}

/** A new pair of keys of the program. */
export function newKeyPair(
  { randomToken, newKey }: CredentialMakers,
  { program, name, test = false }: { readonly program: string; readonly name: string; readonly test?: boolean },
  at: number,
): Made<KeyPair, KeyPairRecord> {
  const kind = test ? "test_" : "";
  const publicKey = `pk_${kind}${randomToken()}`;
  const secretKey = `sk_${kind}${randomToken()}`;
  const key = newKey("keyp_");
  const record: KeyPairRecord = {
    program,
    key,
    created_at: at,
    updated_at: at,
    name,
    public_key: publicKey,
    test,
    expires_at: null,
    revoked_at: null,
    replaced_by: null,
    last_used_on: null,
  };
  const pointer = { ...keyPairPointerPlace(publicKey), program, key, secret_hash: hashOf(secretKey), created_at: at };
  return { shown: { publicKey, secretKey }, record, pointer };
}

/** How long what is known of a token is kept after it ceased to work. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/** How a token is called and how long it works. */
export interface TokenTerms {
  readonly name: string;
  readonly kind?: AccessToken["kind"];
  /** Epoch milliseconds; null for never. */
  readonly expires_at?: number | null;
}

/** A new token. */
export function newToken(
  { randomToken, newKey }: CredentialMakers,
  holder: TokenHolder,
  { name, kind = "api", expires_at = null }: TokenTerms,
  at: number,
): Made<string, AccessToken> {
  const token = randomToken();
  const { program } = holder;
  const isTeammate = holder.kind === "teammate";
  const key = newKey(`tok_${tokensOf(program, holder.kind, isTeammate ? holder.email : holder.partnership)}_`);
  const expires = expires_at === null ? null : Math.ceil((expires_at + KEPT_MS) / 1000);
  const record: AccessToken = {
    program,
    key,
    created_at: at,
    updated_at: at,
    name,
    kind,
    holder: holder.kind,
    email: isTeammate ? holder.email : null,
    partnership_key: isTeammate ? null : holder.partnership,
    expires_at,
    revoked_at: null,
    last_used_on: null,
    membership: isTeammate ? (holder.membership ?? null) : null,
    expires,
  };
  const pointer = {
    ...tokenPointerPlace(token),
    program,
    key,
    kind: holder.kind,
    ...(isTeammate ? { email: holder.email } : { partnership: holder.partnership }),
    created_at: at,
    ...(expires !== null && { [EXPIRY_ATTRIBUTE]: expires }),
  };
  return { shown: token, record, pointer };
}

/** What has to be committed for a credential to work. */
export const commitOf = <R extends BaseRecord>(
  declaration: Declaration<R>,
  { record, pointer }: Made<unknown, R>,
): { readonly change: Change; readonly besides: Write } => ({
  change: { declaration, after: record },
  besides: { put: pointer, when: { absent: true } },
});

interface Dependencies extends CredentialMakers {
  readonly ledger: Pick<Ledger, "commit">;
  readonly clock: Clock;
}

/** Gives the program one more pair of keys. */
export async function createKeyPair(
  deps: Dependencies,
  program: string,
  { name = "Key pair", test = false }: { readonly name?: string; readonly test?: boolean } = {},
): Promise<KeyPair> {
  const made = newKeyPair(deps, { program, name, test }, deps.clock());
  const { change, besides } = commitOf(keyPair, made);
  if (!(await deps.ledger.commit({ mark: made.record.key, changes: [change], besides: [besides] })))
    throw new Error("a key came up twice");
  return made.shown;
}

/** Gives a teammate or a partner a token. */
export async function createToken(
  deps: Dependencies,
  holder: TokenHolder,
  terms: TokenTerms = { name: "Token" },
): Promise<string> {
  const made = newToken(deps, holder, terms, deps.clock());
  const { change, besides } = commitOf(accessToken, made);
  if (!(await deps.ledger.commit({ mark: made.record.key, changes: [change], besides: [besides] })))
    throw new Error("a key came up twice");
  return made.shown;
}
