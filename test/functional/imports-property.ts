import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { expect } from "vitest";
import type { ProgramInput } from "../../shared/access/create-program.ts";
import type { Principal } from "../../shared/access/principal.ts";
import { cancelImport } from "../../shared/imports/cancel-import.ts";
import { isOver } from "../../shared/imports/import-jobs.ts";
import { effectReader, readPlan } from "../../shared/imports/outcomes.ts";
import { customer } from "../../shared/records/customer.ts";
import { deal, DEAL_STAGES } from "../../shared/records/deal.ts";
import { derivedKey } from "../../shared/records/derived-key.ts";
import { group } from "../../shared/records/group.ts";
import { type ImportJob, importJob } from "../../shared/records/import-job.ts";
import { lead, LEAD_STATUSES } from "../../shared/records/lead.ts";
import { manager } from "../../shared/records/manager.ts";
import { outgoingMail } from "../../shared/records/outgoing-mail.ts";
import { partnership } from "../../shared/records/partnership.ts";
import { reward } from "../../shared/records/reward.ts";
import { tag } from "../../shared/records/tag.ts";
import { transaction } from "../../shared/records/transaction.ts";
import type { DroppedObject } from "../../shared/imports/prepare-file.ts";
import {
  createImportWorld,
  type Dropped,
  foldOf,
  type ImportWorld,
  jittery,
  shuffled,
  type WorldOptions,
} from "./imports-harness.ts";
import {
  type CustomerRow,
  type DealRow,
  type Fired,
  type LeadRow,
  type PartnerRow,
  type RewardRow,
  SerialModel,
  subscriptionName,
  type TransactionRow,
} from "./imports-model.ts";
import { type File, anyRun, type Wishes } from "./imports-property-runs.ts";
import { addTriggers } from "./imports-property-triggers.ts";

/** The gold one takes what the other takes, and more. */
const GROUPS: ProgramInput["groups"] = [
  { name: "Affiliates", slug: "affiliates", default: true },
  {
    name: "Gold Resellers",
    slug: "gold",
    lead_statuses: [...LEAD_STATUSES, { name: "vip" }],
    deal_stages: [...DEAL_STAGES, { name: "Signed" }],
  },
];

/** How a world is made and a file imported in it to the end, whatever happens on the way. */
export type Importer = (seed: number) => {
  readonly options: WorldOptions;
  /** `before` comes before messages are taken. */
  run(world: ImportWorld, object: DroppedObject, seed: number, before: () => Promise<void>): Promise<void>;
};

/** Parts in any order, to several workers, some messages more than once. */
const inAnyOrder: Importer = (seed) => ({
  options: { around: (ports) => jittery(seed, ports) },
  async run(world, object, order, before) {
    await world.open(object);
    await world.drain({ ...shuffled(order), before });
  },
});

