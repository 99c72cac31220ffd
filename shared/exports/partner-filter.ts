import type { ExportFilters } from "../records/export-job.ts";
import type { Partnership } from "../records/partnership.ts";

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** What partners may be chosen by. */
const TESTS = {
  group_key: (wanted: string, { group_key }: Partnership) => group_key === wanted,
  tag: (wanted: string, { tags }: Partnership) => tags.some((tag) => isSame(tag, wanted)),
  manager: (wanted: string, { manager }: Partnership) => manager !== null && isSame(manager, wanted),
  archived: (wanted: boolean, { archived }: Partnership) => archived === wanted,
  joined_from: (wanted: number, { joined_at }: Partnership) => joined_at >= wanted,
  joined_to: (wanted: number, { joined_at }: Partnership) => joined_at <= wanted,
  partnership_keys: (wanted: readonly string[], { key }: Partnership) => wanted.includes(key),
} as const satisfies { [Name in keyof ExportFilters]?: (wanted: never, partner: Partnership) => boolean };

type Name = keyof typeof TESTS;

/** The filters that are set, each as the question that it asks of a partner. */
function questions(filters: ExportFilters): ((partner: Partnership) => boolean)[] {
  const ask = <N extends Name>(name: N) => {
    const wanted = filters[name];
    if (wanted === null || (Array.isArray(wanted) && wanted.length === 0)) return [];
    const test = TESTS[name] as (wanted: ExportFilters[N], partner: Partnership) => boolean;
    return [(partner: Partnership) => test(wanted, partner)];
  };
  return (Object.keys(TESTS) as Name[]).flatMap(ask);
}

/** Tells of a partner whether an export wants it, and what is the partner's. */
export function partnerFilter(filters: ExportFilters): (partner: Partnership) => boolean {
  const asked = questions(filters);
  return (partner) => asked.every((question) => question(partner));
}

/** Whether an export wants some partners only, and so nobody without a partner. */
export const hasPartnerFilter = (filters: ExportFilters): boolean => questions(filters).length > 0;
