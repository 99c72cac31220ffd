import { audited, auditOnce } from "../../access/audited.ts";
import type { RandomToken } from "../../access/credentials.ts";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock, Table } from "../../ports.ts";
import { webhook } from "../../records/webhook.ts";
import {
  newSigningSecret,
  readSecrets,
  secretsItem,
  secretsPlace,
  type SigningSecrets,
} from "../../webhooks/signing-secrets.ts";
import { type Answer, one } from "../envelope.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";
import { findLiving } from "./find-webhook.ts";
import { rotationRequest } from "./webhook-request.ts";

interface Dependencies {
  readonly table: Pick<Table, "get" | "transact">;
  readonly ledger: Pick<Ledger, "read">;
  readonly clock: Clock;
  readonly randomToken: RandomToken;
}

const HOUR = 60 * 60 * 1000;

/** Gives a webhook a new secret, shown in the answer and not again. For a while the former one signs as well. */
export async function rotateWebhookSecret(deps: Dependencies, request: ApiRequest): Promise<Answer> {
  const { table, ledger, clock, randomToken } = deps;
  const { principal, body, mark } = request;
  const { overlap_hours } = validated(rotationRequest, body === undefined ? {} : body);
  const { record } = await findLiving(ledger, request);
  const { program, key } = record;
  const [item] = await table.get([secretsPlace(program, key)]);
  if (item === undefined) throw new Error(`webhook ${key} has no secret`);
  const before = readSecrets(item);
  const now = clock();
  const until = overlap_hours === 0 ? null : now + overlap_hours * HOUR;
  const after: SigningSecrets = {
    current: newSigningSecret(randomToken),
    previous: until === null ? null : before.current,
    previous_until: until,
    mark,
  };
  // Made by this very request before its answer was lost.
  const made = before.mark === mark ? before : after;
  if (made === after) {
    const deed = { action: "webhook.secret_rotated", actor: principal, at: now, occasion: mark } as const;
    const failed = await table.transact([
      { put: secretsItem(program, key, after), when: { equals: { mark: before.mark } } },
      { put: auditOnce(audited(record, deed)), when: { absent: true } },
    ]);
    if (failed.length > 0) throw new CallerError("conflict", "somebody else is changing the secret: try again");
  }
  const { current: secret, previous_until: previous_secret_until } = made;
  return {
    ...one({ ...present(webhook, record), secret, previous_secret_until }, "Secret rotated"),
    isSecret: true,
  };
}