/** Files come out the same as read by one from top to bottom. */
export async function checkImports({
  runs,
  seed,
  importer = inAnyOrder,
}: {
  runs: number;
  seed: number;
  importer?: Importer;
}): Promise<void> {
  await fc.assert(
    fc.asyncProperty(anyRun, async ({ files, triggers, partRows, waveRows, seed: order, lineEnd }) => {
      const { options, run: importFile } = importer(order);
      const world = await createImportWorld({ program: { groups: GROUPS }, partRows, waveRows, ...options });
      await addTriggers(world, triggers);
      let model = new SerialModel(triggers);
      for (const [index, { file, wishes }] of files.entries()) {
        const ends = new Map<string, string>();
        if (file.type === "customers")
          for (const { customer_key, key } of world.stored(customer)) ends.set(customer_key, key);
        const { text, rows } = written(file, ends, lineEnd);
        world.clock.advance(1000);
        if (rows.length === 0) continue;
        const one: Asked = { file, wishes, rows, text, now: world.clock() };
        const folders = [...(wishes.disable ? ["disable-triggers"] : []), ...(wishes.invite ? ["send-invites"] : [])];
        const begin = async (folder: readonly string[], metadata: Record<string, string>, before = nothing) => {
          const path = ["imports", "acme", file.type, ...folder, `${index}.csv`].join("/");
          const object = world.put(path, text, metadata);
          const items = itemsOf(world);
          await importFile(world, object, order + index, before);
          const dropped = await world.result(object);
          expectOneMail(dropped);
          return {
            dropped,
            isAsBefore: isDeepStrictEqual(itemsOf(world), items),
            effects: await effectsOf(world, dropped),
          };
        };

        const known = new Set(world.table.items().map(({ key }) => key));
        const dry = wishes.dry
          ? await begin([...folders, "dry-run"], {}, cancelAt(world, wishes.cancelDry).before)
          : undefined;
        const isCut = dry !== undefined && dry.dropped.job.cancel_requested_at !== null;
        if (dry !== undefined) {
          expect(dry.isAsBefore).toBe(true);
          expect(dry.dropped.job).toMatchObject({ status: isCut ? "canceled" : "completed", phase: "check" });
          expectTold(dry.dropped, dry.effects, played(model, one, canceledIn(dry.dropped)));
          expect(dry.dropped.mails.filter(({ mail }) => mail === "outgoing")).toEqual([]);
        }

        const cancel = cancelAt(world, wishes.cancel);
        const real = await begin(folders, METADATA[wishes.policy], cancel.before);
        const { job } = real.dropped;
        const canceled = canceledIn(real.dropped);
        const whole = played(model, one);
        const limit = LIMITS[wishes.policy];
        const failed = whole.told.filter((told) => told.startsWith("failed")).length;
        const isRefused = limit !== undefined && failed * 100 > limit * rows.length;
        if (job.cancel_requested_at === null) {
          const end = isRefused ? { status: "failed", reason_code: "rows_failed" } : { status: "completed" };
          expect(job).toMatchObject(end);
        } else {
          expect(job).toMatchObject({ status: "canceled", reason_code: "canceled" });
          expect(rows.length - canceled.size).toBeGreaterThanOrEqual(cancel.processed(job.phase));
          // Of rows that are taken in order, the last ones are left out.
          const inOrder = (await rowsInOrder(world, job)).map((row) => canceled.has(row));
          expect(inOrder).toEqual(inOrder.toSorted((a, b) => Number(a) - Number(b)));
        }
        const some = canceled.size === 0 ? whole : played(model, one, canceled);
        const isHeldBack = job.phase === "check";
        const now = isHeldBack ? heldBack(some) : some;
        if (isHeldBack) expect(real.isAsBefore).toBe(true);
        else model = some.model;
        expectTold(real.dropped, real.effects, now);
        expect(recordsOf(world)).toEqual(recordsOfModel(model));
        await expectTotals(world, model);
        expectMails(world, real.dropped, model);
        if (!isHeldBack && dry !== undefined && !isCut && canceled.size === 0) {
          const told = ({ dropped: { outcomes: all, job: of }, effects }: typeof real) =>
            withoutNewKeys(
              // A partner's address may change with a row behind.
              {
                all,
                effects: effects.map(({ partner: _partner, ...rest }) => rest),
                warnings: of.warnings.toSorted(byText),
              },
              known,
            );
          expect(told(dry)).toEqual(told(real));
        }
      }
    }),
    // Biased to what is small, most files would hardly do anything.
    { numRuns: runs, seed, unbiased: true },
  );
}

const nothing = async (): Promise<void> => undefined;

const METADATA: Readonly<Record<Wishes["policy"], Record<string, string>>> = {
  none: {},
  all: { "error-policy": "all_or_nothing" },
  some: { "error-policy": "stop_above", "stop-above-percent": "20" },
  half: { "error-policy": "stop-above", "stop-above-percent": "50" },
};

/** How many percent of the rows may fail. */
const LIMITS: Readonly<Record<Wishes["policy"], number | undefined>> = { none: undefined, all: 0, some: 20, half: 50 };

/** What is told, with new keys as they are numbered when they come up first: each import makes its own. */
function withoutNewKeys(told: object, known: ReadonlySet<unknown>): string {
  const numbers = new Map<string, number>();
  return JSON.stringify(told, undefined, 1).replace(/\b[a-z]+_[0-9a-z]{26}\b/g, (key) => {
    if (known.has(key)) return key;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return `new ${number}`;
  });
}

/** All of the program but its imports themselves. */
const itemsOf = (world: ImportWorld) =>
  world.table.items().filter(({ pk }) => !pk.startsWith("acme/import/") && !pk.startsWith("acme/audit/"));

