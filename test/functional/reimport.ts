import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { expect } from "vitest";
import type { ProgramInput } from "../../shared/access/create-program.ts";
import { textCell } from "../../shared/records/bundle.ts";
import { compareSubscriptions } from "../../shared/records/compare-subscriptions.ts";
import { type Customer, customer } from "../../shared/records/customer.ts";
import { type Deal, deal } from "../../shared/records/deal.ts";
import { derivedKey } from "../../shared/records/derived-key.ts";
import type { FieldValues } from "../../shared/records/form-field.ts";
import { group } from "../../shared/records/group.ts";
import { type Lead, lead } from "../../shared/records/lead.ts";
import { PARTNER_DEFAULTS, type Partnership, partnership } from "../../shared/records/partnership.ts";
import { plainName } from "../../shared/records/plain-name.ts";
import type { BaseRecord, Declaration } from "../../shared/records/record.ts";
import { type Reward, reward } from "../../shared/records/reward.ts";
import { subscriptionOf } from "../../shared/records/subscription-of.ts";
import { type Transaction, transaction } from "../../shared/records/transaction.ts";
import { csvLine } from "../../shared/write-csv.ts";
import { exportedFiles } from "./exported-files.ts";
import { createImportWorld, type Deliveries, foldOf, type ImportWorld, shuffled } from "./imports-harness.ts";

type FieldInput = NonNullable<ProgramInput["partner_fields"]>;

/** In the order in which they refer to each other. */
const ORDER = ["partners", "customers", "transactions", "rewards", "leads", "deals"] as const;
type Files = Readonly<Record<(typeof ORDER)[number], string>>;

const OWN: FieldInput = [
  { api_name: "note_of_ours", label: "Our note" },
  { api_name: "seats", type: "number" },
  { api_name: "since_day", type: "date" },
  { api_name: "vip", type: "flag" },
  { api_name: "tier", type: "choice", options: ["Gold, first", "=silver", "'bronze"] },
  { api_name: "billing", type: "email" },
];
const [NOTE, SEATS, SINCE, VIP, TIER, BILLING] = OWN as [FieldInput[0], ...FieldInput];

/** Two groups of one name, one whose slug is another's name, and forms that ask for different things. */
const PROGRAM: Partial<ProgramInput> = {
  partner_fields: OWN,
  customer_fields: OWN,
  groups: [
    { name: "Affiliates", slug: "affiliates", default: true },
    {
      name: "gold",
      slug: "silver",
      lead_form: [{ ...NOTE, required: true }, SEATS as never],
      deal_form: [TIER as never],
    },
    {
      name: "Affiliates",
      slug: "gold",
      lead_form: [VIP as never, { ...(BILLING as FieldInput[0]), required: true }],
      deal_form: [{ ...(SINCE as FieldInput[0]), required: true }],
      lead_statuses: [{ name: "=New" }, { name: "Demo held" }],
    },
  ],
};
const SLUGS = ["affiliates", "silver", "gold"] as const;
const LEAD_STATUSES = { affiliates: "closed won", silver: "dead", gold: "=New" } as const;

const NOW = Date.UTC(2026, 2, 31, 10, 0, 0, 137);
const CURRENCIES = ["USD", "EUR", "JPY", "KWD", "CHF"] as const;

// What spreadsheets, separators, quotes, guards and encodings could make something else of.
const PIECES = [
  ...Array.from("=+-@'\"|\\,;:_aZ09.é漢😀＝\u00a0\u0301\t\n"),
  "\r\n",
  " ",
  "''=",
  "'=",
  "none",
  "1,5",
  "true",
  "€",
  "\ufeff",
  "2026-01-02",
];
const UNSEEN = /^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$/gu;

