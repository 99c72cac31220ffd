import * as z from "zod";
import { CallerError } from "../../errors.ts";
import { tier, type Tier } from "../../records/tier.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { type Answer, one } from "../envelope.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";
import { requireFree } from "../require-free.ts";
import { requireProduction } from "../require-production.ts";
import { validated } from "../validated.ts";
import { tiersOf } from "./tiers-of.ts";

/** All of them are read together. */
const MOST_TIERS = 40;

/** What a request for a new tier says. */
export const tierRequest = z.strictObject({
  name: z.string().trim().min(1).max(100),
  position: z.int().min(0).max(1000).optional().meta({ description: "Above all others, when absent" }),
  requirements: z.string().trim().min(1).max(2000).nullish(),
});

/** Makes a tier. */
export async function createTier(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body, newKey } = request;
  const asked = validated(tierRequest, body === undefined ? {} : body);
  requireProduction(principal);
  const key = newKey("tier_");
  const made = await recordChange(dependencies, request, { declaration: tier, key }, async ({ program, now }) => {
    const others = await tiersOf(ledger, program.key);
    if (others.length >= MOST_TIERS) {
      throw new CallerError("conflict", `a program has at most ${MOST_TIERS} tiers, archived ones among them`);
    }
    const after: Tier = {
      program: program.key,
      key,
      name: asked.name,
      position: asked.position ?? Math.max(0, ...others.map(({ position }) => position)) + 1,
      requirements: asked.requirements ?? null,
      archived: false,
      created_at: now,
      updated_at: now,
    };
    await requireFree(ledger, tier, after);
    return { change: { declaration: tier, after }, action: "tier.created" };
  });
  return one(present(tier, made), "Tier created");
}