/** Cancels the import that is on its way before so many messages have been taken. */
function cancelAt(world: ImportWorld, at: number | null) {
  let taken = 0;
  let isCanceled = false;
  let done: Partial<Record<string, number>> = {};
  return {
    async before(): Promise<void> {
      if (isCanceled || at === null || (taken += 1) < at) return;
      const job = world.stored(importJob).find((one) => !isOver(one));
      if (job === undefined) return;
      if (job.cancel_requested_at === null) done = { [job.phase]: job.rows.processed };
      await cancelImport(world, CANCELLER, job);
      isCanceled = true;
    },
    /** How many rows had been told of by then. */
    processed: (phase: string) => done[phase] ?? 0,
  };
}

/** The rows that wait for the second turn. */
async function rowsInOrder({ uploads }: ImportWorld, { program, key }: Pick<ImportJob, "program" | "key">) {
  const plan = await readPlan(uploads, program, key);
  return (plan?.parts ?? []).flatMap(({ later, firstRow, rows }) =>
    later === "all" ? Array.from({ length: rows }, (_, at) => firstRow + 1 + at) : later,
  );
}

/** The rows that were left out. */
const canceledIn = ({ job, outcomes }: Dropped): Set<number> => {
  const rows = outcomes.flatMap(({ row, code }) => (code === "canceled" ? [row] : []));
  if (job.cancel_requested_at === null) expect(rows).toEqual([]);
  return new Set(rows);
};

const CANCELLER: Principal = {
  program: "acme",
  kind: "teammate",
  id: "owner@acme.example",
  role: "admin",
  permissions: [],
  test: false,
};

/** A file as it is asked to be imported. */
interface Asked {
  readonly file: File;
  readonly wishes: Wishes;
  readonly rows: readonly { readonly line: number; readonly at: number }[];
  readonly text: string;
  readonly now: number;
}

/** What a file would come to, with the model as it would be then. */
interface Played {
  readonly model: SerialModel;
  readonly rows: Asked["rows"];
  readonly told: readonly string[];
  readonly fired: readonly (readonly Fired[])[];
}

function played(before: SerialModel, { file, wishes, rows, text, now }: Asked, canceled = new Set<number>()): Played {
  const model = before.clone();
  model.options = { triggers: !wishes.disable, invites: wishes.invite };
  const sha = createHash("sha256").update(text).digest("hex");
  const nameable = new Set(model.customers.map(({ customerKey }) => customerKey));
  const fired: Fired[][] = [];
  const told = rows.map(({ at }, index) => {
    model.fired = [];
    fired.push(model.fired);
    if (canceled.has(index + 1)) return "skipped canceled";
    const own = (prefix: string) => derivedKey(prefix, "acme", sha, String(index + 1));
    return expectedOf(model, file, at, { now, nameable, own });
  });
  return { model, rows, told, fired };
}

/** The same, of a file that is not imported after all. */
const heldBack = ({ told, fired, ...rest }: Played): Played => ({
  ...rest,
  told: told.map((one) => (one === "created" || one === "updated" ? "skipped held_back" : one)),
  fired: fired.map(() => []),
});

/** The job, its outcomes and its effects tell what the model says. */
function expectTold(
  { job, outcomes }: Dropped,
  effects: readonly Effect[],
  { rows, told, fired, model }: Played,
): void {
  expect(outcomes.map(({ outcome, code }) => (code === null ? outcome : `${outcome} ${code}`))).toEqual(told);
  expect(outcomes.map(({ line }) => line)).toEqual(rows.map(({ line }) => line));
  const count = (name: string) => told.filter((one) => one.split(" ")[0] === name).length;
  expect(job.rows).toEqual({
    total: rows.length,
    processed: rows.length,
    created: count("created"),
    updated: count("updated"),
    unchanged: count("unchanged"),
    skipped: count("skipped"),
    failed: count("failed"),
  });
  const all = fired.flatMap((made, index) => made.map((one) => ({ ...one, row: index + 1 })));
  const made = (...names: readonly string[]) => all.filter(({ effect }) => names.includes(effect)).length;
  expect(job.effects).toEqual({
    rewards: made("reward"),
    mails: made("send_mail", "invite"),
    moves: made("move_group"),
  });
  const sums: Record<string, number> = {};
  for (const { amount, currency } of all) if (currency !== null) sums[currency] = (sums[currency] ?? 0) + (amount ?? 0);
  expect(job.reward_amounts).toEqual(sums);
  // Of a dry run, new partners are known by what they are in the model alone.
  const isStored = !job.options.dry_run && job.phase === "import";
  expect(
    effects.map((one) => ({
      row: one.row,
      trigger: one.trigger_key,
      effect: one.effect,
      amount: one.amount,
      currency: one.currency,
      group: one.group,
      partner: isStored ? one.partner : null,
    })),
  ).toEqual(all.map(({ partner, ...rest }) => ({ ...rest, partner: isStored ? emailIn(model, partner) : null })));
}