const text = (max: number) =>
  fc
    .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 8 })
    .map((pieces) => pieces.join("").slice(0, max).toWellFormed().replaceAll(UNSEEN, ""))
    .map((made) => made || "x");
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 2 });
const instant = fc.integer({ min: 0, max: NOW });
const at = fc.nat({ max: 999 });
const dayCell = instant.map((ms) => new Date(ms).toISOString().slice(0, 10));
const ownFields = fc.record(
  {
    note_of_ours: text(50),
    seats: fc.constantFrom(0, -5, 12.5, 1e14, -0.000001, 1.234),
    since_day: dayCell,
    vip: fc.boolean(),
    tier: fc.constantFrom("Gold, first", "=silver", "'bronze"),
    billing: fc.constantFrom("+a@x.io", "b@x.io"),
  },
  { requiredKeys: [] },
);
const money = fc
  .record({
    currency: fc.constantFrom(...CURRENCIES),
    amount: fc.integer({ min: -2_000_000, max: 2_000_000 }),
    worth: maybe(fc.nat({ max: 3_000_000 })),
  })
  .map(({ currency, amount, worth }) => {
    const cents = worth === null ? null : Math.sign(amount) * worth + 0;
    return { currency, amount, amount_usd: currency === "USD" ? amount : cents };
  });

/** What a row may tell of a subscription: by the provider's key, by the plan, by both. */
const terms = fc
  .record({
    provider_key: fc.constantFrom(null, "=s1", "s|2", "S|2"),
    plan: fc.constantFrom(null, "Team", "te-am", "'=Solo", "Max, annual"),
    quantity: fc.constantFrom(1, 3, 1_000_000_000),
    amount: maybe(fc.integer({ min: 1, max: 5_000_000 })),
  })
  .filter(({ provider_key, plan }) => provider_key !== null || plan !== null);
type Terms = typeof terms extends fc.Arbitrary<infer Made> ? Made : never;

