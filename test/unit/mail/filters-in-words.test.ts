import { expect, test } from "vitest";
import { filtersInWords } from "../../../shared/mail/filters-in-words.ts";
import { EVERYTHING, type ExportFilters } from "../../../shared/records/export-job.ts";

const told = (filters: Partial<ExportFilters>, group?: string) =>
  Object.fromEntries(filtersInWords({ ...EVERYTHING, files: [], ...filters }, group));

const DAY = 24 * 60 * 60 * 1000;
const MARCH = Date.UTC(2026, 2, 1);
const APRIL = Date.UTC(2026, 3, 1);
const NOON = APRIL + DAY / 2;

test.each<[Partial<ExportFilters>, string]>([
  [{}, "all time"],
  [{ from: MARCH }, "from 2026-03-01 on"],
  [{ to: APRIL - 1 }, "up to 2026-03-31"],
  [{ from: MARCH, to: APRIL - 1 }, "from 2026-03-01 to 2026-03-31"],
  [{ from: NOON, to: APRIL + DAY }, "from 2026-04-01 12:00:00 UTC to 2026-04-02 00:00:00 UTC"],
])("says the timeframe of %j", (filters, words) => {
  expect(told({ all_time: Object.keys(filters).length === 0, ...filters })).toMatchObject({ Timeframe: words });
});

test.each<[Partial<ExportFilters>, string]>([
  [{}, "all"],
  [{ group_key: "grup_1" }, "in the group Agencies"],
  [{ tag: "gold" }, "tagged gold"],
  [{ manager: "grace@acme.example" }, "managed by grace@acme.example"],
  [{ archived: true }, "archived"],
  [{ archived: false }, "not archived"],
  [{ joined_from: MARCH }, "joined from 2026-03-01 on"],
  [{ joined_from: MARCH, joined_to: APRIL - 1 }, "joined from 2026-03-01 to 2026-03-31"],
  [{ partnership_keys: ["part_1"] }, "1 named partner"],
  [
    { partnership_keys: ["part_1", "part_2"], group_key: "grup_1", archived: false, joined_to: APRIL - 1 },
    "2 named partners, in the group Agencies, not archived, joined up to 2026-03-31",
  ],
])("says whose rows %j lets through", (filters, words) => {
  expect(told(filters, "Agencies")).toMatchObject({ Partners: words });
});

test("names a group that has gone by its key", () => {
  expect(told({ group_key: "grup_1" })).toMatchObject({ Partners: "in the group grup_1" });
});
