import * as z from "zod";
import type { Principal } from "../access/principal.ts";
import { CallerError } from "../errors.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { type Partnership, partnership } from "../records/partnership.ts";
import { isTest } from "../records/record.ts";
import { makeTestPartner } from "./test-partner.ts";
import { lookByEitherKey } from "./find-by-either-key.ts";

/** The ways to name a partner in a body. */
export const partnerInputs = {
  partner_key: z.string().min(1).max(255).nullish().meta({ description: "The partner, by your key" }),
  partnership_key: z.string().min(1).max(255).nullish().meta({ description: "The partner, by our key" }),
};

interface Named {
  readonly partner_key?: string | null | undefined;
  readonly partnership_key?: string | null | undefined;
}

/** The partner that a body names; undefined where it names none. */
export async function partnerNamed(
  ledger: Pick<Ledger, "find">,
  program: string,
  { partner_key, partnership_key }: Named,
): Promise<Partnership | undefined> {
  const field = typeof partner_key === "string" ? "partner_key" : "partnership_key";
  const key = partner_key ?? partnership_key ?? undefined;
  if (key === undefined) return undefined;
  // Clients send the one where the other is meant.
  const fields = field === "partner_key" ? ["partner_key", "key"] : ["key", "partner_key"];
  const found = await lookByEitherKey(ledger, partnership, program, fields, key);
  if (found === undefined) throw new CallerError("invalid", `there is no partner '${key}'`, field);
  return found.record;
}

/** The partner that a body has to name. */
export async function partnerFor(
  ledger: Pick<Ledger, "claims" | "collection" | "commit" | "find" | "read">,
  principal: Principal,
  named: Named,
): Promise<Partnership> {
  await makeTestPartner(ledger, principal, named.partner_key);
  const partner = await partnerNamed(ledger, principal.program, named);
  if (partner === undefined) throw new CallerError("invalid", "'partner_key' is a required property", "partner_key");
  return partner;
}

/** Whether what is made under an owner is a test: test keys make nothing else, and no other key makes it where nothing is one. */
export function testFor(
  principal: Pick<Principal, "test">,
  owner: Parameters<typeof isTest>[0],
  field = "partner_key",
): { readonly test?: true } {
  const test = isTest(owner);
  if (principal.test && !test) {
    throw new CallerError("invalid", "with test keys, this has to be a test record", field);
  }
  return test ? { test: true } : {};
}
