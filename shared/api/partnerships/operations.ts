import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { addMember } from "./add-member.ts";
import { createPartnership } from "./create-partnership.ts";
import { getPartnership, getPartnerTeam } from "./get-partnership.ts";
import { listPartnerships } from "./list-partnerships.ts";
import { movePartnerships } from "./move-partnerships.ts";
import type { partnershipRoutes } from "./routes.ts";
import { tagPartnership } from "./tag-partnership.ts";
import { archivePartnership, updatePartnership } from "./update-partnership.ts";

export const partnershipOperations = (dependencies: ApiDependencies): Operations<typeof partnershipRoutes> => ({
  listPartnerships: (request) => listPartnerships(dependencies, request),
  createPartnership: (request) => createPartnership(dependencies, request),
  movePartnerships: (request) => movePartnerships(dependencies, request),
  getPartnership: (request) => getPartnership(dependencies, request),
  updatePartnership: (request) => updatePartnership(dependencies, request),
  archivePartnership: (request) => archivePartnership(dependencies, request),
  tagPartnership: (request) => tagPartnership(dependencies, request),
  addMember: (request) => addMember(dependencies, request),
  getPartnerTeam: (request) => getPartnerTeam(dependencies, request),
});
