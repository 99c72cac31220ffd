import type { PartnerView } from "../records/bundle.ts";
import type { Group } from "../records/group.ts";
import type { Partnership } from "../records/partnership.ts";

/** What the files of a bundle say of a partner, with the group's names. */
export const partnerView = (record: Partnership, groups: ReadonlyMap<string, Group>): PartnerView => ({
  id: record.key,
  key: record.partner_key,
  firstName: record.first_name,
  name: `${record.first_name} ${record.last_name}`.trim(),
  email: record.email,
  group: groups.get(record.group_key)?.name ?? "",
  groupSlug: groups.get(record.group_key)?.slug ?? "",
  joinedAt: record.joined_at,
  groupJoinedAt: record.group_joined_at,
  manager: record.manager,
  tags: record.tags,
  archived: record.archived,
});