/** A program of anything that a ledger may hold; numbers name records before them, whatever their size. */
const drawn = fc.record({
  partners: fc.array(
    fc.record({
      partner_key: text(40),
      first_name: fc.oneof(text(50), fc.constant("")),
      last_name: fc.oneof(text(50), fc.constant("")),
      group: fc.constantFrom(...SLUGS),
      manager: maybe(text(60)),
      tags: fc.uniqueArray(
        text(30).map((tag) => tag.replaceAll("|", "/")),
        { maxLength: 3 },
      ),
      fields: ownFields,
      status: fc.constantFrom("approved", "pending", "declined"),
      archived: fc.boolean(),
      joined_at: instant,
      group_joined_at: instant,
      created_at: instant,
    }),
    { minLength: 1, maxLength: 5 },
  ),
  customers: fc.array(
    fc.record({
      customer_key: text(40),
      isAnonymized: fc.boolean(),
      name: maybe(text(80)),
      company_name: maybe(text(80)),
      partner: maybe(at),
      former: fc.uniqueArray(maybe(at), { maxLength: 3 }),
      provider_key: maybe(text(40)),
      source_type: fc.constantFrom("import", "api", "link", "lead", "deal"),
      archived: fc.boolean(),
      fields: ownFields,
      created_at: instant,
    }),
    { minLength: 1, maxLength: 6 },
  ),
  transactions: fc.array(
    fc.record({
      key: text(40),
      customer: at,
      // Also where the customer has never been.
      home: maybe(at),
      subscription: fc.option(terms, { nil: null, freq: 3 }),
      money,
      product_key: maybe(text(40)),
      category_key: maybe(text(40)),
      approved: fc.boolean(),
      unapproved_reasons: fc.constantFrom<string[]>([], ["=duplicate"], ["two words", "'x"]),
      archived: fc.boolean(),
      metadata: fc.constantFrom({}, { order: "=A-17", seats: 12.5, vip: true }, { "two words": '\'x, "y"' }),
      // Files of days have many at one instant.
      created_at: fc.oneof(instant, fc.constantFrom(0, NOW)),
    }),
    { maxLength: 8 },
  ),
  /** What files have said of transactions since. */
  corrections: fc.array(fc.record({ transaction: at, customer: maybe(at), subscription: terms, amount: maybe(at) }), {
    maxLength: 4,
  }),
  rewards: fc.array(
    fc.record({
      key: text(40),
      partner: at,
      customer: maybe(at),
      transaction: maybe(at),
      money,
      description: fc.oneof(text(100), fc.constant("")),
      reward_status: fc.constantFrom("pending", "declined", "hold", "approved", "paid", "scheduled"),
      decline_reason: maybe(text(100)),
      source: fc.constantFrom("import", "manual", "trigger"),
      is_external: fc.boolean(),
      trigger_key: maybe(text(40)),
      ready_at: maybe(instant),
      archived: fc.boolean(),
      created_at: instant,
    }),
    { maxLength: 8 },
  ),
  leads: fc.array(
    fc.record({
      external_key: maybe(text(40)),
      partner: at,
      group: fc.constantFrom(...SLUGS),
      first_name: maybe(text(60)),
      last_name: maybe(text(60)),
      hasEmail: fc.boolean(),
      company: maybe(text(60)),
      amount: maybe(fc.integer({ min: -10_000, max: 10_000 })),
      currency: fc.constantFrom(...CURRENCIES),
      notes: maybe(text(200)),
      approved: fc.boolean(),
      decline_reason: maybe(text(60)),
      customer: maybe(at),
      fields: ownFields,
      archived: fc.boolean(),
      created_at: instant,
    }),
    { maxLength: 5 },
  ),
  deals: fc.array(
    fc.record({
      external_key: maybe(text(40)),
      partner: maybe(at),
      group: fc.constantFrom(...SLUGS),
      account_name: maybe(text(60)),
      email: maybe(fc.constantFrom("+buyer@x.io", "b@x.io")),
      amount: fc.integer({ min: -10_000, max: 10_000 }),
      currency: fc.constantFrom(...CURRENCIES),
      close_date: dayCell,
      stage: fc.constantFrom("Closed won", "Working"),
      contact_first_name: maybe(text(60)),
      contact_last_name: maybe(text(60)),
      lost_reason: maybe(text(60)),
      source: fc.constantFrom("partner", "vendor"),
      customer: maybe(at),
      notes: maybe(text(200)),
      fields: ownFields,
      archived: fc.boolean(),
      created_at: instant,
    }),
    { maxLength: 5 },
  ),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer Made> ? Made : never;

/** The records of a drawn program, as a ledger keeps them. */
function recordsOf(made: Drawn, groupKey: (slug: string) => string) {
  const base = (key: string, created_at: number) => ({ program: "acme", key, created_at, updated_at: NOW });
  const pick = <T>(all: readonly T[], index: number | null): T | undefined =>
    index === null ? undefined : all[index % all.length];
  const only = (fields: FieldValues, names: readonly (FieldInput[0] | undefined)[]): FieldValues =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => names.some((one) => one?.api_name === name)));

  const partners = made.partners.map(({ group: slug, partner_key, ...rest }, index): Partnership => ({
    ...rest,
    ...base(`part_${index}`, rest.created_at),
    ...PARTNER_DEFAULTS,
    partner_key: `${partner_key}${index}`,
    email: `+Partner${index}@x.io`,
    group_key: groupKey(slug),
  }));
  const buyers = made.customers.map(({ isAnonymized, partner, former, customer_key, ...rest }, index): Customer => ({
    ...rest,
    ...base(`cus_${index}`, rest.created_at),
    customer_key: `${customer_key}${index}`,
    email: isAnonymized ? `0123456789abcdef${index}` : `-Buyer${index}@x.io`,
    anonymized: isAnonymized,
    partnership_key: pick(partners, partner)?.key ?? null,
    provider_key: rest.provider_key === null ? null : `${rest.provider_key}${index}`,
    subscriptions: [],
    former_partnership_keys: [...new Set(former.map((one) => pick(partners, one)?.key ?? ""))],
  }));
  const transactions = made.transactions.map((one, index): Transaction => {
    const { customer: buyer, home, money: worth, subscription: paid, key, ...rest } = one;
    const owner = pick(buyers, buyer);
    // What pays for a subscription is always where its customer is known to have been.
    const known = [owner?.partnership_key ?? null, ...(owner?.former_partnership_keys ?? [])];
    const place = paid === null ? pick(partners, home)?.key : pick(known, home ?? 0);
    return {
      ...rest,
      ...worth,
      ...base(`${key}${index}`, rest.created_at),
      customer_key: owner?.key ?? "",
      partnership_key: place || null,
      ...(paid === null
        ? { subscription_key: null, subscription_plan: null, subscription_terms: null }
        : subscriptionTold(owner?.key ?? "", paid)),
    };
  });
  const customers = buyers.map((one): Customer => {
    const own = transactions.filter(
      ({ customer_key, subscription_key, archived }) => customer_key === one.key && subscription_key && !archived,
    );
    const paid = [...Map.groupBy(own, ({ subscription_key }) => subscription_key).values()].map(subscriptionOf);
    const subscriptions = paid.filter((found) => found !== undefined).toSorted(compareSubscriptions);
    return { ...one, subscriptions };
  });
  const rewards = made.rewards.map((one, index): Reward => {
    const { partner, customer: buyer, transaction: bought, money: worth, key, ...rest } = one;
    const payment = transactions.length === 0 ? undefined : pick(transactions, bought);
    return {
      ...rest,
      ...worth,
      ...base(`${key}${index}`, rest.created_at),
      partnership_key: pick(partners, partner)?.key ?? "",
      // Not always the customer whose the transaction is by now.
      customer_key: pick(customers, buyer)?.key ?? payment?.customer_key ?? null,
      transaction_key: payment?.key ?? null,
      subscription_key: null,
    };
  });
  const leads = made.leads.map(
    ({ partner, group: slug, hasEmail, customer: buyer, external_key, ...rest }, index): Lead => ({
      ...rest,
      ...base(`lead_${index}`, rest.created_at),
      external_key: external_key === null ? null : `${external_key}${index}`,
      partnership_key: pick(partners, partner)?.key ?? "",
      group_key: groupKey(slug),
      email: hasEmail ? `=Lead${index}@x.io` : null,
      status: LEAD_STATUSES[slug],
      customer_key: pick(customers, buyer)?.key ?? null,
      fields: only(rest.fields, [NOTE, SEATS, VIP, BILLING]),
    }),
  );
  const deals = made.deals.map(({ partner, group: slug, customer: buyer, external_key, ...rest }, index): Deal => ({
    ...rest,
    ...base(`deal_${index}`, rest.created_at),
    external_key: external_key === null ? null : `${external_key}${index}`,
    // Only the vendor's own may be nobody's.
    partnership_key: partner === null && rest.source === "vendor" ? null : (pick(partners, partner ?? 0)?.key ?? ""),
    group_key: groupKey(slug),
    customer_key: pick(customers, buyer)?.key ?? null,
    fields: only(rest.fields, [TIER, SINCE]),
  }));
  return { partners, customers, transactions, rewards, leads, deals };
}

