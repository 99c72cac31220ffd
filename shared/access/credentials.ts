import { createHash, timingSafeEqual } from "node:crypto";
import * as z from "zod";
import type { Clock, Item, Place, Table } from "../ports.ts";
import { readAuthorization } from "./authorization-header.ts";
import type { Principal } from "./principal.ts";
import { findTeammate } from "./teammates.ts";

/** A fresh secret of 256 random bits. */
export type RandomToken = () => string;

/** A program's keys, as shown once; only the hash of the secret is kept. */
export interface KeyPair {
  readonly publicKey: string;
  readonly secretKey: string;
}

/** Whom a token is for. */
export type TokenHolder =
  | { readonly program: string; readonly kind: "teammate"; readonly email: string }
  | { readonly program: string; readonly kind: "partner"; readonly email: string; readonly partnership: string };

const keyPairItem = z.object({ program: z.string(), secret_hash: z.string().length(64) });

const tokenItem = z.discriminatedUnion("kind", [
  z.object({ program: z.string(), kind: z.literal("teammate"), email: z.string() }),
  z.object({ program: z.string(), kind: z.literal("partner"), email: z.string(), partnership: z.string() }),
]);

// 256 random bits cannot be guessed from their hash, so that a slow hash would only slow down every request.
const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");

/** The hash of no secret that anybody knows. */
const NO_HASH = "0".repeat(64);

const keyPairPlace = (publicKey: string): Place => ({ pk: `credential/${publicKey}`, sk: "#" });
const tokenPlace = (token: string): Place => ({ pk: `token/${hashOf(token)}`, sk: "#" });

/** A new key pair of the program, and the item that has to be stored for it to work. */
export function newKeyPair(randomToken: RandomToken, program: string, at: number): KeyPair & { readonly item: Item } {
  const publicKey = `pk_${randomToken()}`;
  const secretKey = `sk_${randomToken()}`;
  const item = { ...keyPairPlace(publicKey), program, secret_hash: hashOf(secretKey), created_at: at };
  return { publicKey, secretKey, item };
}

/** A new token, and the item that has to be stored for it to work. */
export function newToken(randomToken: RandomToken, holder: TokenHolder, at: number): { token: string; item: Item } {
  const token = randomToken();
  return { token, item: { ...tokenPlace(token), ...holder, created_at: at } };
}

/** Gives the program one more key pair. */
export async function createKeyPair(
  { table, clock, randomToken }: { table: Pick<Table, "write">; clock: Clock; randomToken: RandomToken },
  program: string,
): Promise<KeyPair> {
  const { item, ...pair } = newKeyPair(randomToken, program, clock());
  if (!(await table.write({ put: item, when: { absent: true } }))) throw new Error("a public key came up twice");
  return pair;
}

/** Gives a teammate or a partner a token. */
export async function createToken(
  { table, clock, randomToken }: { table: Pick<Table, "write">; clock: Clock; randomToken: RandomToken },
  holder: TokenHolder,
): Promise<string> {
  const { token, item } = newToken(randomToken, holder, clock());
  if (!(await table.write({ put: item, when: { absent: true } }))) throw new Error("a token came up twice");
  return token;
}

/** Who calls, from the `Authorization` header; undefined for whoever is unknown, without a hint why. */
export async function authenticate(
  { table }: { table: Pick<Table, "get"> },
  header: string | undefined,
): Promise<Principal | undefined> {
  const presented = readAuthorization(header);
  if (presented === undefined) return undefined;
  return presented.scheme === "basic" ? holderOfKey(table, presented) : holderOfToken(table, presented.token);
}

async function holderOfKey(
  table: Pick<Table, "get">,
  { publicKey, secretKey }: KeyPair,
): Promise<Principal | undefined> {
  const [item] = await table.get([keyPairPlace(publicKey)]);
  const known = item && keyPairItem.parse(item);
  // An unknown key is compared as well, so that its refusal takes as long as that of a wrong secret.
  const matches = timingSafeEqual(Buffer.from(hashOf(secretKey)), Buffer.from(known?.secret_hash ?? NO_HASH));
  if (known === undefined || !matches) return undefined;
  return { program: known.program, kind: "key", id: publicKey, permissions: [] };
}

async function holderOfToken(table: Pick<Table, "get">, token: string): Promise<Principal | undefined> {
  const [item] = await table.get([tokenPlace(token)]);
  if (item === undefined) return undefined;
  const holder = tokenItem.parse(item);
  const { program, kind, email: id } = holder;
  if (holder.kind === "partner") return { program, kind, id, permissions: [], partnership: holder.partnership };
  // Role and permissions are the teammate's of today, and a token outlives its teammate to no avail.
  const teammate = await findTeammate(table, program, id);
  return teammate && { program, kind, id: teammate.email, role: teammate.role, permissions: teammate.permissions };
}
