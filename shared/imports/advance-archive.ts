import type { Ledger } from "../ledger/ledger.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { Clock, ObjectStore, Queue } from "../ports.ts";
import { type ImportJob, importJob, importPlace, OUTCOMES } from "../records/import-job.ts";
import type { Announcing } from "../webhooks/announce-changes.ts";
import { announceEnd } from "../webhooks/announce-end.ts";
import { archivedKey, childKey } from "./drop.ts";
import { entryName } from "./entry-name.ts";
import { isOver, loadJob } from "./import-jobs.ts";

interface Dependencies extends Announcing {
  readonly ledger: Pick<Ledger, "advance" | "read">;
  readonly uploads: ObjectStore;
  readonly mail: Queue<MailMessage>;
  readonly clock: Clock;
}

/**
 * Sets the next import of an archive going, or ends the archive behind its last one. Called again at any point, it comes
 * to the same: a file that is put a second time belongs to an import that has begun, and changes nothing.
 */
export async function advanceArchive(deps: Dependencies, program: string, key: string): Promise<void> {
  const { ledger, uploads } = deps;
  const { record: archive } = await loadJob(ledger, program, key);
  // Whoever has ended it may have died before the mail was asked for, which is sent once however often it is asked for.
  if (isOver(archive)) {
    await tellEnd(deps, archive);
    return announceEnd(deps, "import", archive);
  }
  const children = await childrenOf(ledger, archive);
  const next = children.findIndex((child) => !isOver(child));
  const child = children[next];
  if (child === undefined) {
    await endArchive(deps, archive, children);
    return announceEnd(deps, "import", archive);
  }
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
  const places = Array.from({ length: parts }, (_, at) => importPlace(program, childKey(key, at)));
  // All of them are made before the archive knows their number; the steps of any other import are no imports.
  const [first] = await ledger.read(importJob, places.slice(0, 1));
  if (first === undefined) return [];
  const rest = await ledger.read(importJob, places.slice(1));
  return [first, ...rest].flatMap((child) => (child === undefined ? [] : [child.record]));
}

/** Ends an archive whose imports are all over. It counts what they count. */
export async function endArchive(
  deps: Pick<Dependencies, "ledger" | "mail" | "clock">,
  archive: ImportJob,
  children: readonly ImportJob[],
) {
  const { ledger, clock } = deps;
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
    .map(({ filename, reason }) => ({ code: "file_failed", message: fileFailed(filename, reason ?? "") }));
  await ledger.advance(importJob, archive, {
    set: {
      ...endOf(archive, children),
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
  await tellEnd(deps, archive);
}

/** An archive of fifty files tells of each. */
const MOST_OF_A_REASON = 500;

const fileFailed = (filename: string, reason: string): string => {
  const told = reason.length > MOST_OF_A_REASON ? `${reason.slice(0, MOST_OF_A_REASON)}…` : reason;
  return `${entryName(filename)} was not imported: ${told}`;
};

function endOf({ cancel_requested_at }: ImportJob, children: readonly ImportJob[]) {
  if (cancel_requested_at !== null)
    return {
      status: "canceled",
      reason_code: "canceled",
      reason: "Canceled before all of its files were imported.",
    };
  if (children.some(({ status }) => status === "completed")) return { status: "completed" };
  return {
    status: "failed",
    reason_code: "files_failed",
    reason:
      "None of its files was imported. What is wrong with each is in the warnings: mend them, and drop them again.",
  };
}

const tellEnd = ({ mail }: Pick<Dependencies, "mail">, { program, key }: ImportJob): Promise<void> =>
  mail.send([{ mail: "import-finished", program, key }]);
