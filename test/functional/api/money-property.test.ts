import fc from "fast-check";
import { expect, test } from "vitest";
import { customer } from "../../../shared/records/customer.ts";
import { usdCents } from "../../../shared/records/currency.ts";
import { DECISION_NAMES, REWARD_DECISIONS } from "../../../shared/records/reward-decisions.ts";
import type { Reward } from "../../../shared/records/reward.ts";
import { AT, createMoneyWorld, data, type MoneyWorld } from "./money-world.ts";

const DAY = 24 * 60 * 60 * 1000;
const PARTNERS = ["part_1", "part_2"] as const;
const CUSTOMERS = ["cus_1", "cus_2", "cus_3"] as const;

const index = fc.nat({ max: 30 });
const amount = fc.oneof(fc.integer({ min: -5_000, max: 50_000 }), fc.constantFrom(0, 5, -5, 50_000_000_000));
const currency = fc.constantFrom("USD", "EUR", "GBP", "JPY");

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("pay"),
      customer: fc.constantFrom(...CUSTOMERS),
      amount,
      currency,
      plan: fc.constantFrom(null, "Team", "Solo"),
      daysAgo: fc.nat({ max: 40 }),
      key: index,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("archive transaction"), at: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("review"), at: index, approved: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("convert"), at: index, isReward: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("reward"),
      target: fc.constantFrom("customer", "transaction", "manual"),
      at: index,
      amount,
      currency,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("decide"),
      at: index,
      decision: fc.constantFrom(...DECISION_NAMES),
      inBulk: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("change reward"), at: index, amount, currency }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("archive reward"), at: index }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("move"),
      customer: fc.constantFrom(...CUSTOMERS),
      to: fc.constantFrom(...PARTNERS),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("rates"),
      rates: fc.constantFrom({ EUR: "1.1" }, { EUR: "1.2", GBP: "1.25" }, { JPY: "0.0067" }, {}),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer Made> ? Made : never;

interface Money {
  readonly key: string;
  readonly partner: string | null;
  readonly customer: string | null;
  readonly created_at: number;
  amount: number;
  currency: string;
  usd: number | null;
  archived: boolean;
}
interface PaidMoney extends Money {
  readonly plan: string | null;
  approved: boolean;
}
interface EarnedMoney extends Money {
  readonly transaction: string | null;
  readonly isByTrigger: boolean;
  status: Reward["reward_status"];
}

/** What a program is to hold, told as plainly as can be. */
function createModel() {
  const owner = new Map<string, string | null>([
    ["cus_1", "part_1"],
    ["cus_2", "part_2"],
    ["cus_3", null],
  ]);
  const paid: PaidMoney[] = [];
  const earned: EarnedMoney[] = [];
  let rates: Readonly<Record<string, string>> = { EUR: "1.1" };
  const worth = (of: number, code: string): number | null => {
    const rate = code === "USD" ? "1" : rates[code];
    return rate === undefined ? null : usdCents(of, code, rate);
  };
  return { owner, paid, earned, worth, setRates: (to: Readonly<Record<string, string>>) => (rates = to) };
}
type Model = ReturnType<typeof createModel>;

const pick = <T>(all: readonly T[], at: number): T | undefined => (all.length === 0 ? undefined : all[at % all.length]);

