import * as z from "zod";
import type { ObjectStore } from "../ports.ts";
import { readAll } from "../read-all.ts";
import { type ImportJob, OUTCOMES, type OutcomeName } from "../records/import-job.ts";
import { fired, type Fired, type Trigger } from "../records/trigger.ts";
import { outcomesKey, planKey } from "./drop.ts";
import { keepLines, readLines } from "./kept-lines.ts";
import { type Plan, takesTurn } from "./plan.ts";

/** A bucket, as far as it is read. */
type Readable = Pick<ObjectStore, "get">;

/** What became of one row, as it is kept and shown. */
export const outcome = z.object({
  row: z.int().meta({ description: "Data rows count from 1" }),
  line: z.int().meta({ description: "Line of the file that the row begins in" }),
  outcome: z.enum(OUTCOMES),
  key: z.string().nullable().meta({ description: "Key of the record" }),
  code: z.string().nullable(),
  column: z.string().nullable().meta({ description: "Its header in the file; our own name where the file has none" }),
  message: z.string().nullable(),
  hint: z.string().nullable().meta({ description: "What to do" }),
});

/** What became of one row. */
export type Outcome = z.output<typeof outcome>;

const kept = outcome.extend({ cells: z.array(z.string()).optional(), fired: z.array(fired).optional() });

/** An outcome as kept, with what triggers did for the row, and with the row's own cells where it failed. */
export type KeptOutcome = Readonly<z.output<typeof kept>>;

/** Keeps outcomes unless there are some already, and gives those that are kept: whoever is first has told them. */
export async function keepFirst(
  objects: ObjectStore,
  key: string,
  outcomes: readonly KeptOutcome[],
): Promise<readonly KeptOutcome[]> {
  return (await keepLines(objects, key, outcomes)) ? outcomes : readLines(objects, key, kept);
}

/** Outcomes that were kept; undefined where there are none. */
export async function findKept(objects: Readable, key: string): Promise<readonly KeptOutcome[] | undefined> {
  const found = await readLines(objects, key, kept);
  return found.length > 0 ? found : undefined;
}

/** A plan as it is kept, with the triggers that were active when the import began. */
export interface StoredPlan extends Plan {
  readonly triggers: readonly Trigger[];
}

/** A good row of a file that was checked and, for what else was found in it, not imported. */
const HELD_BACK = {
  outcome: "skipped",
  key: null,
  code: "held_back",
  message: "The row is good, but the import was stopped before anything was written",
  hint: "Mend the rows that failed and import the file again.",
  fired: [],
} as const;

/** Whether a file was checked, and then not imported. */
const isHeldBack = ({ phase, status, options }: Pick<ImportJob, "phase" | "status" | "options">): boolean =>
  phase === "check" && !options.dry_run && (status === "failed" || status === "canceled");

/** The outcomes of an import in file order, one part in memory at a time. */
export async function* readOutcomes(
  objects: Readable,
  job: Pick<ImportJob, "program" | "key" | "phase" | "status" | "options">,
  plan: Plan,
  afterRow = 0,
): AsyncGenerator<readonly KeptOutcome[]> {
  for (const part of plan.parts) {
    if (part.firstRow + part.rows <= afterRow) continue;
    const turns = ([1, 2] as const).filter((turn) => takesTurn(part, turn));
    const found = await Promise.all(
      turns.map((turn) =>
        readLines(objects, outcomesKey(job.program, job.key, { phase: job.phase, turn, part: part.part }), kept),
      ),
    );
    const isGood = ({ outcome: name }: KeptOutcome) => name === "created" || name === "updated";
    yield found
      .flat()
      .filter(({ row }) => row > afterRow)
      .map((one) => (isHeldBack(job) && isGood(one) ? { ...one, ...HELD_BACK, fired: [] } : one))
      .toSorted((a, b) => a.row - b.row);
  }
}

export async function readPlan(objects: Readable, program: string, key: string): Promise<StoredPlan | undefined> {
  const object = await objects.get(planKey(program, key));
  if (object === undefined) return undefined;
  // Written by ourselves, in this very form, by `startImport`.
  const plan: StoredPlan = JSON.parse((await readAll(object.body)).toString("utf8"));
  return plan;
}

/** A page of outcomes behind a row, of one kind if asked for. */
export const outcomeReader =
  (objects: Readable) => async (job: ImportJob, query: { after: number; limit: number; outcome?: OutcomeName }) => {
    const plan = await readPlan(objects, job.program, job.key);
    const items: Outcome[] = [];
    const isNone = query.outcome !== undefined && job.rows[query.outcome] === 0;
    if (plan === undefined || isNone) return { items, has_more: false };
    for await (const outcomes of readOutcomes(objects, job, plan, query.after)) {
      for (const { cells: _cells, fired: _fired, ...shown } of outcomes) {
        if (query.outcome !== undefined && shown.outcome !== query.outcome) continue;
        if (items.length === query.limit) return { items, has_more: true };
        items.push(shown);
      }
    }
    return { items, has_more: false };
  };

/** A page of what triggers and invitations did, behind an effect of a row. */
export const effectReader =
  (objects: Readable) =>
  async (job: ImportJob, { after, limit }: { after: { row: number; effect: number }; limit: number }) => {
    const plan = await readPlan(objects, job.program, job.key);
    const items: (Omit<Fired, "used"> & { readonly key: string; readonly row: number })[] = [];
    const { rewards, mails, moves } = job.effects;
    if (plan === undefined || rewards + mails + moves === 0) return { items, has_more: false };
    // The row itself may have effects behind the one that the last page ended with.
    for await (const outcomes of readOutcomes(objects, job, plan, after.row - 1)) {
      for (const { row, fired: made = [] } of outcomes) {
        for (const [index, { used: _internal, ...one }] of made.entries()) {
          if (row === after.row && index < after.effect) continue;
          if (items.length === limit) return { items, has_more: true };
          items.push({ key: `${row}.${index + 1}`, row, ...one });
        }
      }
    }
    return { items, has_more: false };
  };
