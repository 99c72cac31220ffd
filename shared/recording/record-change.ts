import { audited } from "../access/audited.ts";
import type { Principal } from "../access/principal.ts";
import { CallerError } from "../errors.ts";
import { type Change, type Entry, fitsTransaction } from "../ledger/entry.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { Clock, Queue } from "../ports.ts";
import { auditEntry, type RecordAction } from "../records/audit-entry.ts";
import type { Customer } from "../records/customer.ts";
import { outgoingMail } from "../records/outgoing-mail.ts";
import { partnership } from "../records/partnership.ts";
import { partnerPk } from "../records/place.ts";
import { type Program, program as programRecord, programPlace } from "../records/program.ts";
import { MOST_RECORD_BYTES, tooManyBytes } from "../records/record-size.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";
import { activeTriggers } from "../triggers/active-triggers.ts";
import { type About, effectsOf } from "../triggers/effects-of.ts";
import { isHeard } from "../triggers/event-rules.ts";

/** Tells whoever listens of changes that are about to be committed under a mark; they may come to nothing. */
export type Announce = (program: string, changes: readonly Change[], mark: string) => Promise<void>;

/** What records are changed with, one at a time. */
export interface RecordingDependencies {
  readonly ledger: Ledger;
  readonly mailQueue: Queue<MailMessage>;
  readonly announce: Announce;
  readonly clock: Clock;
}

/** Who changes something, from where, and by which mark the change is known for ever. */
export interface Occasion {
  readonly principal: Principal;
  readonly mark: string;
  readonly remoteIp: string;
}

/** What a record is to become. */
export interface Decided<R extends BaseRecord> {
  /** The change that the request is about; without one, the record is already what it is to be. */
  readonly change: Change<R>;
  /** What happens together with it. */
  readonly others?: readonly Change[];
  readonly action: RecordAction;
  /** The customer it is about, as far as triggers may ask. */
  readonly customer?: Customer;
}

/** The record that is changed, or made. */
export interface Subject<R extends BaseRecord> {
  readonly declaration: Declaration<R>;
  readonly key: string;
  /** The unique value that it is found by, where that is not its key. */
  readonly field?: string;
}

/** With what it is decided. */
export interface Circumstances {
  readonly program: Program;
  /** The instant that everything made bears. */
  readonly now: number;
}

/** A record somebody else changes at that moment is decided about anew, so often. */
const MOST_ATTEMPTS = 6;

/** Mails are asked for before the change that they tell of, and go once it is there. */
const MAIL_DELAY_SECONDS = 5;

/**
 * Changes one record, with all that triggers make of it, the audit log's entry, mails and announcements. `decide` tells what is
 * to happen, given what is stored, or gives the record as it is where nothing is to happen; it is asked again when another
 * change comes first, and throws `CallerError` for what cannot be. Repeated with its mark, a change that was made is found.
 */
export async function recordChange<R extends BaseRecord>(
  dependencies: RecordingDependencies,
  occasion: Occasion,
  subject: Subject<R>,
  decide: (circumstances: Circumstances) => Promise<Decided<R> | R>,
): Promise<R> {
  const { ledger, clock } = dependencies;
  const { principal } = occasion;
  const circumstances = { program: await programOf(ledger, principal.program), now: clock() };
  for (let attempt = 1; ; attempt++) {
    try {
      const decided = await decide(circumstances);
      if (!("change" in decided)) return decided;
      const { entry, record } = await entryOf(dependencies, occasion, circumstances, decided);
      if (await ledger.commit(entry)) return record;
    } catch (error) {
      const made = error instanceof CallerError ? await madeBefore(ledger, subject, occasion) : undefined;
      if (made === undefined) throw error;
      return made;
    }
    const made = await madeBefore(ledger, subject, occasion);
    if (made !== undefined) return made;
    if (attempt >= MOST_ATTEMPTS) {
      throw new CallerError("conflict", `somebody else is changing it: read it and try again`, undefined, {
        retryAfterSeconds: 1,
      });
    }
  }
}

async function programOf(ledger: Pick<Ledger, "read">, key: string): Promise<Program> {
  const [owner] = await ledger.read(programRecord, [programPlace(key)]);
  if (owner === undefined) throw new Error(`program ${key} is not there`);
  return owner.record;
}

async function entryOf<R extends BaseRecord>(
  { ledger, mailQueue, announce }: RecordingDependencies,
  { principal, mark, remoteIp }: Occasion,
  { program, now }: Circumstances,
  { change, others = [], action, customer }: Decided<R>,
): Promise<{ readonly entry: Entry; readonly record: R }> {
  const { declaration, after } = change;
  if (tooManyBytes(after, change.before?.record) !== undefined) {
    throw new CallerError("invalid", `the record would take more than ${MOST_RECORD_BYTES / 1000} KB`, "fields");
  }
  const heard = isHeard(declaration.kind) ? await activeTriggers(ledger, program.key) : [];
  const about: About = { partnership: await partnerOf(ledger, after), customer };
  const { changes, fired } =
    heard.length === 0
      ? { changes: [change], fired: [] }
      : await effectsOf({ ledger, program, triggers: heard, now, noRate: () => undefined }, change, mark, about);
  const entry: Entry = {
    mark,
    changes: [
      ...changes,
      ...others,
      {
        declaration: auditEntry,
        after: audited(after, { action, actor: principal, at: now, occasion: mark, remote_ip: remoteIp }),
      },
    ],
    ...(fired.length > 0 && { note: fired }),
  };
  if (!fitsTransaction(entry)) {
    throw new CallerError("conflict", "triggers make more of this than can be written together with it");
  }
  await announce(program.key, entry.changes, mark);
  await askForMails(mailQueue, program.key, entry.changes, now);
  // Triggers may have changed the very record: a partner that they move is in the new group at once.
  const [first] = changes;
  return { entry, record: first === undefined ? after : ({ ...after, ...first.after } satisfies R) };
}

async function partnerOf(ledger: Pick<Ledger, "read">, record: BaseRecord) {
  const key = "partnership_key" in record ? record.partnership_key : undefined;
  if (typeof key !== "string") return undefined;
  const [found] = await ledger.read(partnership, [{ pk: partnerPk(record.program, key, null), sk: "#" }]);
  return found;
}

async function askForMails(
  mailQueue: Queue<MailMessage>,
  program: string,
  changes: readonly Change[],
  announced_at: number,
): Promise<void> {
  const keys = changes.filter(({ declaration }) => declaration === outgoingMail).map(({ after }) => after.key);
  if (keys.length === 0) return;
  const messages = keys.map((key) => ({ mail: "outgoing" as const, program, key, announced_at }));
  await mailQueue.send(messages, { delaySeconds: MAIL_DELAY_SECONDS });
}

/** Changes under a mark are no older than the request that may be repeated with it. */
const LONGEST_REPEATABLE_MS = 2 * 24 * 60 * 60 * 1000;

/** The record, where an earlier attempt at this very request has changed it. */
async function madeBefore<R extends BaseRecord>(
  ledger: Ledger,
  { declaration, key, field = "key" }: Subject<R>,
  { principal, mark }: Occasion,
): Promise<R | undefined> {
  const [stored] = await ledger.find(declaration, principal.program, field, [key]);
  if (stored === undefined) return undefined;
  if (stored.mark === mark) return stored.record;
  const since = stored.at - LONGEST_REPEATABLE_MS;
  const marks = await ledger.marksSince(declaration, stored, ({ at }) => at < since);
  return marks.has(mark) ? stored.record : undefined;
}
