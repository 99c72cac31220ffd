import { instantCell } from "../records/bundle.ts";
import type { ExportFilters } from "../records/export-job.ts";
import { utcDay } from "../records/utc-day.ts";
import { counted } from "./letter.ts";

type Fact = readonly [name: string, value: string];

/** What an export was asked to hold, as people say it: from when its rows are, and whose. */
export const filtersInWords = (filters: ExportFilters, groupName: string | undefined): readonly Fact[] => [
  ["Timeframe", filters.all_time ? "all time" : span(filters.from, filters.to)],
  ["Partners", partnersInWords(filters, groupName)],
];

function partnersInWords(filters: ExportFilters, groupName: string | undefined): string {
  const { archived, group_key, joined_from, joined_to, manager, partnership_keys, tag } = filters;
  const parts = [
    ...(partnership_keys.length === 0 ? [] : [counted(partnership_keys.length, "named partner")]),
    ...(group_key === null ? [] : [`in the group ${groupName ?? group_key}`]),
    ...(tag === null ? [] : [`tagged ${tag}`]),
    ...(manager === null ? [] : [`managed by ${manager}`]),
    ...(archived === null ? [] : [archived ? "archived" : "not archived"]),
    ...(joined_from === null && joined_to === null ? [] : [`joined ${span(joined_from, joined_to)}`]),
  ];
  return parts.length === 0 ? "all" : parts.join(", ");
}

function span(from: number | null, to: number | null): string {
  const begin = from === null ? undefined : moment(from, from);
  // Up to its last millisecond is up to a day.
  const end = to === null ? undefined : moment(to, to + 1);
  if (begin === undefined) return `up to ${end ?? "now"}`;
  return end === undefined ? `from ${begin} on` : `from ${begin} to ${end}`;
}

const DAY = 24 * 60 * 60 * 1000;

/** A day where the edge is one, else the instant. */
const moment = (at: number, edge: number): string => (edge % DAY === 0 ? utcDay(at) : `${instantCell(at)} UTC`);
