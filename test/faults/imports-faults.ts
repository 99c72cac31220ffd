import type { KillSwitch } from "../fakes/kill-switch.ts";
import type { ImportMessage } from "../../shared/imports/import-message.ts";
import type { DroppedObject } from "../../shared/imports/prepare-file.ts";
import type { Item } from "../../shared/ports.ts";
import { addTriggers, type TriggerSpec } from "../functional/imports-property-triggers.ts";
import { createImportWorld, foldOf, type ImportWorld, type Ports } from "../functional/imports-harness.ts";

/**
 * How a side effect goes wrong: the worker dies right before it or right after it, or lives on and only this one call
 * fails, undone or done.
 */
export const FAULTS = ["dies before", "dies after", "fails before", "fails after"] as const;
export type Fault = (typeof FAULTS)[number];

class Broken extends Error {
  readonly isDeath: boolean;
  constructor(fault: Fault) {
    super(`the worker ${fault} this call`);
    this.isDeath = fault.startsWith("dies");
  }
}

/** Counts every side effect of the importer and breaks at one of them. */
export interface Breaker extends KillSwitch {
  breakAt(step: number, fault: Fault): void;
  /** Whether it has come to the step. */
  readonly broke: boolean;
  around(ports: Ports): Ports;
}

export function createBreaker(): Breaker {
  let steps = 0;
  let at = Infinity;
  let fault: Fault = "dies before";
  let broke = false;
  let isDead = false;
  let answerIsLost = false;

  const breaker: Breaker = {
    get steps() {
      return steps;
    },
    get broke() {
      return broke;
    },
    breakAt(step, how) {
      [steps, at, fault, broke, isDead, answerIsLost] = [0, step, how, false, false, false];
    },
    killAt: (step) => breaker.breakAt(step, "dies before"),
    revive() {
      [at, isDead, answerIsLost] = [Infinity, false, false];
    },
    pass() {
      if (isDead) throw new Broken("dies before");
      steps += 1;
      if (steps !== at) return;
      broke = true;
      isDead = fault.startsWith("dies");
      if (fault.endsWith("before")) throw new Broken(fault);
      answerIsLost = true;
    },
    around: ({ table, uploads, imports, mail }) => ({
      table: { ...table, write: heard(table.write), insert: heard(table.insert), transact: heard(table.transact) },
      uploads: {
        get: uploads.get,
        put: heard(uploads.put),
        copy: heard(uploads.copy),
        remove: heard(uploads.remove),
        upload: heard(async (...asked: Parameters<typeof uploads.upload>) => {
          const { part, complete, abort, atRest } = await uploads.upload(...asked);
          return { part: heard(part), complete: heard(complete), abort: heard(abort), atRest };
        }),
        resume: uploads.resume,
      },
      imports: { send: heard(imports.send) },
      mail: { send: heard(mail.send) },
    }),
  };

  const heard =
    <Asked extends readonly unknown[], Answer>(ask: (...asked: Asked) => Promise<Answer>) =>
    async (...asked: Asked): Promise<Answer> => {
      const before = steps;
      const answer = await ask(...asked);
      if (answerIsLost && before < at && steps >= at) {
        answerIsLost = false;
        throw new Broken(fault);
      }
      return answer;
    };
  return breaker;
}

/** A file and what was there before it. */
export interface Scenario {
  readonly before: readonly (readonly [type: string, text: string])[];
  /** Made behind those files. */
  readonly triggers?: readonly TriggerSpec[];
  readonly type: string;
  readonly folder?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly partRows: number;
  readonly waveRows: number;
}

export async function prepare(
  scenario: Scenario,
  breaker: Breaker,
  around = breaker.around,
): Promise<{ world: ImportWorld; object: DroppedObject }> {
  const { type, folder = "", metadata, body, partRows, waveRows } = scenario;
  const items = await (tables.get(scenario) ?? tables.set(scenario, tableOf(scenario)).get(scenario));
  const world = await createImportWorld({ partRows, waveRows, killSwitch: breaker, around, items: items ?? [] });
  world.clock.advance(60_000);
  return { world, object: world.put(`imports/acme/${type}/${folder}file.csv`, body, metadata) };
}

/** Worlds are made by the thousand; what was there before is imported once. */
const tables = new Map<Scenario, Promise<readonly Item[]>>();

async function tableOf({ before: files, triggers = [] }: Scenario): Promise<readonly Item[]> {
  const world = await createImportWorld();
  for (const [index, [type, text]] of files.entries()) {
    const { job } = await world.drop(type, text, { name: `before-${index}.csv` });
    if (job.rows.failed > 0 || job.status !== "completed")
      throw new Error(`${type} before the file: ${job.reason ?? job.rows.failed}`);
  }
  await addTriggers(world, triggers);
  return world.table.items();
}