/** A partner's address when the file is done. */
const emailIn = ({ partners }: SerialModel, partner: Fired["partner"]): string | undefined =>
  partners.find((one) => one === partner)?.email;

/** A job's list of effects, read page by page, in people's own names. */
async function effectsOf(world: ImportWorld, { job }: Dropped) {
  const partners = new Map(world.stored(partnership).map(({ key, email }) => [key, email]));
  const groups = new Map<string | null, string>(world.stored(group).map(({ key, name }) => [key, name]));
  const read = effectReader(world.uploads);
  const found: Awaited<ReturnType<typeof read>>["items"] = [];
  for (let after = { row: 0, effect: 0 }, more = true; more;) {
    const { items, has_more } = await read(job, { after, limit: 3 });
    found.push(...items);
    const [row = 0, effect = 0] = items.at(-1)?.key.split(".").map(Number) ?? [];
    [after, more] = [{ row, effect }, has_more];
  }
  return found.map((one) => ({
    ...one,
    partner: partners.get(one.partnership_key) ?? null,
    group: one.group_key === null ? null : (groups.get(one.group_key) ?? ""),
  }));
}

type Effect = Awaited<ReturnType<typeof effectsOf>>[number];

/** Whoever asked for an import is told of its end, and of nothing else but what its rows brought about. */
function expectOneMail({ job, mails }: Dropped): void {
  const others = mails.filter(({ mail }) => mail !== "outgoing").map((mail) => JSON.stringify(mail));
  expect([...new Set(others)]).toEqual([JSON.stringify({ mail: "import-finished", program: "acme", key: job.key })]);
}

/** Mails are written as the model has them, and those of this import are asked for. */
function expectMails(world: ImportWorld, { job, mails }: Dropped, model: SerialModel): void {
  const stored = world.stored(outgoingMail);
  expect(
    stored
      .map(({ to, subject, text, reason }) => ({ to, text: reason === "invitation" ? null : `${subject}: ${text}` }))
      .toSorted(byText),
  ).toEqual(model.mails.toSorted(byText));
  const own = stored.filter(({ created_at }) => created_at === job.created_at);
  const asked = mails.flatMap((mail) => (mail.mail === "outgoing" ? [mail.key] : []));
  expect([...new Set(asked)].toSorted()).toEqual(own.map(({ key }) => key).toSorted());
}

const HEADERS = {
  partners: [
    "partner_first",
    "partner_last",
    "partner_email",
    "partner_key",
    "partner_group",
    "partner_manager",
    "partner_tags",
    "partner_joined_date",
  ],
  customers: ["customer_key", "ps_customer_key", "email", "partner_key", "name", "provider_key", "created_at"],
  transactions: [
    "key",
    "customer_key",
    "amount_in_cents",
    "currency",
    "product_key",
    "partner_key",
    "created_at",
    "subscription_key",
    "subscription_plan",
    "subscription_quantity",
    "subscription_value_in_cents",
  ],
  rewards: [
    "partner_email",
    "partner_key",
    "target_type",
    "target_key",
    "amount_in_cents",
    "reward_description",
    "reward_currency",
    "status",
    "created_at",
  ],
  leads: [
    "external_key",
    "partner_key",
    "first_name",
    "last_name",
    "email",
    "company",
    "status",
    "amount",
    "created_at",
  ],
  deals: ["external_key", "partner_key", "amount", "currency", "close_date", "stage", "account_name", "created_at"],
} as const;

