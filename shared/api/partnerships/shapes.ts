import { PARTNER_STATUSES } from "../../records/partnership.ts";
import { bulkShape } from "../bulk.ts";
import { done, inQuery, listQuery, one, type Shapes, soughtList } from "../openapi-shape.ts";
import { schemaOf } from "../schema-of.ts";
import { memberRequest } from "./add-member.ts";
import { moveRequest } from "./move-partnerships.ts";
import { partnershipChange, partnershipRequest } from "./partnership-request.ts";
import { partnershipShape, partnersPartnershipShape } from "./partnership-shape.ts";
import type { partnershipRoutes } from "./routes.ts";
import { tagsChange } from "./tag-partnership.ts";
import { teamShape } from "./team-shape.ts";

/** What routes of partners answer, by the names of the components. */
export const partnershipSchemas = {
  Partnership: partnershipShape,
  PartnersPartnership: partnersPartnershipShape,
  PartnerTeam: teamShape,
  Bulk: bulkShape,
};

const SHOWN = ["Partnership", "PartnersPartnership"] as const;

const text = { type: "string" };

/** What lists of partners take. */
export const partnersQuery = [
  inQuery("group", "Only partners in this group, by its slug, name or key", text),
  inQuery("group_key", "The same as `group`", text),
  inQuery("tag", "Only partners with this tag", text),
  inQuery(
    "manager",
    "Only partners whom this manager looks after, by the address or name that partners have it by",
    text,
  ),
  inQuery("tier_key", "Only partners on this tier, by its key or name", text),
  inQuery("archived", "With `true` only archived partners, with `false` only the others", { type: "boolean" }),
  inQuery("include_archived", "Whether archived partners are listed, too", { type: "boolean", default: false }),
];

export const partnershipShapes = (): Shapes<typeof partnershipRoutes> => ({
  listPartnerships: soughtList(SHOWN, [
    ...listQuery({ byUpdate: true }),
    inQuery("approved_status", "Only partners of this status", { type: "string", enum: PARTNER_STATUSES }),
    inQuery("email", "Only the partner of this address", text),
    inQuery("search", "Only partners with this in their name, e-mail address or partner_key; sorted by name", text),
    ...partnersQuery,
  ]),
  createPartnership: { ...one("Partnership"), body: schemaOf(partnershipRequest, "input") },
  movePartnerships: { ...one("Bulk"), body: schemaOf(moveRequest, "input") },
  getPartnership: one(SHOWN),
  updatePartnership: { ...one("Partnership"), body: schemaOf(partnershipChange, "input") },
  archivePartnership: done(),
  tagPartnership: { ...one("Partnership"), body: schemaOf(tagsChange, "input") },
  addMember: { ...one("PartnerTeam"), body: schemaOf(memberRequest, "input") },
  getPartnerTeam: one("PartnerTeam"),
});
