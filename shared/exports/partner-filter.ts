import type { ExportFilters } from "../records/export-job.ts";
import type { Partnership } from "../records/partnership.ts";

type Question = (partner: Partnership) => boolean;

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** What a filter asks of a partner; nothing where it is not set. */
const asked = <T>(wanted: T | null, isMet: (wanted: T, partner: Partnership) => boolean): Question | undefined =>
  wanted === null ? undefined : (partner) => isMet(wanted, partner);

/** What partners may be chosen by. */
const FILTERS: readonly ((filters: ExportFilters) => Question | undefined)[] = [
  ({ group_key }) => asked(group_key, (wanted, partner) => partner.group_key === wanted),
  ({ tag }) => asked(tag, (wanted, { tags }) => tags.some((one) => isSame(one, wanted))),
  ({ manager }) => asked(manager, (wanted, partner) => partner.manager !== null && isSame(partner.manager, wanted)),
  ({ archived }) => asked(archived, (wanted, partner) => partner.archived === wanted),
  ({ joined_from }) => asked(joined_from, (wanted, { joined_at }) => joined_at >= wanted),
  ({ joined_to }) => asked(joined_to, (wanted, { joined_at }) => joined_at <= wanted),
  ({ partnership_keys: keys }) => asked(keys.length === 0 ? null : keys, (wanted, { key }) => wanted.includes(key)),
];

const questions = (filters: ExportFilters): Question[] =>
  FILTERS.map((filter) => filter(filters)).filter((question) => question !== undefined);

/** Tells of a partner whether an export wants it, and what is the partner's. */
export function partnerFilter(filters: ExportFilters): Question {
  const all = questions(filters);
  return (partner) => all.every((question) => question(partner));
}

/** Whether an export wants some partners only, and so nobody without a partner. */
export const hasPartnerFilter = (filters: ExportFilters): boolean => questions(filters).length > 0;
