import * as z from "zod";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Stored } from "../../ledger/stored.ts";
import { tier, type Tier } from "../../records/tier.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { type Answer, done, one } from "../envelope.ts";
import { findByEitherKey } from "../find-by-either-key.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";
import { requireFree } from "../require-free.ts";
import { requireProduction } from "../require-production.ts";
import { validated } from "../validated.ts";
import { tierRequest } from "./create-tier.ts";

/** What a request to change a tier says: only what is to change. */
export const tierChange = tierRequest.partial().extend({ archived: z.boolean().optional() });

/** Changes a tier. */
export async function updateTier(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const asked = validated(tierChange, request.body === undefined ? {} : request.body);
  requireProduction(request.principal);
  const { record: found } = await tierOf(ledger, request);
  const subject = { declaration: tier, key: found.key };
  const made = await recordChange(dependencies, request, subject, async ({ now }) => {
    const before = await tierOf(ledger, request);
    const after: Tier = {
      ...before.record,
      name: asked.name ?? before.record.name,
      position: asked.position ?? before.record.position,
      requirements: asked.requirements === undefined ? before.record.requirements : asked.requirements,
      archived: asked.archived ?? before.record.archived,
      updated_at: now,
    };
    await requireFree(ledger, tier, after);
    return { change: { declaration: tier, before, after }, action: "tier.updated" };
  });
  return one(present(tier, made), "Tier updated");
}

/** Archives a tier: nobody can be put on it any more, and who is on it stays. */
export async function archiveTier(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  requireProduction(request.principal);
  const { record: found } = await tierOf(ledger, request);
  await recordChange(dependencies, request, { declaration: tier, key: found.key }, async ({ now }) => {
    const before = await tierOf(ledger, request);
    if (before.record.archived) return before.record;
    const after: Tier = { ...before.record, archived: true, updated_at: now };
    return { change: { declaration: tier, before, after }, action: "tier.archived" };
  });
  return done("Tier archived");
}

const tierOf = (ledger: Pick<Ledger, "find">, { principal, path }: ApiRequest): Promise<Stored<Tier>> =>
  findByEitherKey(ledger, tier, principal.program, ["key"], path["key"]);
