import * as z from "zod";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { isEmail } from "../../records/cell.ts";
import { findGroup, type Group } from "../../records/group.ts";
import { PARTNER_STATUSES, type Partnership } from "../../records/partnership.ts";
import type { Program } from "../../records/program.ts";
import { emailInput } from "../customers/create-customer.ts";
import { fieldInputs, givenFields, keptFields } from "../field-values.ts";
import { groupsOf } from "../list-scope.ts";
import { TEST_PARTNER_KEY } from "../test-partner.ts";
import { findTier, tiersOf } from "../tiers/tiers-of.ts";

const text = (max = 255) => z.string().min(1).max(max);

/** Making each takes a write of the transaction that the partner is made in. */
const MOST_TAGS = 50;

export const tagsInput = z.array(z.string().trim().min(1).max(100)).max(MOST_TAGS);

/** What may be said of a partner, whoever says it. */
export const partnershipInputs = {
  email: emailInput,
  first_name: z.string().max(50).nullish(),
  last_name: z.string().max(50).nullish(),
  group_key: text().nullish().meta({ description: "Key, slug or name of a group; the default one, when absent" }),
  partner_key: text().nullish().meta({ description: "Unique in the program; made, when absent" }),
  phone_number: z.string().max(50).nullish(),
  address: z
    .object({ country: z.string().max(100).nullish() })
    .nullish()
    .meta({ description: "The country is kept; other parts are accepted, and are not" }),
  ...fieldInputs,
};

/** What only the company says. */
const companyInputs = {
  manager_email: emailInput.nullish().meta({ description: "Who looks after the partner" }),
  manager_name: text(254).nullish().meta({ description: "The same by name, where no address is known" }),
  tags: tagsInput.nullish().meta({ description: "All of them" }),
  tier_key: text().nullish().meta({ description: "Key or name of a tier" }),
};

const partnershipAsked = z.strictObject({ ...partnershipInputs, ...companyInputs });

/** What a request for a new partner says. */
export const partnershipRequest = partnershipAsked.extend({
  joined_at: z
    .int()
    .min(0)
    .max(9_999_999_999_999)
    .nullish()
    .meta({ description: "When the partner joined, in epoch milliseconds; now, when absent" }),
  send_invite: z.boolean().nullish().meta({ description: "Whether to mail the partner an invitation" }),
});

/** What a request to change a partner says: only what is to change. */
export const partnershipChange = partnershipAsked.partial().extend({
  approved_status: z.enum(PARTNER_STATUSES).optional(),
  archived: z.boolean().optional().meta({ description: "false restores an archived partner" }),
});

export type PartnershipAsked = z.output<typeof partnershipChange>;

type Answered = Pick<
  Partnership,
  | "email"
  | "first_name"
  | "last_name"
  | "partner_key"
  | "group_key"
  | "group_joined_at"
  | "manager"
  | "tags"
  | "tier_key"
  | "phone_number"
  | "address"
  | "fields"
>;

/** What a request makes of a partner, or of nobody so far; throws for what cannot be. */
export async function answeredWith(
  ledger: Pick<Ledger, "collection">,
  asked: PartnershipAsked,
  { program, before, now }: { readonly program: Program; readonly before: Partnership; readonly now: number },
): Promise<Answered> {
  const group =
    typeof asked.group_key === "string" ? await groupToCome(ledger, program.key, asked.group_key) : undefined;
  const moves = group !== undefined && group.key !== before.group_key;
  const partner_key = asked.partner_key ?? before.partner_key;
  if (partner_key.toLowerCase() === TEST_PARTNER_KEY && before.partner_key !== partner_key) {
    throw new CallerError("conflict", `'${TEST_PARTNER_KEY}' is the partner of test keys`, "partner_key");
  }
  return {
    email: sameAddress(asked.email, before.email) ? before.email : (asked.email ?? before.email),
    first_name: asked.first_name === undefined ? before.first_name : (asked.first_name ?? ""),
    last_name: asked.last_name === undefined ? before.last_name : (asked.last_name ?? ""),
    partner_key,
    group_key: moves ? group.key : before.group_key,
    group_joined_at: moves ? now : before.group_joined_at,
    manager: managerOf(asked, before),
    tags: asked.tags === undefined ? before.tags : distinct(asked.tags ?? []),
    tier_key: await tierFor(ledger, asked, before),
    phone_number: asked.phone_number === undefined ? before.phone_number : asked.phone_number,
    address: addressOf(asked, before),
    fields: keptFields(program.partner_fields, givenFields(asked), before.fields),
  };
}

const sameAddress = (one: string | undefined, other: string): boolean => one?.toLowerCase() === other.toLowerCase();

/** Tags that differ in their letters alone are one, as it comes first. */
export function distinct(tags: readonly string[]): string[] {
  const found = new Map<string, string>();
  for (const tag of tags) if (!found.has(tag.toLowerCase())) found.set(tag.toLowerCase(), tag);
  return [...found.values()];
}

function managerOf({ manager_email, manager_name }: PartnershipAsked, before: Partnership): string | null {
  if (typeof manager_email === "string") return manager_email;
  if (manager_email === undefined && manager_name === undefined) return before.manager;
  // The name of somebody whose address is known is a name more, and nobody else.
  if (manager_email === undefined && before.manager !== null && isEmail(before.manager)) {
    return manager_name === null ? null : before.manager;
  }
  return manager_name ?? null;
}

function addressOf({ address }: PartnershipAsked, before: Partnership): Partnership["address"] {
  if (address === undefined) return before.address;
  return address === null ? null : { country: address.country ?? null };
}

/** The group that a partner is to come into; nobody comes into an archived one. */
export async function groupToCome(
  ledger: Pick<Ledger, "collection">,
  program: string,
  wanted: string | undefined,
): Promise<Group> {
  const found = findGroup(await groupsOf(ledger, program), wanted);
  if (found === undefined) throw new CallerError("invalid", `there is no group '${wanted}'`, "group_key");
  if (found.archived) throw new CallerError("invalid", `the group '${found.name}' is archived`, "group_key");
  return found;
}

async function tierFor(
  ledger: Pick<Ledger, "collection">,
  { tier_key: wanted }: PartnershipAsked,
  before: Partnership,
): Promise<string | null> {
  if (wanted === undefined) return before.tier_key;
  if (wanted === null) return null;
  const found = findTier(await tiersOf(ledger, before.program), wanted);
  if (found === undefined) throw new CallerError("invalid", `there is no tier '${wanted}'`, "tier_key");
  if (found.archived && found.key !== before.tier_key) {
    throw new CallerError("invalid", `the tier '${found.name}' is archived`, "tier_key");
  }
  return found.key;
}
