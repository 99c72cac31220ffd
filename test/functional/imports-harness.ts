import { createProgram, type ProgramInput } from "../../shared/access/create-program.ts";
import { errorsKey } from "../../shared/imports/drop.ts";
import type { ImportMessage } from "../../shared/imports/import-message.ts";
import { importSteps } from "../../shared/imports/import-steps.ts";
import { openImport } from "../../shared/imports/open-import.ts";
import type { DroppedObject } from "../../shared/imports/prepare-file.ts";
import { type Outcome, outcomeReader } from "../../shared/imports/outcomes.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { fromItem, MOVED } from "../../shared/ledger/stored.ts";
import type { MailMessage } from "../../shared/mail/mail-message.ts";
import type { Item, ObjectStore, Queue, Table } from "../../shared/ports.ts";
import { customer } from "../../shared/records/customer.ts";
import { deal } from "../../shared/records/deal.ts";
import { type ImportJob, importJob } from "../../shared/records/import-job.ts";
import { lead } from "../../shared/records/lead.ts";
import { partnership } from "../../shared/records/partnership.ts";
import type { BaseRecord, Declaration } from "../../shared/records/record.ts";
import { reward } from "../../shared/records/reward.ts";
import { transaction } from "../../shared/records/transaction.ts";
import { createHeardEvents } from "../../shared/webhooks/heard-events.ts";
import type { WebhookMessage } from "../../shared/webhooks/webhook-message.ts";
import { createCountingKeys } from "../fakes/counting-keys.ts";
import { createFixedClock } from "../fakes/fixed-clock.ts";
import { createKillSwitch, type KillSwitch } from "../fakes/kill-switch.ts";
import { createMemoryObjectStore } from "../fakes/memory-object-store.ts";
import { createMemoryQueue } from "../fakes/memory-queue.ts";
import { createMemoryTable } from "../fakes/memory-table.ts";
import { createSilentLog } from "../fakes/silent-log.ts";
import { createTurnsPatience } from "../fakes/turns-patience.ts";

/** What an import writes to, where a test may come in between. */
export interface Ports {
  readonly table: Table;
  readonly uploads: ObjectStore;
  readonly imports: Queue<ImportMessage>;
  readonly mail: Queue<MailMessage>;
}

export interface WorldOptions {
  readonly program?: Partial<ProgramInput>;
  readonly partRows?: number;
  readonly waveRows?: number;
  readonly around?: (ports: Ports) => Ports;
  readonly killSwitch?: KillSwitch;
  /** What another world had in its table, program and all. */
  readonly items?: readonly Item[];
}

/** How the messages of an import come. */
export interface Deliveries {
  /** Which of so many waiting is next. */
  next(waiting: number): number;
  /** Whether it comes once more. */
  again(): boolean;
  /** How many workers take one each. */
  workers(): number;
  /** Comes before them. */
  readonly before?: () => Promise<void>;
}

const INORDER: Deliveries = { next: () => 0, again: () => false, workers: () => 1 };

export interface DropOptions {
  readonly name?: string;
  readonly folder?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly deliveries?: Deliveries;
}

/** What became of a dropped file. */
export interface Dropped {
  readonly job: ImportJob;
  readonly outcomes: readonly Outcome[];
  /** The error file. */
  readonly errors: string | undefined;
  readonly mails: readonly MailMessage[];
}

const GROUPS = [
  { name: "Affiliates", slug: "affiliates", default: true },
  { name: "Gold Resellers", slug: "gold" },
];
/** None for CHF. */
const RATES = { EUR: "1.0842", GBP: "1.27", JPY: "0.0067", KWD: "3.25" };

const DECLARATIONS = { partnership, customer, transaction, reward, lead, deal } as const;
type Kinds = typeof DECLARATIONS;
type RecordOf<Kind extends keyof Kinds> = Kinds[Kind] extends Pick<Declaration<infer R>, "place"> ? R : never;

