import * as z from "zod";
import { allows } from "../access/principal.ts";
import { findTeammate } from "../access/teammates.ts";
import { CallerError } from "../errors.ts";
import { bundleFileNames } from "../exports/bundle-files.ts";
import type { ExportMessage } from "../exports/export-bundle.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Clock, NewKey, Queue, Table } from "../ports.ts";
import { EVERYTHING, type ExportFilters, type ExportJob, exportJob, NOT_BEGUN } from "../records/export-job.ts";
import { type Group, group } from "../records/group.ts";
import { type Answer, forbidden, one } from "./envelope.ts";
import { findByKey } from "../access/find-by-key.ts";
import { present } from "./present.ts";
import type { ApiRequest } from "./request.ts";
import { shown, validated } from "./validated.ts";

// The last instant that a date can be.
const instant = () => z.int().min(0).max(8_640_000_000_000_000).nullish().meta({ description: "Epoch milliseconds" });

/** What a request for a bundle says. */
export const exportRequest = z.object({
  member_email: z.string().min(1).max(254).meta({ description: "The teammate who gets the link" }),
  export_types: z
    .array(z.enum(bundleFileNames))
    .nullish()
    .meta({ description: "The files wanted; all of them when absent" }),
  all_time: z.boolean().nullish().meta({ description: "Records of any time, whatever `from` and `to` say" }),
  from: instant(),
  to: instant(),
  group: z.string().max(255).nullish().meta({ description: "Slug or key of the only group wanted" }),
});

interface Dependencies {
  readonly table: Pick<Table, "get">;
  readonly ledger: Pick<Ledger, "advance" | "commit" | "find" | "read">;
  readonly exportQueue: Queue<ExportMessage>;
  readonly clock: Clock;
  readonly newKey: NewKey;
}

/** Asks for a bundle of the program as it is this instant, for a teammate who may have one. */
export async function createExport(dependencies: Dependencies, { principal, body }: ApiRequest): Promise<Answer> {
  const { clock, ledger, newKey, exportQueue, table } = dependencies;
  const as_of = clock();
  const wanted = validated(exportRequest, body === undefined ? {} : body);
  const { program } = principal;
  const teammate = await findTeammate(table, program, wanted.member_email);
  // Whether the address is unknown or lacks the permission is nobody else's business.
  if (teammate === undefined || !allows({ kind: "teammate", ...teammate }, "exports:create")) throw forbidden();
  const job: ExportJob = {
    program,
    key: newKey("exp_"),
    created_at: as_of,
    updated_at: as_of,
    ...NOT_BEGUN,
    files: [],
    as_of,
    filters: await filtersOf(ledger, program, wanted),
    requested_by: principal.id,
    member_email: teammate.email,
  };
  const { key } = job;
  if (!(await ledger.commit({ mark: key, changes: [{ declaration: exportJob, after: job }] }))) {
    throw new Error(`export ${key} is there already`);
  }
  try {
    await exportQueue.send([{ program, key }]);
  } catch (error) {
    // A job that nobody will take up must not look as if it were waiting.
    const set = { status: "failed", reason: "It could not be queued. Ask for it again.", finished_at: as_of };
    // Unless it was taken up all the same, and only the answer got lost.
    await ledger.advance(exportJob, job, { set, when: { equals: { status: "queued" } } });
    throw error;
  }
  return one(present(exportJob, job), "Export requested");
}

async function filtersOf(
  ledger: Pick<Ledger, "find" | "read">,
  program: string,
  { all_time, from, to, group: name, export_types }: z.output<typeof exportRequest>,
): Promise<ExportFilters> {
  const group_key = name == null ? null : (await groupOf(ledger, program, name)).key;
  // In the order of the bundle, however they were named; none named means all.
  const files = bundleFileNames.filter((file) => !export_types?.length || export_types.includes(file));
  const all = { ...EVERYTHING, group_key, files };
  if (all_time === true || (from == null && to == null)) return all;
  if (from != null && to != null && from > to) throw new CallerError("invalid", "'from' is later than 'to'", "from");
  return { ...all, all_time: false, from: from ?? null, to: to ?? null };
}

async function groupOf(ledger: Pick<Ledger, "find" | "read">, program: string, name: string): Promise<Group> {
  const [bySlug] = name === "" ? [] : await ledger.find(group, program, "slug", [name.toLowerCase()]);
  const found = bySlug ?? (await findByKey(ledger, group, program, name));
  if (found === undefined) throw new CallerError("invalid", `${shown(name)} is not a group of this program`, "group");
  return found.record;
}
