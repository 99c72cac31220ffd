import fc from "fast-check";
import { type Customer, customer } from "../../../shared/records/customer.ts";
import { type Deal, deal } from "../../../shared/records/deal.ts";
import { type Lead, lead } from "../../../shared/records/lead.ts";
import type { Group } from "../../../shared/records/group.ts";
import { type Partnership, partnership } from "../../../shared/records/partnership.ts";
import type { BaseRecord, Declaration } from "../../../shared/records/record.ts";
import { type Reward, reward } from "../../../shared/records/reward.ts";
import type { Subscription } from "../../../shared/records/subscription.ts";
import { type Transaction, transaction } from "../../../shared/records/transaction.ts";
import { CURRENCIES, money } from "./a-program.ts";
import type { FixedClock } from "../../fakes/fixed-clock.ts";
import type { recordKeeper } from "./export-world.ts";

/** One thing that happens to a program: what it happens to is picked from what is there by then. */
export interface Step {
  readonly act: (typeof ACTS)[number];
  /** Milliseconds since the step before. */
  readonly wait: number;
  readonly pick: number;
  readonly other: number;
}

// What fills a program is as likely as what changes it, so that there is something to change.
const ACTS = [
  "partner joins",
  "customer signs up",
  "customer signs up",
  "customer buys",
  "customer buys",
  "customer buys",
  "reward is earned",
  "reward is earned",
  "partner changes",
  "partner changes group",
  "partner is archived",
  "customer changes",
  "customer's subscriptions change",
  "customer's subscriptions change",
  "customer moves",
  "customer moves",
  "customer moves",
  "transaction changes",
  "transaction is dated anew",
  "transaction goes to another customer",
  "reward changes",
  "lead comes in",
  "deal comes in",
  "lead changes",
  "lead goes to another partner",
  "deal changes",
  "record is taken out",
  "record is taken out",
  "record is taken out",
  "group is renamed",
] as const;

export const step = (): fc.Arbitrary<Step> =>
  fc.record({
    act: fc.constantFrom(...ACTS),
    wait: fc.integer({ min: 0, max: 2 }),
    pick: fc.nat(1000),
    other: fc.nat(1000),
  });

/** The program as plain maps, changed step by step. */
export interface Model {
  readonly groups: Map<string, Pick<Group, "key" | "name">>;
  readonly partners: Map<string, Partnership>;
  readonly customers: Map<string, Customer>;
  readonly transactions: Map<string, Transaction>;
  readonly rewards: Map<string, Reward>;
  readonly leads: Map<string, Lead>;
  readonly deals: Map<string, Deal>;
}

export const GROUPS = [
  { key: "grup_1", name: "Default" },
  { key: "grup_2", name: "Agencies" },
];

export const emptyModel = (): Model => ({
  groups: new Map(GROUPS.map((group) => [group.key, group])),
  partners: new Map(),
  customers: new Map(),
  transactions: new Map(),
  rewards: new Map(),
  leads: new Map(),
  deals: new Map(),
});

const pickFrom = <T>(map: ReadonlyMap<string, T>, pick: number): T | undefined => [...map.values()][pick % map.size];

/** Where steps are taken. */
type Stage = ReturnType<typeof recordKeeper> & { readonly clock: Pick<FixedClock, "advance"> & (() => number) };