/** A program with groups and rates, and the importer over fakes. */
export async function createImportWorld({
  program = {},
  partRows,
  waveRows,
  around = (ports) => ports,
  killSwitch = createKillSwitch(),
  items = [],
}: WorldOptions = {}) {
  const clock = createFixedClock();
  const table = createMemoryTable({ killSwitch });
  const uploads = createMemoryObjectStore({ killSwitch });
  const imports = createMemoryQueue<ImportMessage>({ killSwitch });
  const mail = createMemoryQueue<MailMessage>({ killSwitch });
  const log = createSilentLog();
  const newKey = createCountingKeys();
  const ports = around({ table, uploads, imports, mail });
  const ledger = createLedger({ table, clock });
  const webhooks = createMemoryQueue<WebhookMessage>({ killSwitch });
  const deps = {
    ...ports,
    ledger: createLedger({ table: ports.table, clock }),
    webhooks,
    heard: createHeardEvents({ ledger, clock }),
    clock,
    log,
    newKey,
    newPatience: createTurnsPatience,
    ...(partRows !== undefined && { partRows }),
    ...(waveRows !== undefined && { waveRows }),
  };
  for (const item of items) await table.write({ put: item });
  if (items.length === 0) {
    let secrets = 0;
    await createProgram(
      { table, ledger, clock, newKey, randomToken: () => `secret-${(secrets += 1)}` },
      { key: "acme", name: "Acme", admin_email: "owner@acme.example", groups: GROUPS, rates: RATES, ...program },
    );
  }
  let sequence = 0;

  const open = openImport(deps);
  const work = importSteps(deps);

  /** Puts an object as somebody's upload would, and gives its notification. */
  function put(key: string, body: Uint8Array | string, metadata?: DropOptions["metadata"]): DroppedObject {
    uploads.drop(key, body, metadata);
    sequence += 1;
    return { key, etag: uploads.object(key)?.etag ?? "", sequencer: String(sequence).padStart(8, "0") };
  }

  /** Works off the import queue. */
  async function drain({ next, again, workers, before }: Deliveries = INORDER): Promise<void> {
    const waiting: ImportMessage[] = [];
    for (let steps = 0; ; steps++) {
      waiting.push(...imports.drain());
      if (waiting.length === 0) return;
      if (steps > 5000) throw new Error("the import queue never gets empty");
      await before?.();
      const taken: ImportMessage[] = [];
      for (let left = workers(); left > 0 && waiting.length > 0; left--) {
        const at = next(waiting.length);
        taken.push(...(again() ? waiting.slice(at, at + 1) : waiting.splice(at, 1)));
      }
      await Promise.all(taken.map(work));
    }
  }

  async function result(object: DroppedObject): Promise<Dropped> {
    const jobs = stored(importJob).filter(({ source }) => source === object.key);
    const job = jobs.at(-1);
    if (job === undefined) throw new Error(`no job for ${object.key}`);
    const { items: outcomes } = await outcomeReader(uploads)(job, { after: 0, limit: 100_000 });
    return { job, outcomes, errors: uploads.text(errorsKey(job.program, job.key)), mails: mail.drain() };
  }

  /** The records of a kind, in the order they were made. */
  const stored = <R extends BaseRecord>(declaration: Declaration<R>): R[] =>
    table
      .items()
      .filter((item) => item["_kind"] === declaration.kind && item[MOVED] !== true)
      .map((item) => fromItem(declaration, item).record)
      .toSorted((a, b) => a.created_at - b.created_at || (a.key < b.key ? -1 : 1));

  return {
    clock,
    table,
    uploads,
    imports,
    mail,
    webhooks,
    log,
    ledger,
    ports,
    open,
    work,
    put,
    drain,
    result,
    stored,
    /** Drops a file and imports it to the end. */
    async drop(
      type: string,
      body: Uint8Array | string,
      { name = "file.csv", folder = "", metadata, deliveries = INORDER }: DropOptions = {},
    ): Promise<Dropped> {
      // A file dropped later is a later file.
      clock.advance(1000);
      const object = put(`imports/acme/${type}/${folder}${name}`, body, metadata);
      await open(object);
      await drain(deliveries);
      return result(object);
    },
    async find<Kind extends keyof Kinds>(
      kind: Kind,
      field: string,
      value: string,
    ): Promise<RecordOf<Kind> | undefined> {
      const declaration: Declaration<RecordOf<Kind> & BaseRecord> = DECLARATIONS[kind] as never;
      const [found] = await ledger.find(declaration, "acme", field, [value]);
      return found?.record;
    },
    totals: async (partnershipKey: string) => Object.fromEntries(await ledger.totals("acme", partnershipKey)),
  };
}

