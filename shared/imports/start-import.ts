import type { Ledger } from "../ledger/ledger.ts";
import type { Clock, ObjectStore, Queue } from "../ports.ts";
import { type ImportJob, importJob, type ImportPhase, NO_EFFECTS, NO_ROWS } from "../records/import-job.ts";
import type { Trigger } from "../records/trigger.ts";
import { planKey } from "./drop.ts";
import { isOver, loadJob } from "./import-jobs.ts";
import type { ImportMessage } from "./import-message.ts";
import { readPlan, type StoredPlan } from "./outcomes.ts";
import { type Plan, takesTurn } from "./plan.ts";
import type { PreparedFile } from "./prepare-file.ts";

interface Dependencies {
  readonly ledger: Ledger;
  readonly uploads: ObjectStore;
  readonly imports: Queue<ImportMessage>;
  readonly clock: Clock;
}

/** Sets the parts of a prepared file going: checked only, where the job is a dry run or wants to know first how many rows fail. */
export async function startImport(
  deps: Dependencies,
  job: ImportJob,
  { plan: made, sha256, bytes, warnings }: PreparedFile,
  triggers: readonly Trigger[],
): Promise<void> {
  const { ledger, uploads, imports, clock } = deps;
  const plan = await firstPlan(uploads, job, { ...made, triggers: [...triggers] });
  const { dry_run, error_policy } = job.options;
  const phase: ImportPhase = dry_run || error_policy !== "import_good_rows" ? "check" : "import";
  const isStarted = await ledger.advance(importJob, job, {
    set: {
      status: "running",
      phase,
      sha256,
      bytes,
      warnings: warnings.map(({ code, message }) => ({ code, message })),
      rows: { ...NO_ROWS, total: plan.rows },
      parts: stepsOf(plan),
      started_at: clock(),
    },
    // A repeated opening must not set back the counts of parts that are done.
    when: { equals: { status: "queued" } },
  });
  // Somebody may have canceled it meanwhile.
  if (!isStarted && isOver((await loadJob(ledger, job.program, job.key)).record)) return;
  await sendFirst(imports, { ...job, phase }, plan);
}

/** Another delivery of the notification may have planned it, before triggers changed: what is kept first is what all go by. */
async function firstPlan(uploads: ObjectStore, { program, key }: ImportJob, plan: StoredPlan): Promise<StoredPlan> {
  const options = { type: "application/json", ifAbsent: true };
  const isFirst = await uploads.put(planKey(program, key), JSON.stringify(plan), options);
  return isFirst ? plan : ((await readPlan(uploads, program, key)) ?? plan);
}

/** Begins anew to import what has been checked; the counts start again. */
export async function startImporting({ ledger, imports }: Dependencies, job: ImportJob, plan: Plan): Promise<void> {
  const rows = { ...NO_ROWS, total: plan.rows };
  await ledger.advance(importJob, job, {
    set: { phase: "import", rows, effects: NO_EFFECTS, reward_amounts: {}, parts_done: 0 },
    when: { equals: { phase: "check" } },
  });
  await sendFirst(imports, { ...job, phase: "import" }, plan);
}

const stepsOf = ({ parts }: Plan): number =>
  parts.filter((part) => takesTurn(part, 1)).length + parts.filter((part) => takesTurn(part, 2)).length;

/** Sends the messages that a phase begins with; sent again, they do no harm. */
export async function sendFirst(
  imports: Queue<ImportMessage>,
  { program: owner, key, phase }: Pick<ImportJob, "program" | "key" | "phase">,
  plan: Plan,
): Promise<void> {
  const first = plan.parts.filter((part) => takesTurn(part, 1));
  const messages = first.map((part): ImportMessage => ({ step: "part", program: owner, key, phase, turn: 1, part }));
  await imports.send(messages.length > 0 ? messages : [nextMessage(plan, { program: owner, key, phase }, -1)]);
}

/** The first message of the second turn behind a part, or the closing one. */
export function nextMessage(
  plan: Plan,
  { program: owner, key, phase }: Pick<ImportJob, "program" | "key" | "phase">,
  behind: number,
): ImportMessage {
  const next = plan.parts.find((part) => part.part > behind && takesTurn(part, 2));
  return next === undefined
    ? { step: "close", program: owner, key, phase }
    : { step: "part", program: owner, key, phase, turn: 2, part: next };
}