/** The text of a file, and the line that each row is on. */
function written(file: File, psKeys: ReadonlyMap<string, string>, lineEnd: string) {
  const headers = HEADERS[file.type];
  const rows: { line: number; at: number }[] = [];
  const texts = file.lines.map((one, at) => {
    if (!("row" in one)) {
      if (one.outcome !== null) rows.push({ line: at + 2, at });
      return one.text;
    }
    rows.push({ line: at + 2, at });
    const cells: Readonly<Record<string, string>> = { ...one.row };
    return headers
      .map((header) => {
        const value = cells[header] ?? "";
        return header === "ps_customer_key" ? (psKeys.get(value) ?? value) : value;
      })
      .join(",");
  });
  return { text: [headers.join(","), ...texts, ""].join(lineEnd), rows };
}

function expectedOf(
  model: SerialModel,
  file: File,
  at: number,
  { now, nameable, own }: { now: number; nameable: ReadonlySet<string>; own: (prefix: string) => string },
): string {
  const line = file.lines[at];
  if (line === undefined) throw new Error("no such line");
  if (!("row" in line)) return line.outcome ?? "";
  if (Object.values(line.row).every((value) => value === "")) return "skipped blank_row";
  switch (file.type) {
    case "partners":
      return model.partner(line.row as PartnerRow, now);
    case "customers":
      return model.customer(line.row as CustomerRow, now, nameable);
    case "transactions":
      return model.transaction(line.row as TransactionRow, now, own("trx_"));
    case "leads":
      return model.lead(line.row as LeadRow, now);
    case "deals":
      return model.deal(line.row as DealRow, now, own("deal_"));
    default:
      return model.reward(line.row as RewardRow, now, own("rwrd_"));
  }
}

const byText = (one: unknown, other: unknown): number => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);

/** What the subscriptions that files can make are called, by their keys. */
function subscriptionNames(customers: readonly { readonly key: string; readonly customer_key: string }[]) {
  const names = new Map<string | null, string>();
  for (const { key, customer_key } of customers) {
    for (const one of ["s1", "s2"])
      names.set(derivedKey("sub_", "acme", key, "provider_key", one), `${customer_key} key ${one}`);
    for (const plan of ["solo", "max", "team"])
      names.set(derivedKey("sub_", "acme", key, "plan", plan), `${customer_key} plan ${plan}`);
  }
  return names;
}

/** All records of a world, with names of people's own in place of the keys made for them. */
export function recordsOf(world: ImportWorld) {
  const partners = world.stored(partnership);
  const customers = world.stored(customer);
  const groups = new Map(world.stored(group).map(({ key, name }) => [key, name]));
  const partnerOf = new Map<string | null, string>(partners.map(({ key, email }) => [key, email]));
  const customerOf = new Map<string | null, string>(customers.map(({ key, customer_key }) => [key, customer_key]));
  const subscriptionOf = subscriptionNames(customers);
  return {
    partners: partners
      .map((one) => ({
        email: one.email,
        // Where the file gives no key, one is made.
        partnerKey: /^k\d$/.test(one.partner_key) ? one.partner_key : null,
        name: `${one.first_name} ${one.last_name}`,
        group: groups.get(one.group_key) ?? "",
        manager: one.manager,
        tags: one.tags,
        joined: one.joined_at,
        groupJoined: one.group_joined_at,
        created: one.created_at,
      }))
      .toSorted(byText),
    managers: world
      .stored(manager)
      .map(({ name }) => name?.toLowerCase() ?? "")
      .toSorted(),
    tags: world
      .stored(tag)
      .map(({ name }) => name.toLowerCase())
      .toSorted(),
    customers: customers
      .map((one) => ({
        key: one.customer_key,
        email: one.email,
        name: one.name,
        partner: partnerOf.get(one.partnership_key) ?? null,
        provider: one.provider_key,
        created: one.created_at,
        subscriptions: one.subscriptions
          .map((told) => ({
            name: subscriptionOf.get(told.key) ?? null,
            provider: told.provider_key,
            plan: told.plan_name,
            amount: told.amount,
            currency: told.currency,
            quantity: told.quantity,
            transactions: told.transactions,
            created: told.created_at,
            paid: told.paid_at,
            latest: told.transaction_key,
          }))
          .toSorted(byText),
      }))
      .toSorted(byText),
    transactions: world
      .stored(transaction)
      .map((one) => ({
        key: one.key,
        customer: customerOf.get(one.customer_key) ?? null,
        partner: partnerOf.get(one.partnership_key) ?? null,
        amount: one.amount,
        currency: one.currency,
        usd: one.amount_usd,
        product: one.product_key,
        created: one.created_at,
        subscription: subscriptionOf.get(one.subscription_key) ?? null,
        plan: one.subscription_plan,
        provider: one.subscription_terms?.provider_key ?? null,
        quantity: one.subscription_terms?.quantity ?? null,
        price: one.subscription_terms?.amount ?? null,
      }))
      .toSorted(byText),
    rewards: world
      .stored(reward)
      .map((one) => ({
        key: one.trigger_key === null ? one.key : null,
        partner: partnerOf.get(one.partnership_key) ?? null,
        customer: customerOf.get(one.customer_key) ?? null,
        transaction: one.transaction_key,
        subscription: subscriptionOf.get(one.subscription_key) ?? null,
        trigger: one.trigger_key,
        ready: one.ready_at,
        amount: one.amount,
        currency: one.currency,
        usd: one.amount_usd,
        description: one.description,
        status: one.reward_status,
        created: one.created_at,
      }))
      .toSorted(byText),
    leads: world
      .stored(lead)
      .map((one) => ({
        externalKey: one.external_key,
        partner: partnerOf.get(one.partnership_key) ?? null,
        group: groups.get(one.group_key) ?? "",
        name: `${one.first_name} ${one.last_name}`,
        email: one.email,
        status: one.status,
        amount: one.amount,
        created: one.created_at,
      }))
      .toSorted(byText),
    deals: world
      .stored(deal)
      .map((one) => ({
        key: one.external_key ?? one.key,
        partner: partnerOf.get(one.partnership_key) ?? null,
        group: groups.get(one.group_key) ?? "",
        amount: one.amount,
        currency: one.currency,
        closes: one.close_date,
        stage: one.stage,
        account: one.account_name,
        created: one.created_at,
      }))
      .toSorted(byText),
  };
}