/** Takes steps in the ledger and in a model of it; a step that finds nothing to happen to is skipped. */
export function takeSteps(world: Stage, model: Model, suffix = "") {
  let count = 0;
  const keep = <R extends { readonly key: string }>(map: Map<string, R>, record: R) => void map.set(record.key, record);
  const keyed = (prefix: string) => `${prefix}_${(count += 1)}${suffix}`;
  const partnerOrNone = (pick: number) => (pick % 4 === 0 ? null : (pickFrom(model.partners, pick)?.key ?? null));

  const acts: Record<Step["act"], (step: Step) => Promise<void>> = {
    async "partner joins"({ pick }) {
      const tags = pick % 3 === 0 ? [] : [`tag ${pick}`];
      keep(model.partners, await world.partner(keyed("part"), { group_key: `grup_${1 + (pick % 2)}`, tags }));
    },
    async "customer signs up"({ pick }) {
      keep(model.customers, await world.customer(keyed("cus"), partnerOrNone(pick)));
    },
    async "customer buys"({ pick, other }) {
      const buyer = pickFrom(model.customers, pick);
      if (buyer === undefined) return;
      const paid = money(other - 300, CURRENCIES[other % 5] ?? "USD");
      // Some name a plan of their own, and some pay for a subscription that is not there yet, or not any more.
      const subscription_key = other % 4 === 0 ? null : `sub_${other % 4}`;
      const subscription_plan = other % 3 === 0 ? `Plan ${other}` : null;
      const given = { ...paid, subscription_key, subscription_plan };
      keep(model.transactions, await world.transaction(keyed("trx"), buyer, given));
    },
    async "reward is earned"({ pick, other }) {
      const bought = pickFrom(model.transactions, pick);
      const buyer = pickFrom(model.customers, pick);
      const ofTransaction = {
        customer_key: bought?.customer_key,
        transaction_key: bought?.key,
        subscription_key: bought?.subscription_key,
      };
      const kinds = [
        { home: bought?.partnership_key, target: ofTransaction },
        { home: buyer?.partnership_key, target: { customer_key: buyer?.key } },
        { home: pickFrom(model.partners, pick)?.key, target: {} },
      ];
      const { home, target } = kinds[other % 3] ?? {};
      if (home == null) return;
      const earned = money(other, CURRENCIES[pick % 5] ?? "USD");
      keep(model.rewards, await world.reward(keyed("rwrd"), home, { ...earned, ...(target as Partial<Reward>) }));
    },
    async "partner changes"({ pick, other }) {
      const partner = pickFrom(model.partners, pick);
      if (partner === undefined) return;
      const kinds: Partial<Partnership>[] = [
        { first_name: `Name ${other}` },
        { email: `${keyed("new")}@partners.example` },
        { status: "declined" },
      ];
      const changes = kinds[other % 3] ?? {};
      keep(model.partners, await world.change(partnership, partner.key, changes));
    },
    async "partner changes group"({ pick, other }) {
      const partner = pickFrom(model.partners, pick);
      if (partner === undefined) return;
      const changes = { group_key: `grup_${1 + (other % 2)}`, group_joined_at: world.clock() };
      keep(model.partners, await world.change(partnership, partner.key, changes));
    },
    async "partner is archived"({ pick, other }) {
      const partner = pickFrom(model.partners, pick);
      if (partner === undefined) return;
      keep(model.partners, await world.change(partnership, partner.key, { archived: other % 2 === 0 }));
    },
    async "customer changes"({ pick, other }) {
      const buyer = pickFrom(model.customers, pick);
      if (buyer === undefined) return;
      const changes = other % 2 ? { name: `Name ${other}` } : { customer_key: keyed("own") };
      keep(model.customers, await world.change(customer, buyer.key, changes));
    },
    async "customer's subscriptions change"({ pick, other }) {
      const buyer = pickFrom(model.customers, pick);
      if (buyer === undefined) return;
      const subscriptions = [1, 2, 3].slice(0, other % 4).map((nth): Subscription => ({
        key: `sub_${nth}`,
        provider_key: null,
        plan_name: (other + nth) % 5 === 0 ? null : `Plan ${other + nth}`,
        amount: other * nth,
        currency: CURRENCIES[(other + nth) % 5] ?? "USD",
        quantity: 1,
        transactions: 1,
        created_at: nth,
        paid_at: nth,
        transaction_key: "trx",
      }));
      keep(model.customers, await world.change(customer, buyer.key, { subscriptions }));
    },
    async "customer moves"({ pick, other }) {
      const buyer = pickFrom(model.customers, pick);
      const to = partnerOrNone(other);
      if (buyer === undefined || buyer.partnership_key === to) return;
      keep(model.customers, await world.move(buyer.key, to));
    },
    async "transaction changes"({ pick, other }) {
      const bought = pickFrom(model.transactions, pick);
      if (bought === undefined) return;
      const changes = other % 2 ? money(other, CURRENCIES[other % 5] ?? "USD") : { product_key: `plan ${other}` };
      keep(model.transactions, await world.change(transaction, bought.key, changes));
    },
    async "transaction is dated anew"({ pick, other }) {
      const bought = pickFrom(model.transactions, pick);
      if (bought === undefined) return;
      const changes = { created_at: bought.created_at + (other - 500) * 1000 };
      keep(model.transactions, await world.change(transaction, bought.key, changes));
    },
    async "transaction goes to another customer"({ pick, other }) {
      const bought = pickFrom(model.transactions, pick);
      const buyer = pickFrom(model.customers, other);
      if (bought === undefined || buyer === undefined || buyer.key === bought.customer_key) return;
      const changes = { customer_key: buyer.key, partnership_key: buyer.partnership_key };
      keep(model.transactions, await world.change(transaction, bought.key, changes));
    },
    async "reward changes"({ pick, other }) {
      const earned = pickFrom(model.rewards, pick);
      if (earned === undefined) return;
      const changes = other % 2 ? { reward_status: "approved" as const } : money(other, "EUR");
      keep(model.rewards, await world.change(reward, earned.key, changes));
    },
    async "lead comes in"({ pick, other }) {
      const home = pickFrom(model.partners, pick)?.key;
      const became = other % 3 === 0 ? (pickFrom(model.customers, other)?.key ?? null) : null;
      if (home !== undefined) keep(model.leads, await world.lead(keyed("lead"), home, { customer_key: became }));
    },
    async "deal comes in"({ pick, other }) {
      const home = pickFrom(model.partners, pick)?.key;
      const became = other % 3 === 0 ? (pickFrom(model.customers, other)?.key ?? null) : null;
      if (home === undefined) return;
      keep(model.deals, await world.deal(keyed("deal"), home, { customer_key: became, amount: other }));
    },
    async "lead changes"({ pick, other }) {
      const found = pickFrom(model.leads, pick);
      if (found === undefined) return;
      const became = pickFrom(model.customers, other)?.key ?? null;
      const changes = other % 2 ? { status: "closed won", customer_key: became } : { approved: false };
      keep(model.leads, await world.change(lead, found.key, changes));
    },
    async "lead goes to another partner"({ pick, other }) {
      const found = pickFrom(model.leads, pick);
      const home = pickFrom(model.partners, other)?.key;
      if (found === undefined || home === undefined || home === found.partnership_key) return;
      keep(model.leads, await world.change(lead, found.key, { partnership_key: home }));
    },
    async "deal changes"({ pick, other }) {
      const found = pickFrom(model.deals, pick);
      if (found === undefined) return;
      const became = pickFrom(model.customers, other)?.key ?? null;
      const changes = other % 2 ? { stage: "Closed won", customer_key: became } : { created_at: other * 1000 };
      keep(model.deals, await world.change(deal, found.key, changes));
    },
    async "record is taken out"({ pick, other }) {
      const kinds: (readonly [Declaration, Map<string, BaseRecord>])[] = [
        [customer, model.customers],
        [transaction, model.transactions],
        [reward, model.rewards],
        [lead, model.leads],
        [deal, model.deals],
      ];
      const [declaration, map] = kinds[other % kinds.length] ?? [];
      const found = map && pickFrom(map, pick);
      if (declaration === undefined || found === undefined) return;
      await world.remove(declaration, found.key);
      map?.delete(found.key);
    },
    async "group is renamed"({ pick, other }) {
      const group = pickFrom(model.groups, pick);
      if (group === undefined) return;
      const name = `Group ${other}`;
      await world.renameGroup(group.key, name);
      keep(model.groups, { key: group.key, name });
    },
  };

  return async (taken: Step): Promise<void> => {
    world.clock.advance(taken.wait);
    await acts[taken.act](taken);
  };
}
