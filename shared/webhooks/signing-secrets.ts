import * as z from "zod";
import type { RandomToken } from "../access/credentials.ts";
import type { Item, Place } from "../ports.ts";
import { webhookPk } from "../records/webhook.ts";

const schema = z.object({
  current: z.string(),
  /** Good besides the current one until then. */
  previous: z.string().nullable().default(null),
  previous_until: z.int().nullable().default(null),
  /** Names the request that made the current one. */
  mark: z.string(),
});

/** What a webhook's events are signed with. It stands apart from the webhook, so that nothing that shows that can show this. */
export type SigningSecrets = z.output<typeof schema>;

const SECRET_PREFIX = "whsec_";

/** A fresh secret as the Standard Webhooks specification writes it: 32 random bytes. */
export const newSigningSecret = (randomToken: RandomToken): string =>
  SECRET_PREFIX + Buffer.from(randomToken(), "base64url").toString("base64");

export const keyOfSecret = (secret: string): Buffer => Buffer.from(secret.slice(SECRET_PREFIX.length), "base64");

export const secretsPlace = (program: string, webhook: string): Place => ({
  pk: webhookPk(program, webhook),
  sk: "secrets",
});

export const secretsItem = (program: string, webhook: string, secrets: SigningSecrets): Item => ({
  ...secretsPlace(program, webhook),
  ...secrets,
});

export const readSecrets = (item: Item): SigningSecrets => schema.parse(item);