function recordsOfModel(model: SerialModel) {
  return {
    partners: model.partners
      .map(({ email, partnerKey, name, group: own, manager: by, tags, joined, groupJoined, created }) => ({
        email,
        partnerKey,
        name,
        group: own,
        manager: by,
        tags: [...tags],
        joined,
        groupJoined,
        created,
      }))
      .toSorted(byText),
    managers: [...model.managers].toSorted(),
    tags: [...model.tags].toSorted(),
    customers: model.customers
      .map((one) => ({
        key: one.customerKey,
        email: one.email,
        name: one.name,
        partner: one.partner?.email ?? null,
        provider: one.provider,
        created: one.created,
        subscriptions: model.subscriptions(one).toSorted(byText),
      }))
      .toSorted(byText),
    transactions: [...model.transactions]
      .map(([key, one]) => ({
        key,
        customer: one.customer.customerKey,
        partner: one.partner?.email ?? null,
        amount: one.amount,
        currency: one.currency,
        usd: one.usd,
        product: one.product,
        created: one.created,
        subscription: subscriptionName(one),
        plan: one.plan,
        provider: one.provider,
        quantity: one.quantity,
        price: one.price,
      }))
      .toSorted(byText),
    rewards: [...model.rewards]
      .map(([key, { partner, customer: buyer, ...one }]) => ({
        key: one.trigger === null ? key : null,
        partner: partner.email,
        customer: buyer?.customerKey ?? null,
        transaction: one.transaction,
        subscription: one.subscription,
        trigger: one.trigger,
        ready: one.ready,
        amount: one.amount,
        currency: one.currency,
        usd: one.usd,
        description: one.description,
        status: one.status,
        created: one.created,
      }))
      .toSorted(byText),
    leads: model.leads.map((one) => ({ ...one, partner: one.partner.email })).toSorted(byText),
    deals: [...model.deals.values()].map((one) => ({ ...one, partner: one.partner.email })).toSorted(byText),
  };
}

/** The ledger's day totals are the model's, and the fold of the very records that are stored. */
async function expectTotals(world: ImportWorld, model: SerialModel): Promise<void> {
  const wanted = model.totals();
  const folded = foldOf(world);
  for (const { key, email } of world.stored(partnership)) {
    const totals = withoutZeros(await world.totals(key));
    expect(totals).toEqual(wanted[email] ?? {});
    expect(totals).toEqual(folded.get(key) ?? {});
  }
}

const withoutZeros = (sums: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