/** What a transaction of this customer tells of its subscription. */
function subscriptionTold(buyer: string, { provider_key, plan, quantity, amount }: Terms) {
  const known = provider_key === null ? ["plan", plainName(plan ?? "")] : ["provider_key", provider_key];
  return {
    subscription_key: derivedKey("sub_", "acme", buyer, ...known),
    subscription_plan: plan,
    subscription_terms: { provider_key, quantity, amount },
  };
}

async function keep<R extends BaseRecord>(world: ImportWorld, declaration: Declaration<R>, records: readonly R[]) {
  for (const after of records)
    expect(
      await world.ledger.commit({ mark: `kept ${declaration.kind} ${after.key}`, changes: [{ declaration, after }] }),
    ).toBe(true);
}

/** Drops what has become of transactions, some of them with other customers. */
async function correct(world: ImportWorld, corrections: Drawn["corrections"]): Promise<void> {
  const [transactions, customers] = [world.stored(transaction), world.stored(customer)];
  const rows = corrections.flatMap(({ transaction: which, customer: who, subscription, amount }) => {
    const paid = transactions[which % transactions.length];
    if (paid === undefined) return [];
    const buyer =
      who === null ? customers.find(({ key }) => key === paid.customer_key) : customers[who % customers.length];
    return [
      [
        textCell(paid.key),
        textCell(buyer?.customer_key ?? null),
        String(amount === null ? paid.amount : amount - 300),
        textCell(subscription.provider_key),
        textCell(subscription.plan),
        String(subscription.quantity),
        String(subscription.amount ?? ""),
      ],
    ];
  });
  if (rows.length === 0) return;
  const header = [
    "key",
    "customer_key",
    "amount_in_cents",
    "subscription_key",
    "subscription_plan",
    "subscription_quantity",
    "subscription_value_in_cents",
  ];
  const body = [header, ...rows].map((row) => csvLine(row)).join("");
  const { outcomes } = await world.drop("transactions", body);
  expect(
    outcomes.filter(({ outcome }) => outcome !== "updated" && outcome !== "unchanged"),
    body,
  ).toEqual([]);
}

