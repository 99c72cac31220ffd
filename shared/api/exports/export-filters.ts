import { CallerError } from "../../errors.ts";
import { type BundleFileName, bundleFileNames } from "../../exports/bundle-files.ts";
import { IMPORT_TYPE_NAMES } from "../../imports/import-type-names.ts";
import { loadSetup, type ProgramSetup } from "../../imports/program-setup.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { EVERYTHING, type ExportFilters } from "../../records/export-job.ts";
import type { Features } from "../../records/features.ts";
import type { Group } from "../../records/group.ts";
import { manager, managerPlace } from "../../records/manager.ts";
import { partnership } from "../../records/partnership.ts";
import { someOf } from "../../records/some-of.ts";
import { tag, tagPlace } from "../../records/tag.ts";
import type { ExportRequest } from "./export-request.ts";
import { shown } from "../validated.ts";

type Reads = Pick<Ledger, "collection" | "find" | "read">;

/** What an export of the program leaves out, with the keys of what the request names; refuses what is not there. */
export async function filtersOf(ledger: Reads, program: string, asked: ExportRequest): Promise<ExportFilters> {
  const time = timeOf(asked);
  const [joined_from, joined_to] = rangeOf(asked, "joined_from", "joined_to");
  const setup = await loadSetup(ledger, program);
  return {
    ...EVERYTHING,
    ...time,
    joined_from,
    joined_to,
    archived: asked.archived ?? null,
    format: asked.format ?? "bundle",
    files: filesOf(setup, asked),
    group_key: asked.group == null ? null : groupOf(setup, asked.group).key,
    tag: asked.tag == null ? null : await tagOf(ledger, program, asked.tag),
    manager: asked.manager == null ? null : await managerOf(ledger, program, asked.manager),
    partnership_keys: asked.partners == null ? [] : await partnersOf(ledger, program, asked.partners),
  };
}

function timeOf(asked: ExportRequest): Pick<ExportFilters, "all_time" | "from" | "to"> {
  const { all_time, from, to } = asked;
  if (all_time === true || (from == null && to == null)) return { all_time: true, from: null, to: null };
  const [begin, end] = rangeOf(asked, "from", "to");
  return { all_time: false, from: begin, to: end };
}

const DAY = 24 * 60 * 60 * 1000;

type Moment = "from" | "to" | "joined_from" | "joined_to";

/** A day stands for its first millisecond as a beginning, and for its last one as an end. */
function rangeOf(asked: ExportRequest, first: Moment, last: Moment): [from: number | null, to: number | null] {
  const from = instantOf(asked, first);
  const to = instantOf(asked, last);
  const end = to !== null && typeof asked[last] === "string" ? to + DAY - 1 : to;
  if (from !== null && end !== null && from > end) {
    throw new CallerError("invalid", `'${first}' is later than '${last}'`, first);
  }
  return [from, end];
}

function instantOf(asked: ExportRequest, name: Moment): number | null {
  const value = asked[name];
  if (value == null || typeof value === "number") return value ?? null;
  const instant = Date.parse(`${value}T00:00:00Z`);
  if (instant < 0) throw new CallerError("invalid", `${shown(value)} is before 1970-01-01`, name);
  return instant;
}

/** Files whose records a program takes in only where it is asked to. */
const FEATURE_OF = { leads: "leads_enabled", deals: "deals_enabled" } as const satisfies Partial<
  Record<BundleFileName, keyof Features>
>;

/** In the order of the bundle, however they were named; none named means all that there are. */
function filesOf(setup: ProgramSetup, { export_types, format }: ExportRequest): string[] {
  const named = export_types ?? [];
  const files = bundleFileNames.filter((file) => named.length === 0 || named.includes(file));
  return files.filter((file) => {
    const lack =
      format === "import" && !isImported(file) ? `there is no ${file} file in the format 'import'` : undefined;
    const problem = lack ?? (isOn(setup, file) ? undefined : `${file} are turned off in this program`);
    if (problem === undefined) return true;
    if (named.length === 0) return false;
    throw new CallerError("invalid", `${problem}: leave '${file}' out of 'export_types'`, "export_types");
  });
}

const isImported = (file: string): boolean => IMPORT_TYPE_NAMES.some((type) => type === file);

/** Whether the program, and one at least of the groups in use, takes in what the file is of. */
function isOn({ program, groups }: ProgramSetup, file: string): boolean {
  const feature = Object.entries(FEATURE_OF).find(([name]) => name === file)?.[1];
  if (feature === undefined) return true;
  return program.features[feature] && groups.some(({ archived, features }) => !archived && features[feature]);
}

function groupOf({ groups }: ProgramSetup, name: string): Group {
  const slug = name.toLowerCase();
  const found = groups.find(({ key }) => key === name) ?? groups.find((one) => one.slug.toLowerCase() === slug);
  if (found === undefined) throw new CallerError("invalid", `${shown(name)} is not a group of this program`, "group");
  return found;
}

/** Its name as it was first written; partners may have it in other letters. */
async function tagOf(ledger: Reads, program: string, name: string): Promise<string> {
  const [found] = await ledger.read(tag, [tagPlace(program, name)]);
  if (found === undefined) throw new CallerError("invalid", `${shown(name)} is not a tag of this program`, "tag");
  return found.record.name;
}

async function managerOf(ledger: Reads, program: string, text: string): Promise<string> {
  const [found] = await ledger.read(manager, [managerPlace(program, text)]);
  if (found !== undefined) return found.record.email ?? found.record.name ?? text;
  throw new CallerError("invalid", `${shown(text)} is not a manager in this program`, "manager");
}

/** The keys of partners, each once. One partner's key may be what another calls their own: that is never guessed. */
async function partnersOf(ledger: Reads, program: string, names: readonly string[]): Promise<string[]> {
  const held = await Promise.all([
    ledger.find(partnership, program, "key", names),
    ledger.find(partnership, program, "partner_key", names),
    ledger.find(
      partnership,
      program,
      "email",
      names.map((name) => name.toLowerCase()),
    ),
  ]);
  const found = names.map((name, index) => ({
    name,
    keys: new Set(held.flatMap((holders) => holders[index]?.record.key ?? [])),
  }));
  const told = (problem: string, wrong: typeof found): CallerError =>
    new CallerError("invalid", `${someOf(wrong.map(({ name }) => shown(name)))}: ${problem}`, "partners");
  const unknown = found.filter(({ keys }) => keys.size === 0);
  if (unknown.length > 0) throw told("not a partner of this program", unknown);
  const ambiguous = found.filter(({ keys }) => keys.size > 1);
  if (ambiguous.length > 0) throw told("means more than one partner; name them by their partnership keys", ambiguous);
  return [...new Set(found.flatMap(({ keys }) => [...keys]))];
}