/** What comes in between: `between` a failure and the next attempt, `before` each message. */
interface Interludes {
  readonly between?: () => Promise<void>;
  readonly before?: () => Promise<void>;
}

/** Imports to the end; what throws is delivered again, as its queue would do. */
export async function persist(
  world: ImportWorld,
  object: DroppedObject,
  breaker: Breaker,
  { between = nothing, before = nothing }: Interludes = {},
): Promise<ImportMessage[]> {
  await untilDone(() => world.open(object), breaker, between);
  const waiting: ImportMessage[] = [];
  const seen: ImportMessage[] = [];
  for (;;) {
    waiting.push(...world.imports.drain());
    const message = waiting.shift();
    if (message === undefined) return seen;
    seen.push(message);
    await untilDone(before, breaker, between);
    await untilDone(() => world.work(message), breaker, between);
  }
}

const nothing = async (): Promise<void> => undefined;

async function untilDone(
  attempt: () => Promise<unknown>,
  breaker: Breaker,
  between: () => Promise<void>,
): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    if (error.isDeath) {
      // What the dead one still had under way comes to nothing before the next one starts.
      await new Promise((resolve) => setImmediate(resolve));
      breaker.revive();
    }
    await between();
    await untilDone(attempt, breaker, between);
  }
}

/** All that an import leaves: every item and object, and each mail once. */
export async function remains(world: ImportWorld) {
  const { table, uploads, mail } = world;
  return {
    items: table.items(),
    objects: Object.fromEntries(uploads.keys().map((key) => [key, uploads.text(key)])),
    mails: [...new Set(mail.messages.map((message) => JSON.stringify(message)))].toSorted(),
  };
}

/** The day totals of every partner beside the sums of the stored records. */
export async function totalsAndFold(world: ImportWorld) {
  const folded = foldOf(world);
  const both: Record<string, { totals: object; fold: object }> = {};
  for await (const { key } of world.ledger.directory("acme", Infinity)) {
    const totals = Object.entries(await world.totals(key)).filter(([, sum]) => sum !== 0);
    both[key] = { totals: Object.fromEntries(totals), fold: folded.get(key) ?? {} };
  }
  return both;
}

/** A worker that stands still at one of its calls, reads included, until everybody else is done, and then goes on. */
function createFreezer(step: number) {
  let calls = 0;
  let isArmed = false;
  const frozen = Promise.withResolvers<"frozen">();
  const thawed = Promise.withResolvers<void>();
  const pause = async (): Promise<void> => {
    calls += 1;
    if (!isArmed || calls !== step) return;
    frozen.resolve("frozen");
    await thawed.promise;
  };
  const paused =
    <Asked extends readonly unknown[], Answer>(ask: (...asked: Asked) => Promise<Answer>) =>
    async (...asked: Asked): Promise<Answer> => {
      await pause();
      return ask(...asked);
    };
  return {
    frozen: frozen.promise,
    thaw: () => thawed.resolve(),
    arm() {
      [isArmed, calls] = [true, 0];
    },
    get calls() {
      return calls;
    },
    around: ({ table, uploads, imports, mail }: Ports): Ports => ({
      table: {
        get: paused(table.get),
        write: paused(table.write),
        insert: paused(table.insert),
        transact: paused(table.transact),
        async *query(query) {
          await pause();
          yield* table.query(query);
        },
      },
      uploads: {
        get: paused(uploads.get),
        put: paused(uploads.put),
        copy: paused(uploads.copy),
        remove: paused(uploads.remove),
        upload: paused(uploads.upload),
        resume: uploads.resume,
      },
      imports: { send: paused(imports.send) },
      mail: { send: paused(mail.send) },
    }),
  };
}

/** Imports to the end while one worker stands still at its nth call; its message is given to another. Then it goes on. */
export async function importAroundFrozen(
  scenario: Scenario,
  step: number,
): Promise<{ world: ImportWorld; calls: number }> {
  const freezer = createFreezer(step);
  const { world, object } = await prepare(scenario, createBreaker(), freezer.around);
  freezer.arm();
  const sleepers: Promise<unknown>[] = [];
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    const first = work();
    if ((await Promise.race([first, freezer.frozen])) !== "frozen" || sleepers.length > 0) return void (await first);
    sleepers.push(first);
    await work();
  };
  await attempt(() => world.open(object));
  for (
    let waiting = world.imports.drain();
    waiting.length > 0;
    waiting = [...waiting.slice(1), ...world.imports.drain()]
  ) {
    const [message] = waiting;
    if (message !== undefined) await attempt(() => world.work(message));
  }
  const { calls } = freezer;
  freezer.thaw();
  // It may find its work done by another and give up, which is as good.
  await Promise.allSettled(sleepers);
  await world.drain();
  return { world, calls };
}