/** A program that holds these records, most of which no importer has made. */
async function sourceOf(made: Drawn): Promise<ImportWorld> {
  const world = await createImportWorld({ program: PROGRAM });
  const records = recordsOf(made, (slug) => world.stored(group).find((one) => one.slug === slug)?.key ?? "");
  await keep(world, partnership, records.partners);
  await keep(world, customer, records.customers);
  await keep(world, transaction, records.transactions);
  await correct(world, made.corrections);
  const paidFor = new Map(world.stored(transaction).map(({ key, subscription_key }) => [key, subscription_key]));
  const rewards = records.rewards.map((one) => ({
    ...one,
    subscription_key: paidFor.get(one.transaction_key ?? "") ?? null,
  }));
  await keep(world, reward, rewards);
  await keep(world, lead, records.leads);
  await keep(world, deal, records.deals);
  return world;
}

/** What an export tells of the program itself. */
async function settingsOf({ ledger, clock }: ImportWorld): Promise<ProgramInput> {
  const found = await exportedFiles(ledger, "acme", clock(), { format: "import", files: ["partners"] });
  return JSON.parse(found.get("program.json") ?? "");
}

/** All files of a program as an export has them. Keys of ours order nothing, as they differ from program to program. */
async function filesOf({ ledger, clock }: ImportWorld): Promise<Files> {
  const found = await exportedFiles(ledger, "acme", clock(), { format: "import", files: [...ORDER] });
  const file = (type: (typeof ORDER)[number]) => inOrder(found.get(`${type}.csv`) ?? "");
  return {
    partners: file("partners"),
    customers: file("customers"),
    transactions: file("transactions"),
    rewards: file("rewards"),
    leads: file("leads"),
    deals: file("deals"),
  };
}

/** A file with its rows sorted; a row may be of several lines. */
function inOrder(csv: string): string {
  const [header = [], ...rows]: string[][] = parse(csv);
  return [csvLine(header), ...rows.map((row) => csvLine(row)).toSorted()].join("");
}

/** Drops the files in order; whatever becomes of a row but this is told with the row's file. */
async function dropAll(
  world: ImportWorld,
  files: Files,
  wanted: "created" | "unchanged",
  deliveries?: Deliveries,
): Promise<void> {
  for (const type of ORDER) {
    const body = files[type];
    const dropped = await world.drop(type, body, {
      name: `${type}.csv`,
      folder: "disable-triggers/",
      ...(deliveries && { deliveries }),
    });
    if (dropped.job.reason_code === "no_rows") continue;
    expect(dropped.job, body).toMatchObject({ status: "completed", warnings: [] });
    expect(
      dropped.outcomes.filter(({ outcome }) => outcome !== wanted),
      body,
    ).toEqual([]);
  }
}

const byName = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
    : value;