export type ImportWorld = Awaited<ReturnType<typeof createImportWorld>>;

/** A file of these lines. */
export const lines = (...all: readonly string[]): string => `${all.join("\n")}\n`;

/** The outcomes of a file in short: `created`, or `failed email_taken`. */
export const short = ({ outcomes }: Pick<Dropped, "outcomes">): string[] =>
  outcomes.map(({ outcome, code }) => (code === null ? outcome : `${outcome} ${code}`));

/** Deliveries in an order drawn from a seed, to up to three workers at once; every fourth message or so comes again. */
export function shuffled(seed: number): Deliveries {
  const random = randomFrom(seed);
  // Redelivery ends some time, as it does in a queue.
  let left = 40;
  return {
    next: (waiting) => Math.floor(random() * waiting),
    again: () => random() < 0.25 && (left -= 1) >= 0,
    workers: () => 1 + Math.floor(random() * 3),
  };
}

/** A table whose answers take their time, so that what is asked for at once comes in any order. */
export function jittery(seed: number, { table, ...ports }: Ports): Ports {
  const random = randomFrom(seed);
  const wait = async () => {
    for (let turns = Math.floor(random() * 12); turns > 0; turns--) await Promise.resolve();
  };
  const slow =
    <Asked extends readonly unknown[], Answer>(ask: (...asked: Asked) => Promise<Answer>) =>
    async (...asked: Asked): Promise<Answer> => {
      await wait();
      const answer = await ask(...asked);
      await wait();
      return answer;
    };
  return {
    ...ports,
    table: {
      get: slow(table.get),
      write: slow(table.write),
      insert: slow(table.insert),
      transact: slow(table.transact),
      async *query(query) {
        await wait();
        yield* table.query(query);
      },
    },
  };
}

/** Numbers in [0, 1), the same ones for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Sums of the stored records by partnership, then by day and counter, zeros left out: what the day totals must be. */
export function foldOf({ stored }: ImportWorld): Map<string, Record<string, number>> {
  const sums = new Map<string, Record<string, number>>();
  const count = (owner: string | null, at: number, counts: Readonly<Record<string, number>>) => {
    if (owner === null) return;
    const own = sums.get(owner) ?? {};
    sums.set(owner, own);
    const [day] = new Date(at).toISOString().split("T");
    for (const [name, amount] of Object.entries(counts)) own[`${day}/${name}`] = (own[`${day}/${name}`] ?? 0) + amount;
  };
  for (const one of stored(customer)) count(one.partnership_key, one.created_at, { customers: 1 });
  for (const { partnership_key, created_at, amount, currency, amount_usd, archived } of stored(transaction)) {
    if (archived) continue;
    const dollars = amount_usd === null ? { [`unconverted/${currency}`]: 1 } : { amount_usd };
    count(partnership_key, created_at, { transactions: 1, [`amount/${currency}`]: amount, ...dollars });
  }
  for (const one of stored(reward)) {
    const { partnership_key, created_at, amount, currency, amount_usd, reward_status, archived } = one;
    if (archived) continue;
    const dollars = amount_usd === null ? { [`reward_unconverted/${currency}`]: 1 } : { reward_usd: amount_usd };
    count(partnership_key, created_at, {
      [`rewards/${reward_status}`]: 1,
      [`reward_amount/${currency}/${reward_status}`]: amount,
      ...dollars,
    });
  }
  for (const { partnership_key, created_at, status } of stored(lead))
    count(partnership_key, created_at, { [`leads/${status}`]: 1 });
  for (const { partnership_key, created_at, stage, amount, currency } of stored(deal))
    count(partnership_key, created_at, { [`deals/${stage}`]: 1, [`deal_amount/${currency}`]: amount });
  for (const own of sums.values()) for (const [name, sum] of Object.entries(own)) if (sum === 0) delete own[name];
  return sums;
}