/** Does a step in the world and in the model, and holds the answers against what the model expects. */
async function take(world: MoneyWorld, model: Model, one: Step): Promise<void> {
  const { owner, paid, earned, worth } = model;
  const expectStatus = (reply: { status: number; text: string }, status: number) =>
    expect([reply.status, reply.text], JSON.stringify(one)).toEqual([status, reply.text]);
  if (one.do === "pay") {
    const key = `inv_${one.key}`;
    const created_at = AT - one.daysAgo * DAY;
    const body = {
      customer_key: one.customer,
      amount: one.amount,
      currency: one.currency,
      key,
      created_at,
      ...(one.plan !== null && { subscription_plan: one.plan }),
    };
    const there = paid.find((known) => known.key === key);
    const reply = await world.request("POST", "/transactions", body);
    if (there !== undefined) {
      const isSame =
        there.customer === one.customer &&
        there.amount === one.amount &&
        there.currency === one.currency &&
        there.created_at === created_at &&
        there.plan === one.plan;
      return expectStatus(reply, isSame ? 200 : 409);
    }
    expectStatus(reply, 200);
    const partner = owner.get(one.customer) ?? null;
    paid.push({
      key,
      partner,
      customer: one.customer,
      created_at,
      amount: one.amount,
      currency: one.currency,
      usd: worth(one.amount, one.currency),
      archived: false,
      plan: one.plan,
      approved: true,
    });
    // A tenth of it, halves away from zero.
    const share = Math.sign(one.amount) * Math.round(Math.abs(one.amount) / 10);
    const { keys } = await world.list("/rewards", { transaction_key: key });
    const isEarned = partner !== null && share !== 0;
    expect(keys).toHaveLength(isEarned ? 1 : 0);
    if (isEarned) {
      earned.push({
        key: String(keys[0]),
        partner,
        customer: one.customer,
        transaction: key,
        isByTrigger: true,
        created_at: AT,
        amount: share,
        currency: one.currency,
        usd: worth(share, one.currency),
        archived: false,
        status: "pending",
      });
    }
  } else if (one.do === "archive transaction") {
    const found = pick(paid, one.at);
    if (found === undefined) return;
    expectStatus(await world.request("DELETE", `/transactions/${found.key}`), 200);
    if (found.archived) return;
    found.archived = true;
    for (const reward of earned) {
      const isUndecided = ["pending", "hold", "scheduled"].includes(reward.status);
      if (reward.transaction === found.key && reward.isByTrigger && isUndecided) reward.archived = true;
    }
  } else if (one.do === "review") {
    const found = pick(paid, one.at);
    if (found === undefined) return;
    expectStatus(
      await world.request("PATCH", `/transactions/${found.key}`, { approved: one.approved }),
      found.archived ? 409 : 200,
    );
    if (!found.archived) found.approved = one.approved;
  } else if (one.do === "convert") {
    const found: Money | undefined = one.isReward ? pick(earned, one.at) : pick(paid, one.at);
    if (found === undefined) return;
    const usd = found.usd ?? worth(found.amount, found.currency);
    const reply = await world.request("POST", `/${one.isReward ? "rewards" : "transactions"}/${found.key}/convert`);
    expectStatus(reply, usd === null ? 409 : 200);
    found.usd = usd;
  } else if (one.do === "reward") {
    const transaction = one.target === "transaction" ? pick(paid, one.at) : undefined;
    const buyer = one.target === "customer" ? pick(CUSTOMERS, one.at) : undefined;
    const key = one.target === "manual" ? pick(PARTNERS, one.at) : (transaction?.key ?? buyer);
    if (key === undefined) return;
    const partner = one.target === "manual" ? key : transaction === undefined ? owner.get(key) : transaction.partner;
    const body = {
      amount: one.amount,
      currency: one.currency,
      description: "By hand",
      target: { type: one.target, key },
    };
    const reply = await world.request("POST", "/rewards", body);
    expectStatus(reply, partner === null || partner === undefined ? 400 : 200);
    if (partner === null || partner === undefined) return;
    earned.push({
      key: String(data(reply)["key"]),
      partner,
      customer: transaction?.customer ?? buyer ?? null,
      transaction: transaction?.key ?? null,
      isByTrigger: false,
      created_at: AT,
      amount: one.amount,
      currency: one.currency,
      usd: worth(one.amount, one.currency),
      archived: false,
      status: "pending",
    });
  } else if (one.do === "decide") {
    const found = pick(earned, one.at);
    if (found === undefined) return;
    const { to, from } = REWARD_DECISIONS[one.decision];
    const status =
      !found.archived && (found.status === to || from.some((allowed) => allowed === found.status)) ? 200 : 409;
    const reason = one.decision === "decline" ? { reason: "No" } : {};
    if (one.inBulk) {
      const reply = await world.request("POST", "/rewards/decision", {
        decision: one.decision,
        keys: [found.key],
        ...reason,
      });
      expect(data(reply)).toMatchObject({ items: [{ key: found.key, status }] });
    } else expectStatus(await world.request("POST", `/rewards/${found.key}/${one.decision}`, reason), status);
    if (status === 200) found.status = to;
  } else if (one.do === "change reward") {
    const found = pick(earned, one.at);
    if (found === undefined) return;
    const isOther = found.amount !== one.amount || found.currency !== one.currency;
    const isRefused = found.archived || (found.status === "paid" && isOther);
    const reply = await world.request("PATCH", `/rewards/${found.key}`, { amount: one.amount, currency: one.currency });
    expectStatus(reply, isRefused ? 409 : 200);
    if (isRefused || !isOther) return;
    Object.assign(found, { amount: one.amount, currency: one.currency, usd: worth(one.amount, one.currency) });
  } else if (one.do === "archive reward") {
    const found = pick(earned, one.at);
    if (found === undefined) return;
    const isRefused = found.status === "paid" && !found.archived;
    expectStatus(await world.request("DELETE", `/rewards/${found.key}`), isRefused ? 409 : 200);
    if (!isRefused) found.archived = true;
  } else if (one.do === "move") {
    expectStatus(await world.request("PATCH", `/customers/${one.customer}`, { partnership_key: one.to }), 200);
    owner.set(one.customer, one.to);
  } else {
    expectStatus(await world.request("PUT", "/rates", { rates: one.rates }), 200);
    model.setRates(one.rates);
  }
}

