import { type Change, type Entry, fitsTransaction, isLoneCreation, writesOf } from "../ledger/entry.ts";
import type { Stored } from "../ledger/stored.ts";
import { customer } from "../records/customer.ts";
import { partnership } from "../records/partnership.ts";
import { partnerPk } from "../records/place.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";
import { type About, effectsOf, mentions, orderOf } from "../triggers/effects-of.ts";
import type { TriggerContext } from "../triggers/trigger-context.ts";
import type { Fired } from "../records/trigger.ts";
import { eventRules } from "../triggers/event-rules.ts";
import { invitation } from "./invitation.ts";
import { RowProblem } from "./read-row.ts";
import { type Decision, identity, type RuleContext } from "./row-rule.ts";

/** Adds to the decisions on rows what triggers and invitations make of them. */
export type RowEffects = (decisions: readonly Decision[], marks: readonly string[]) => Promise<Decision[]>;

/** Rows that are decided together while the order of rows matters: the more, the more often one has to wait for another. */
export const WAVE_ROWS_IN_ORDER = 100;

/** Whether what triggers do for a row of this kind depends on the rows before it, so that rows have to be taken in order. */
export function dependOnOrder(triggers: RuleContext["triggers"], kind: string): boolean {
  const { customer: byCustomer, partner } = orderOf(triggers, kind);
  return byCustomer || partner;
}

/** The effects of rows whose records are of one kind. Partners and customers that rows name are read once a part, unless effects change them. */
export function rowEffects(context: RuleContext, kind: string): RowEffects {
  const { job, ledger, program, triggers, warn } = context;
  const order = orderOf(triggers, kind);
  const isHeard = triggers.some(({ event }) => eventRules[event].kind === kind);
  const invites = job.options.send_invites && kind === partnership.kind;
  if (!isHeard && !invites) return async (decisions) => [...decisions];
  const needsCustomer = kind === "transaction" && (order.customer || mentions(triggers, "customer"));
  const running: TriggerContext = {
    ledger,
    program,
    triggers,
    now: job.created_at,
    noRate: (code) =>
      warn({
        code: "no_rate",
        message: `The program has no rate for ${code}: amounts in ${code} are kept but not counted in US dollars.`,
      }),
  };
  const partners = cached((keys) =>
    ledger.read(
      partnership,
      keys.map((key) => ({ pk: partnerPk(program.key, key, null), sk: "#" })),
    ),
  );
  const customers = cached((keys) => ledger.find(customer, program.key, "key", keys));

  return async (decisions, marks) => {
    const changes = decisions.map((decision) =>
      decision !== "later" && "entry" in decision ? decision.entry.changes[0] : undefined,
    );
    const named = (field: "partnership_key" | "customer_key") => [
      ...new Set(changes.map((change) => change && textOf(change.after, field)).filter((key) => key !== undefined)),
    ];
    // What a move changes must be read anew for every wave.
    if (order.partner) partners.forget();
    await Promise.all([
      isHeard && kind !== partnership.kind ? partners.load(named("partnership_key")) : undefined,
      needsCustomer ? customers.load(named("customer_key")) : undefined,
    ]);
    const firstWaiting = firstDependent(changes, order, decisions);
    const decided = await Promise.all(
      decisions.map(async (decision, at): Promise<Decision> => {
        if (at >= firstWaiting) return "later";
        const change = changes[at];
        if (decision === "later" || !("entry" in decision) || change === undefined) return decision;
        const about: About = {
          partnership: partners.of(textOf(change.after, "partnership_key")),
          customer: customers.of(kind === "transaction" ? textOf(change.after, "customer_key") : undefined)?.record,
        };
        const effects = await effectsOf(running, change, marks[at] ?? "", about);
        const invited = invites ? invitation(effects.changes[0] ?? change, context, marks[at] ?? "") : undefined;
        const fired = [...effects.fired, ...(invited?.fired ?? [])];
        if (fired.length === 0) return decision;
        const { entry } = decision;
        const made = [...effects.changes, ...(invited?.changes ?? [])];
        const whole: Entry = { ...entry, changes: [...made, ...entry.changes.slice(1)], note: fired };
        return fired.length > MOST_EFFECTS || isTooMuch(whole) ? TOO_MUCH : { ...decision, fired, entry: whole };
      }),
    );
    const refused = firstRefusedBehindMove(decided, changes);
    return decided.map((one, at) => (at >= refused ? "later" : one));
  };
}

