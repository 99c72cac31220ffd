import type { Ledger } from "../ledger/ledger.ts";
import type { Clock, ObjectStore } from "../ports.ts";
import { type ImportJob, importJob, OUTCOMES } from "../records/import-job.ts";
import { archivedKey, childKey } from "./drop.ts";
import { findJob, isOver, loadJob } from "./import-jobs.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "advance" | "read">;
  readonly uploads: ObjectStore;
  readonly clock: Clock;
}

/**
 * Sets the next import of an archive going, or ends the archive behind its last one. Called again at any point, it comes
 * to the same: a file that is put a second time belongs to an import that has begun, and changes nothing.
 */
export async function advanceArchive(deps: Dependencies, program: string, key: string): Promise<void> {
  const { ledger, uploads } = deps;
  const { record: archive } = await loadJob(ledger, program, key);
  if (isOver(archive)) return;
  const children = await childrenOf(ledger, archive);
  const next = children.findIndex((child) => !isOver(child));
  const child = children[next];
  if (child === undefined) return endArchive(deps, archive, children);
  if (archive.cancel_requested_at !== null) return;
  // One that is on its way comes back here when it ends.
  if (child.status !== "awaiting_upload" || (await uploads.get(child.source, { from: 0, to: 0 })) !== undefined) return;
  if (next !== archive.parts_done)
    await ledger.advance(importJob, archive, { set: { parts_done: next }, when: { equals: { status: "running" } } });
  const from = archivedKey(program, key, next);
  const file = await uploads.get(from, { from: 0, to: 0 });
  if (file === undefined || !(await uploads.copy(from, child.source, file.etag)))
    throw new Error(`file ${next} of archive ${key} is not there`);
}

/** The imports of an archive's files, in the order they are carried out. */
export async function childrenOf(
  ledger: Pick<Ledger, "read">,
  { program, key, parts }: ImportJob,
): Promise<ImportJob[]> {
  const children: ImportJob[] = [];
  for (let at = 0; at < parts; at++) {
    const child = await findJob(ledger, program, childKey(key, at));
    if (child !== undefined) children.push(child.record);
  }
  return children;
}

/** Ends an archive whose imports are all over. It counts what they count. */
export async function endArchive(
  { ledger, clock }: Pick<Dependencies, "ledger" | "clock">,
  archive: ImportJob,
  children: readonly ImportJob[],
) {
  if (!children.every(isOver)) return;
  const sum = (of: (child: ImportJob) => number) => children.reduce((total, child) => total + of(child), 0);
  const now = clock();
  const money: Record<string, number> = {};
  for (const { reward_amounts } of children) {
    for (const [currency, amount] of Object.entries(reward_amounts)) money[currency] = (money[currency] ?? 0) + amount;
  }
  const names = ["total", "processed", ...OUTCOMES] as const;
  const warnings = children
    .filter(({ status }) => status === "failed")
    .map(({ filename, reason }) => ({ code: "file_failed", message: `${filename} was not imported: ${reason ?? ""}` }));
  const isCanceled = archive.cancel_requested_at !== null;
  await ledger.advance(importJob, archive, {
    set: {
      status: isCanceled ? "canceled" : "completed",
      ...(isCanceled && { reason_code: "canceled", reason: "Canceled before all of its files were imported." }),
      rows: Object.fromEntries(names.map((name) => [name, sum(({ rows }) => rows[name])])),
      effects: {
        rewards: sum(({ effects }) => effects.rewards),
        mails: sum(({ effects }) => effects.mails),
        moves: sum(({ effects }) => effects.moves),
      },
      reward_amounts: money,
      warnings: [...archive.warnings.map(({ code, message }) => ({ code, message })), ...warnings],
      parts_done: children.length,
      finished_at: now,
      updated_at: now,
    },
    when: { equals: { status: "running" } },
  });
}
