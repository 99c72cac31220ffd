import * as z from "zod";
import type { Partnership } from "../../records/partnership.ts";
import { keyBeside } from "./key-beside.ts";

export const TEAM_PREFIX = "stck_";

/** The team of a partner, within that partner. */
export const partnersTeamShape = z.object({ key: z.string(), name: z.string() });

export const presentPartnersTeam = ({
  key,
  first_name,
  last_name,
  partner_key,
}: Partnership): z.output<typeof partnersTeamShape> => ({
  key: keyBeside(TEAM_PREFIX, key),
  name: `${first_name} ${last_name}`.trim() || partner_key,
});

/** A partner's team: the partner itself, and who else works for it. */
export const teamShape = z.object({
  ...partnersTeamShape.shape,
  partnership_key: z.string(),
  partner_key: z.string(),
  members: z.array(
    z.object({
      key: z.string(),
      email: z.string(),
      first_name: z.string(),
      last_name: z.string(),
      owner: z.boolean().meta({ description: "Whether it is the partner itself" }),
      created_at: z.int(),
    }),
  ),
  created_at: z.int(),
  updated_at: z.int(),
});

export const presentTeam = (one: Partnership): z.output<typeof teamShape> => ({
  ...presentPartnersTeam(one),
  partnership_key: one.key,
  partner_key: one.partner_key,
  members: [
    {
      key: keyBeside("memb_", one.key),
      email: one.email,
      first_name: one.first_name,
      last_name: one.last_name,
      owner: true,
      created_at: one.created_at,
    },
    ...one.members.map((member) => ({ ...member, owner: false })),
  ],
  created_at: one.created_at,
  updated_at: one.updated_at,
});