function sumsOf({ paid, earned }: Model, partner: string): Record<string, number> {
  const sums: Record<string, number> = {};
  const add = (at: number, name: string, by: number) => {
    const [day] = new Date(at).toISOString().split("T");
    sums[`${day}/${name}`] = (sums[`${day}/${name}`] ?? 0) + by;
  };
  for (const one of paid) {
    if (one.partner !== partner || one.archived) continue;
    add(one.created_at, "transactions", 1);
    add(one.created_at, `amount/${one.currency}`, one.amount);
    if (one.usd === null) add(one.created_at, `unconverted/${one.currency}`, 1);
    else add(one.created_at, "amount_usd", one.usd);
  }
  for (const one of earned) {
    if (one.partner !== partner || one.archived) continue;
    add(one.created_at, `rewards/${one.status}`, 1);
    add(one.created_at, `reward_amount/${one.currency}/${one.status}`, one.amount);
    if (one.usd === null) add(one.created_at, `reward_unconverted/${one.currency}`, 1);
    else add(one.created_at, "reward_usd", one.usd);
  }
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
}

/** Newest first, and of one instant by key, the greater before. */
const inOrder = (all: readonly Money[]): string[] =>
  all.toSorted((a, b) => b.created_at - a.created_at || (a.key < b.key ? 1 : -1)).map(({ key }) => key);

async function allKeys(world: MoneyWorld, path: string, query: Readonly<Record<string, string>>): Promise<unknown[]> {
  const seen: string[] = [];
  for (;;) {
    const after = seen.at(-1);
    const page = await world.list(path, {
      ...query,
      limit: "3",
      ...(after !== undefined && { starting_after: after }),
    });
    expect(page.status, page.text).toBe(200);
    seen.push(...page.keys.map(String));
    if (page.hasMore !== true) return seen;
  }
}

async function expectEqual(world: MoneyWorld, model: Model): Promise<void> {
  const { paid, earned } = model;
  for (const [path, all] of [
    ["/transactions", paid],
    ["/rewards", earned],
  ] as const) {
    const lists: [Record<string, string>, readonly Money[]][] = [
      [{}, all],
      [{ unconverted: "true" }, all.filter(({ usd, archived }) => usd === null && !archived)],
      ...PARTNERS.map((key): [Record<string, string>, readonly Money[]] => [
        { partnership_key: key },
        all.filter(({ partner }) => partner === key),
      ]),
      ...CUSTOMERS.map((key): [Record<string, string>, readonly Money[]] => [
        { customer_key: key },
        all.filter((one) => one.customer === key),
      ]),
    ];
    for (const [query, wanted] of lists)
      expect(await allKeys(world, path, query), path + JSON.stringify(query)).toEqual(inOrder(wanted));
  }
  for (const partner of PARTNERS) expect(await world.sums(partner)).toEqual(sumsOf(model, partner));
  for (const key of CUSTOMERS) {
    const [stored] = await world.ledger.find(customer, "acme", "key", [key]);
    const told = Object.fromEntries(
      (stored?.record.subscriptions ?? []).map((one) => [one.plan_name, one.transactions]),
    );
    const wanted: Record<string, number> = {};
    for (const one of paid)
      if (one.customer === key && one.plan !== null && !one.archived) wanted[one.plan] = (wanted[one.plan] ?? 0) + 1;
    expect(told).toEqual(wanted);
  }
}

test("whatever is written through the API, lists and every sum are those of a plain model", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const world = await createMoneyWorld();
      await world.request("POST", "/triggers", {
        name: "Share",
        event: "transaction_created",
        effects: [{ type: "reward", percent: "10", description: "Share" }],
      });
      const model = createModel();
      for (const one of steps) await take(world, model, one);
      await expectEqual(world, model);
    }),
    { numRuns: 60, seed: 20_260_401, unbiased: true },
  );
}, 60_000);
