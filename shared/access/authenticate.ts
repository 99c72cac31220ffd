import { timingSafeEqual } from "node:crypto";
import * as z from "zod";
import type { Clock, Item, Table } from "../ports.ts";
import { accessTokenPlace } from "../records/access-token.ts";
import { keyPairPlace } from "../records/key-pair.ts";
import { partnerPk } from "../records/place.ts";
import { readAuthorization } from "./authorization-header.ts";
import {
  hashOf,
  type KeyPair,
  keyPairPointer,
  keyPairPointerPlace,
  tokenPointer,
  tokenPointerPlace,
} from "./credentials.ts";
import type { Principal } from "./principal.ts";
import { teammateAmong, teammatePlaces } from "./teammates.ts";

interface Dependencies {
  readonly table: Pick<Table, "get">;
  readonly clock: Clock;
}

/** The hash of no secret that anybody knows. */
const NO_HASH = "0".repeat(64);

/** What a credential's record says of whether it is in force. */
const state = z.object({
  expires_at: z.int().nullish(),
  revoked_at: z.int().nullish(),
  last_used_on: z.string().nullish(),
  test: z.boolean().default(false),
  membership: z.string().nullish(),
});

/**
 * Who calls, from the `Authorization` header; undefined for whoever is unknown, and for whoever has an expired or revoked
 * credential, without a hint why. Reads the table twice at most.
 */
export async function authenticate(deps: Dependencies, header: string | undefined): Promise<Principal | undefined> {
  const presented = readAuthorization(header);
  if (presented === undefined) return undefined;
  return presented.scheme === "basic" ? holderOfKey(deps, presented) : holderOfToken(deps, presented.token);
}

async function holderOfKey(
  { table, clock }: Dependencies,
  { publicKey, secretKey }: KeyPair,
): Promise<Principal | undefined> {
  const [item] = await table.get([keyPairPointerPlace(publicKey)]);
  const known = item && keyPairPointer.parse(item);
  // An unknown key is compared as well, so that its refusal takes as long as that of a wrong secret.
  const matches = timingSafeEqual(Buffer.from(hashOf(secretKey)), Buffer.from(known?.secret_hash ?? NO_HASH));
  if (known === undefined || !matches) return undefined;
  const { program, key } = known;
  const principal: Principal = { program, kind: "key", id: publicKey, permissions: [], test: false };
  if (key === undefined) return principal;
  const [record] = await table.get([keyPairPlace(program, key)]);
  const inForce = stateInForce(record, clock());
  return inForce && { ...principal, test: inForce.test, ...provedBy(key, inForce) };
}

async function holderOfToken({ table, clock }: Dependencies, token: string): Promise<Principal | undefined> {
  const [item] = await table.get([tokenPointerPlace(token)]);
  if (item === undefined) return undefined;
  const holder = tokenPointer.parse(item);
  const { program, key } = holder;
  const records = key === undefined ? [] : [accessTokenPlace(program, key)];
  const isPartner = holder.kind === "partner";
  const places = isPartner
    ? [{ pk: partnerPk(program, holder.partnership, null), sk: "#" }]
    : teammatePlaces(program, holder.email);
  const found = await table.get([...places, ...records]);
  const inForce = key === undefined ? state.parse({}) : stateInForce(found.at(-1), clock());
  if (inForce === undefined) return undefined;
  const proof = key === undefined ? {} : provedBy(key, inForce);
  const who = found.slice(0, places.length);
  if (isPartner) {
    if (isShutOut(who[0])) return undefined;
    const { partnership } = holder;
    return { program, kind: "partner", id: partnership, permissions: [], test: false, partnership, ...proof };
  }
  // Role and permissions are the teammate's of today, and a token outlives its teammate to no avail.
  const teammate = teammateAmong(program, who);
  if (teammate === undefined || teammate.membership !== (inForce.membership ?? null)) return undefined;
  const { email: id, role, permissions } = teammate;
  return { program, kind: "teammate", id, role, permissions, test: false, ...proof };
}

function stateInForce(record: Item | undefined, now: number): z.output<typeof state> | undefined {
  if (record === undefined) return undefined;
  const known = state.parse(record);
  return known.revoked_at == null && (known.expires_at ?? Infinity) > now ? known : undefined;
}

const provedBy = (
  key: string,
  { expires_at, last_used_on }: z.output<typeof state>,
): Pick<Principal, "expires_at" | "credential"> => ({
  ...(expires_at != null && { expires_at }),
  credential: { key, used_on: last_used_on ?? null },
});

/** Whether a partner may not come in: archived, or not approved. Who is not on record finds nothing anyway. */
const isShutOut = (partner: Item | undefined): boolean =>
  partner !== undefined && (partner["archived"] === true || partner["status"] !== "approved");
