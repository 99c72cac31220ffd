import { route } from "../route.ts";

const READ = "records:read:partnerships";
const WRITE = "records:write:partnerships";

export const partnershipRoutes = [
  route("listPartnerships", "GET", "/partnerships", READ, "Partners, newest first", { forPartners: true }),
  route("createPartnership", "POST", "/partnerships", WRITE, "Add a partner to the program"),
  route("movePartnerships", "PATCH", "/partnerships", WRITE, "Move up to 250 partners to a group"),
  route(
    "getPartnership",
    "GET",
    "/partnerships/{key}",
    READ,
    "One partner, by our key, partner_key or e-mail address",
    {
      forPartners: true,
    },
  ),
  route("updatePartnership", "PATCH", "/partnerships/{key}", WRITE, "Change a partner, or restore an archived one"),
  route("archivePartnership", "DELETE", "/partnerships/{key}", WRITE, "Archive a partner"),
  route("tagPartnership", "PATCH", "/partnerships/{key}/tags", WRITE, "Change the tags of a partner"),
  route("addMember", "POST", "/partnerships/{key}/member", WRITE, "Add somebody to the team of a partner"),
  route("getPartnerTeam", "GET", "/partner-team/{key}", READ, "The team of a partner with its members"),
];
