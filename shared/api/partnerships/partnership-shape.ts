import * as z from "zod";
import type { Principal } from "../../access/principal.ts";
import { atOnce } from "../../at-once.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { isEmail } from "../../records/cell.ts";
import type { Group } from "../../records/group.ts";
import { manager, managerPlace } from "../../records/manager.ts";
import { PARTNER_STATUSES, type Partnership, partnership } from "../../records/partnership.ts";
import { isTest } from "../../records/record.ts";
import type { Tier } from "../../records/tier.ts";
import { activeTriggers } from "../../triggers/active-triggers.ts";
import { fieldShapes, presentFields } from "../field-values.ts";
import { partnersGroupShape, presentPartnersGroup } from "../groups/group-shape.ts";
import { defaultLink, urlOf } from "../links/links-of.ts";
import { groupsOf } from "../list-scope.ts";
import { loadProgram } from "../load-program.ts";
import { present, visibleShape } from "../present.ts";
import { tiersOf } from "../tiers/tiers-of.ts";
import { offerShape, offersFor } from "./offers-for.ts";
import { statsOf, statsShape } from "./stats-of.ts";
import { partnersTeamShape, presentPartnersTeam } from "./team-shape.ts";

const status = z.enum(PARTNER_STATUSES);

/** A partner as the vendor's side sees it. */
export const partnershipShape = z.object({
  ...visibleShape(partnership),
  approved_status: status,
  group: partnersGroupShape.nullable(),
  manager: z.object({ email: z.string().nullable(), name: z.string().nullable() }).nullable(),
  team: partnersTeamShape,
  tier: z.object({ key: z.string(), name: z.string() }).nullable(),
  stats: statsShape,
  test: z.boolean(),
  m_data: fieldShapes.mdata,
  ...fieldShapes,
});

/** A partner as its own token sees it. */
export const partnersPartnershipShape = z.object({
  key: z.string(),
  created_at: z.int(),
  updated_at: z.int(),
  partner_key: z.string(),
  claimed: z.boolean(),
  company: z.object({ key: z.string(), name: z.string() }).meta({ description: "Whose program it is" }),
  has_sub_id: z.boolean(),
  is_archived: z.boolean(),
  offers: z.array(offerShape),
  status,
  link: z.string().nullable().meta({ description: "Its default link; null where the program has none" }),
  team: partnersTeamShape,
  test: z.boolean(),
});

type Reader = Pick<Ledger, "collection" | "read" | "totals">;

/** Partners as whoever asks may see them. */
export const partnershipsFor = (
  ledger: Reader,
  principal: Principal,
  partners: readonly Partnership[],
): Promise<object[]> =>
  principal.kind === "partner"
    ? presentToPartner(ledger, principal.program, partners)
    : presentPartnerships(ledger, principal.program, partners);

/** Partners whose totals are read at once. */
const TOTALS_AT_ONCE = 16;

async function presentPartnerships(ledger: Reader, program: string, partners: readonly Partnership[]) {
  const [{ partner_fields }, groups, tiers, managerOf] = await Promise.all([
    loadProgram(ledger, program),
    groupsOf(ledger, program),
    partners.some(({ tier_key }) => tier_key !== null) ? tiersOf(ledger, program) : [],
    managersOf(ledger, program, partners),
  ]);
  return atOnce(TOTALS_AT_ONCE, partners, async (one) => {
    const group = groupOf(groups, one);
    const own = presentFields(partner_fields, one.fields);
    return {
      ...present(partnership, one),
      approved_status: one.status,
      group: group === undefined ? null : presentPartnersGroup(group),
      manager: managerOf(one.manager),
      team: presentPartnersTeam(one),
      tier: tierOf(tiers, one),
      stats: statsOf(await ledger.totals(program, one.key)),
      test: isTest(one),
      m_data: own.mdata,
      ...own,
    };
  });
}

const groupOf = (groups: readonly Group[], { group_key }: Partnership): Group | undefined =>
  groups.find(({ key }) => key === group_key);

function tierOf(tiers: readonly Tier[], { tier_key }: Partnership): { key: string; name: string } | null {
  const found = tiers.find(({ key }) => key === tier_key);
  return found === undefined ? null : { key: found.key, name: found.name };
}

/** Who looks after partners, each read once. */
async function managersOf(ledger: Pick<Ledger, "read">, program: string, partners: readonly Partnership[]) {
  const named = [...new Set(partners.flatMap((one) => one.manager ?? []))];
  const places = named.map((text) => managerPlace(program, text));
  const found = named.length === 0 ? [] : await ledger.read(manager, places);
  const known = new Map(named.map((text, at) => [text, found[at]?.record]));
  return (text: string | null): z.output<typeof partnershipShape>["manager"] => {
    if (text === null) return null;
    const { email = isEmail(text) ? text : null, name = isEmail(text) ? null : text } = known.get(text) ?? {};
    return { email, name };
  };
}

async function presentToPartner(ledger: Reader, key: string, partners: readonly Partnership[]) {
  const [program, groups, triggers] = await Promise.all([
    loadProgram(ledger, key),
    groupsOf(ledger, key),
    activeTriggers(ledger, key),
  ]);
  return partners.map((one): z.output<typeof partnersPartnershipShape> => {
    const own = defaultLink(program, one);
    return {
      key: one.key,
      created_at: one.created_at,
      updated_at: one.updated_at,
      partner_key: one.partner_key,
      claimed: one.claimed,
      company: { key: program.key, name: program.name },
      has_sub_id: false,
      is_archived: one.archived,
      offers: offersFor(one, groupOf(groups, one), triggers),
      status: one.status,
      link: own === undefined ? null : urlOf(own.dest, one),
      team: presentPartnersTeam(one),
      test: isTest(one),
    };
  });
}
