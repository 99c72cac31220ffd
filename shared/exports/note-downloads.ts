import { audited } from "../access/audited.ts";
import { atOnce } from "../at-once.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { LINK_SESSION } from "../names.ts";
import type { Log, ObjectStore } from "../ports.ts";
import { type AuditEntry, auditEntry } from "../records/audit-entry.ts";
import { type LoggedRequest, readAccessLogLine } from "./access-log-line.ts";
import { bundleOf } from "./bundle-key.ts";
import { type LogLine, logLines } from "./log-lines.ts";

export interface NoteDownloadsDependencies {
  readonly ledger: Pick<Ledger, "commit">;
  /** Holds the access logs of the export bucket. */
  readonly logs: Pick<ObjectStore, "get">;
  readonly log: Log;
}

const ENTRIES_AT_ONCE = 8;
/** Downloads that are held before they are written. */
const BATCH = 200;
/** Unreadable lines of one object that are named; of more, the count is enough. */
const NAMED_LINES = 20;

/**
 * Writes an entry of the audit log for each download of a bundle that an object of S3's access log tells of. Every entry
 * has its key from the request's own id, so that neither an object nor a line that comes again makes a second one.
 */
export const noteDownloads =
  ({ ledger, logs, log }: NoteDownloadsDependencies) =>
  async (object: string): Promise<void> => {
    const stored = await logs.get(object);
    if (stored === undefined) return log.error("downloads.log_gone", { object });

    const unreadable: number[] = [];
    let noted = 0;
    let entries: AuditEntry[] = [];
    const write = async () => {
      const isNew = await atOnce(ENTRIES_AT_ONCE, entries, (entry) =>
        ledger.commit({ mark: entry.key, changes: [{ declaration: auditEntry, after: entry }] }),
      );
      noted += isNew.filter(Boolean).length;
      entries = [];
    };
    for await (const line of logLines(stored.body)) {
      const entry = entryOf(line, unreadable);
      if (entry && entries.push(entry) === BATCH) await write();
    }
    await write();

    // Numbers only: a line holds whatever was asked for, links among it.
    if (unreadable.length > 0) {
      const lines = unreadable.slice(0, NAMED_LINES);
      log.warn("downloads.unreadable_lines", { object, lines, count: unreadable.length });
    }
    if (noted > 0) log.info("downloads.noted", { object, noted });
  };

function entryOf({ number, text }: LogLine, unreadable: number[]): AuditEntry | undefined {
  const request = readAccessLogLine(text);
  if (request === undefined) {
    unreadable.push(number);
    return undefined;
  }
  const bundle = isDownload(request) ? bundleOf(request.key ?? "") : undefined;
  return (
    bundle &&
    audited(bundle, {
      action: "export.downloaded",
      actor: actorOf(request, bundle.key),
      at: request.at,
      occasion: request.requestId,
      remote_ip: request.remoteIp,
      bytes_sent: request.bytesSent,
    })
  );
}

/** Each request that got something is a download: one that goes on where another broke off is told beside it. */
const isDownload = ({ operation, status }: LoggedRequest): boolean =>
  operation === "REST.GET.OBJECT" && (status === 200 || status === 206);

/** Links are signed by a session of that name, and nothing else is. */
function actorOf({ requester }: LoggedRequest, exportKey: string): AuditEntry["actor"] {
  if (requester?.endsWith(`/${LINK_SESSION}`)) return { kind: "link", id: exportKey };
  // The number of the account is nothing to programs.
  return { kind: "account", id: requester?.replace(/^arn:(?:[^:]*:){4}/, "") ?? "unknown" };
}
