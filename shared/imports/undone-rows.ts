import * as z from "zod";
import type { ObjectStore } from "../ports.ts";
import type { ImportJob, ImportStep } from "../records/import-job.ts";
import { undoneKey } from "./drop.ts";
import { keepLines, readLines } from "./kept-lines.ts";
import { readPlan } from "./outcomes.ts";
import { stepsBackwards } from "./undo-steps.ts";

/** A bucket, as far as it is read. */
type Readable = Pick<ObjectStore, "get">;

/** What became of one row when its import was undone. */
export const undoneRow = z.object({
  row: z.int(),
  result: z.enum(["reversed", "kept", "not_reversible"]),
  key: z.string().meta({ description: "Key of the record" }),
  code: z.string().nullable().meta({ description: "Why it stays" }),
  message: z.string().nullable(),
});

export type UndoneRow = z.output<typeof undoneRow>;

/** Keeps what became of a step's rows unless it is told already, and gives what is told. */
export async function keepUndone(
  objects: ObjectStore,
  { program, key }: ImportJob,
  step: ImportStep,
  rows: readonly UndoneRow[],
): Promise<readonly UndoneRow[]> {
  const place = undoneKey(program, key, step);
  return (await keepLines(objects, place, rows)) ? rows : readLines(objects, place, undoneRow);
}

/** A page of what became of the rows of an undone import, in file order, behind a row; undefined when its plan is gone. */
export const undoneReader =
  (objects: Readable) =>
  async (job: ImportJob, { after, limit }: { readonly after: number; readonly limit: number }) => {
    const plan = await readPlan(objects, job.program, job.key);
    if (plan === undefined) return undefined;
    const items: UndoneRow[] = [];
    for (const part of plan.parts) {
      if (part.firstRow + part.rows <= after) continue;
      const steps = stepsBackwards(plan).filter((step) => step.part === part.part);
      const found = await Promise.all(
        steps.map((step) => readLines(objects, undoneKey(job.program, job.key, step), undoneRow)),
      );
      for (const one of found.flat().toSorted((a, b) => a.row - b.row)) {
        if (one.row <= after) continue;
        if (items.length === limit) return { items, has_more: true };
        items.push(one);
      }
    }
    return { items, has_more: false };
  };