/** What a program holds, in words that are the same in any program; keys of ours and the time of the last change are not. */
function told(world: ImportWorld) {
  const slugs = new Map(world.stored(group).map(({ key, slug }) => [key, slug]));
  const partners = new Map(world.stored(partnership).map(({ key, partner_key }) => [key, partner_key]));
  const customers = new Map(world.stored(customer).map(({ key, customer_key }) => [key, customer_key]));
  // A subscription is known by the provider's key, or by its plan.
  const subscriptions = new Map(
    world
      .stored(customer)
      .flatMap(({ customer_key, subscriptions: all }) =>
        all.map(({ key, provider_key, plan_name }) => [
          key,
          [customer_key, provider_key, provider_key === null ? plainName(plan_name ?? "") : null],
        ]),
      ),
  );
  const paidFor = (key: string | null) => (key === null ? null : (subscriptions.get(key) ?? "gone"));
  const home = (key: string | null) => (key === null ? null : partners.get(key));
  const buyer = (key: string | null) => (key === null ? null : customers.get(key));
  const sorted = (records: readonly object[]) => records.map((one) => JSON.stringify(one, byName)).toSorted();
  const without = <R extends BaseRecord>({ updated_at: _updated, ...rest }: R) => rest;
  return {
    partners: sorted(
      world.stored(partnership).map((one) => ({ ...without(one), key: null, group_key: slugs.get(one.group_key) })),
    ),
    customers: sorted(
      world.stored(customer).map((one) => ({
        ...without(one),
        key: null,
        partnership_key: home(one.partnership_key),
        subscriptions: one.subscriptions.map((paid) => ({ ...paid, key: paidFor(paid.key) })),
        former_partnership_keys: sorted(
          one.former_partnership_keys.map((key) => (key === "" ? {} : { partner: home(key) })),
        ),
      })),
    ),
    transactions: sorted(
      world.stored(transaction).map((one) => ({
        ...without(one),
        partnership_key: home(one.partnership_key),
        customer_key: buyer(one.customer_key),
        subscription_key: paidFor(one.subscription_key),
      })),
    ),
    rewards: sorted(
      world.stored(reward).map((one) => ({
        ...without(one),
        partnership_key: home(one.partnership_key),
        customer_key: buyer(one.customer_key),
        subscription_key: paidFor(one.subscription_key),
      })),
    ),
    ...Object.fromEntries(
      [lead, deal].map((kind) => [
        kind.collection,
        sorted(
          world.stored<Lead | Deal>(kind as never).map((one) => ({
            ...without(one),
            key: null,
            external_key: one.external_key ?? one.key,
            partnership_key: home(one.partnership_key),
            group_key: slugs.get(one.group_key),
            customer_key: buyer(one.customer_key),
          })),
        ),
      ]),
    ),
  };
}

/** All that the program holds but for the imports themselves. */
const kept = (world: ImportWorld) => world.table.items().filter(({ pk }) => !/^acme\/(import|audit)\//.test(pk));

/** Files of any program make the same program anew, however their parts come, and change nothing where they are true already. */
export async function checkReimport({ runs, seed }: { runs: number; seed: number }): Promise<void> {
  await fc.assert(
    fc.asyncProperty(drawn, fc.nat(), fc.integer({ min: 1, max: 4 }), async (made, order, partRows) => {
      const source = await sourceOf(made);
      const files = await filesOf(source);
      const fresh = await createImportWorld({ program: await settingsOf(source), partRows });
      await dropAll(fresh, files, "created", shuffled(order));
      expect(told(fresh)).toEqual(told(source));
      expect(await filesOf(fresh)).toEqual(files);
      const sums = foldOf(fresh);
      for (const { key } of fresh.stored(partnership)) {
        const totals = Object.entries(await fresh.totals(key)).filter(([, sum]) => sum !== 0);
        expect(Object.fromEntries(totals)).toEqual(sums.get(key) ?? {});
      }
      for (const world of [source, fresh]) {
        const before = kept(world);
        await dropAll(world, files, "unchanged");
        expect(kept(world)).toEqual(before);
      }
    }),
    // Biased to what is small, most programs would hold hardly anything.
    { numRuns: runs, seed, unbiased: true },
  );
}