/** What triggers and invitations may do for one row: each is written with it and told of it. */
const MOST_EFFECTS = 25;

/** Items have 400 KB, transactions 4 MB; JSON is longer than what DynamoDB counts. */
const MOST_ITEM_BYTES = 390_000;
const MOST_ENTRY_BYTES = 3_900_000;

/** Above all, the claim of the row's record holds it with its company and its note. */
function isTooMuch(entry: Entry): boolean {
  const isLone = isLoneCreation(entry);
  if (!isLone && !fitsTransaction(entry)) return true;
  const sizes = writesOf(entry, 0, false).map((write) => Buffer.byteLength(JSON.stringify(write)));
  return sizes.some((size) => size > MOST_ITEM_BYTES) || (!isLone && sumOf(sizes) > MOST_ENTRY_BYTES);
}

const sumOf = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0);

const TOO_MUCH = new RowProblem(
  "too_many_effects",
  null,
  "the triggers make more of this row than can be written together with it",
  "Let fewer triggers fire at once, or import the file with triggers disabled.",
);

const isMove = ({ effect }: Fired): boolean => effect === "move_group";

/** The first row without a change behind one that moves a partner: held against the form of the new group, it may have one. */
function firstRefusedBehindMove(decided: readonly Decision[], changes: readonly (Change | undefined)[]): number {
  const mover = decided.findIndex((one) => one !== "later" && "fired" in one && one.fired?.some(isMove));
  const refused = mover < 0 ? -1 : changes.findIndex((change, at) => at > mover && change === undefined);
  return refused < 0 ? decided.length : refused;
}

/** The first row that names a customer or partner of a row before it, where what that row does to them matters. */
function firstDependent(
  changes: readonly (Change | undefined)[],
  order: ReturnType<typeof orderOf>,
  decisions: readonly Decision[],
): number {
  const seen = new Set<string>();
  for (const [at, change] of changes.entries()) {
    if (decisions[at] === "later") return at;
    if (change === undefined) continue;
    // Also whom a record belonged to before: a transaction that goes to another customer is one less of the first.
    const sides = change.before === undefined ? [change.after] : [change.after, change.before.record];
    const names = sides.flatMap((record) => [
      ...(order.customer ? identity("customer", textOf(record, "customer_key")) : []),
      ...(order.partner ? identity("partner", partnerOf(change.declaration, record)) : []),
    ]);
    if (names.some((name) => seen.has(name))) return at;
    for (const name of names) seen.add(name);
  }
  return changes.length;
}

const partnerOf = (declaration: Declaration, record: BaseRecord): string | undefined =>
  declaration.kind === partnership.kind ? record.key : textOf(record, "partnership_key");

function textOf(record: BaseRecord, field: string): string | undefined {
  const value = ({ ...record } as Readonly<Record<string, unknown>>)[field];
  return typeof value === "string" ? value : undefined;
}

/** Records by key, each read once. */
function cached<R extends BaseRecord>(read: (keys: readonly string[]) => Promise<(Stored<R> | undefined)[]>) {
  const known = new Map<string, Stored<R> | undefined>();
  return {
    async load(keys: readonly string[]): Promise<void> {
      const unknown = keys.filter((key) => !known.has(key));
      const found = unknown.length === 0 ? [] : await read(unknown);
      for (const [at, key] of unknown.entries()) known.set(key, found[at]);
    },
    of: (key: string | undefined) => (key === undefined ? undefined : known.get(key)),
    forget: () => known.clear(),
  };
}
