import type { Change } from "../ledger/entry.ts";
import type { Stored } from "../ledger/stored.ts";
import { type Customer, customer } from "../records/customer.ts";
import { derivedKey } from "../records/derived-key.ts";
import { type OutgoingMail, outgoingMail } from "../records/outgoing-mail.ts";
import { type Partnership, partnership } from "../records/partnership.ts";
import { type BaseRecord, isRecordOf, isTest } from "../records/record.ts";
import { reward } from "../records/reward.ts";
import type { Effect, Fired, Trigger } from "../records/trigger.ts";
import { conditionsHold } from "./conditions-hold.ts";
import { earnedReward } from "./earned-reward.ts";
import { eventRules, type Noun } from "./event-rules.ts";
import { fillIn } from "./fill-in.ts";
import { grantedWorth } from "./granted-worth.ts";
import type { Subject } from "./subject.ts";
import type { TriggerContext } from "./trigger-context.ts";

/** What a change is about, as far as it was looked up. */
export interface About {
  /** The partner to be credited; where the change is a partner's own, that change is taken instead. */
  readonly partnership: Stored<Partnership> | undefined;
  readonly customer: Customer | undefined;
}

/** A change with all that triggers make of it. */
export interface Effects {
  readonly changes: readonly Change[];
  readonly fired: readonly Fired[];
}

/**
 * Runs the triggers on one change, in their order. A move to another group is seen by the triggers behind it, and is
 * an event of its own after them; a trigger fires once at most for one change. Keys derive from the mark, so that a
 * repeated attempt makes the same.
 */
export async function effectsOf(context: TriggerContext, change: Change, mark: string, about: About): Promise<Effects> {
  const run = createRun(context, change, mark, about);
  return run === undefined ? { changes: [change], fired: [] } : run();
}

interface Happening {
  readonly kind: string;
  readonly before: BaseRecord | undefined;
  readonly after: BaseRecord;
}

function createRun(context: TriggerContext, change: Change, mark: string, about: About) {
  const { program, triggers, now } = context;
  const { declaration, before, after } = change;
  const own = isRecordOf(partnership, declaration, after) ? after : undefined;
  let partner = own ?? about.partnership?.record;
  // Who has left the program, or has not been let in, earns nothing, and nobody earns by a test.
  if (partner === undefined || partner.archived || partner.status !== "approved" || isTest(after)) return undefined;
  const stored = partner;
  const made: Change[] = [];
  const fired: Fired[] = [];
  const done = new Set<string>();
  const happenings: Happening[] = [{ kind: declaration.kind, before: before?.record, after }];

  const buyer = isRecordOf(customer, declaration, after) ? after : about.customer;
  const subject = (): Subject => ({
    [declaration.kind]: after,
    ...(buyer && { customer: buyer }),
    partnership: partner ?? stored,
  });

  async function perform(one: Trigger, effect: Effect, index: number, of: Subject): Promise<void> {
    const told = { trigger_key: one.key, effect: effect.type, partnership_key: of.partnership.key, ...NOTHING };
    const keyOf = (prefix: string) => derivedKey(prefix, program.key, mark, one.key, String(index));
    if (effect.type === "move_group") {
      if (of.partnership.group_key === effect.group_key) return;
      const moved = { ...of.partnership, group_key: effect.group_key, group_joined_at: now, updated_at: now };
      happenings.push({ kind: partnership.kind, before: of.partnership, after: moved });
      partner = moved;
      fired.push({ ...told, group_key: effect.group_key });
    } else if (effect.type === "send_mail") {
      const mail = mailOf(context, one, effect, of, keyOf("mail_"));
      made.push({ declaration: outgoingMail, after: mail });
      fired.push({ ...told, mail_key: mail.key });
    } else {
      const granted = await grantedWorth(context, one, effect, index, of);
      if (granted === undefined) return;
      const earned = earnedReward(context, one, effect, of, granted.worth, keyOf("rwrd_"));
      made.push({ declaration: reward, after: earned }, ...granted.changes);
      fired.push({
        ...told,
        reward_key: earned.key,
        amount: earned.amount,
        currency: earned.currency,
        used: granted.used,
      });
    }
  }

  return async (): Promise<Effects> => {
    for (const { kind, before: was, after: is } of happenings) {
      for (const one of triggers) {
        const { kind: of, happens } = eventRules[one.event];
        if (of !== kind || done.has(one.key) || !happens(was, is)) continue;
        if (!conditionsHold(one.conditions, subject())) continue;
        done.add(one.key);
        for (const [index, effect] of one.effects.entries()) await perform(one, effect, index, subject());
      }
    }
    const first = own === undefined ? change : { ...change, after: partner ?? after };
    const moved =
      own === undefined && about.partnership && partner && partner !== stored
        ? [{ declaration: partnership, before: about.partnership, after: partner }]
        : [];
    return { changes: [first, ...made, ...moved], fired };
  };
}

const NOTHING = { reward_key: null, amount: null, currency: null, group_key: null, mail_key: null, used: [] };

function mailOf(
  { program, now }: TriggerContext,
  { key: trigger_key }: Trigger,
  { to, subject: title, text }: Extract<Effect, { type: "send_mail" }>,
  subject: Subject,
  key: string,
): OutgoingMail {
  return {
    program: program.key,
    key,
    to: to === "admin" ? program.admin_email : subject.partnership.email,
    subject: fillIn(title, subject, program).slice(0, 200),
    text: fillIn(text, subject, program).slice(0, 10_000),
    reason: "trigger",
    trigger_key,
    partnership_key: subject.partnership.key,
    created_at: now,
    updated_at: now,
  };
}

/** What an event of a kind may change that later events of the same customer or partner look at. */
export function orderOf(
  triggers: readonly Trigger[],
  kind: string,
): { readonly customer: boolean; readonly partner: boolean } {
  const heard = triggers.filter(({ event }) => eventRules[event].kind === kind);
  const moves = movePartners(heard);
  const reached = moves ? triggers.filter((one) => heard.includes(one) || one.event === "partner_moved") : heard;
  const rewards = reached.flatMap(({ effects }) => effects.filter((effect) => effect.type === "reward"));
  return {
    customer: rewards.some(({ first_transactions, cap }) => first_transactions !== null || cap?.per === "customer"),
    partner: moves || rewards.some(({ cap }) => cap?.per === "partnership"),
  };
}

/** Whether any of these triggers moves partners to another group. */
export const movePartners = (triggers: readonly Trigger[]): boolean =>
  triggers.some(({ effects }) => effects.some(({ type }) => type === "move_group"));

/** Whether any of these triggers, or a move that they lead to, looks at a noun. */
export const mentions = (triggers: readonly Trigger[], noun: Noun): boolean =>
  JSON.stringify(triggers.map(({ conditions, effects }) => ({ conditions, effects }))).includes(`${noun}.`);
