import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { expect } from "vitest";
import { customer } from "../../shared/records/customer.ts";
import { deal } from "../../shared/records/deal.ts";
import { derivedKey } from "../../shared/records/derived-key.ts";
import { group } from "../../shared/records/group.ts";
import { lead } from "../../shared/records/lead.ts";
import { manager } from "../../shared/records/manager.ts";
import { partnership } from "../../shared/records/partnership.ts";
import { reward } from "../../shared/records/reward.ts";
import { tag } from "../../shared/records/tag.ts";
import { transaction } from "../../shared/records/transaction.ts";
import type { DroppedObject } from "../../shared/imports/prepare-file.ts";
import {
  createImportWorld,
  foldOf,
  type ImportWorld,
  jittery,
  shuffled,
  type WorldOptions,
} from "./imports-harness.ts";
import {
  type BadLine,
  type CustomerRow,
  type DealRow,
  type LeadRow,
  type PartnerRow,
  type RewardRow,
  SerialModel,
  type TransactionRow,
} from "./imports-model.ts";

type Line<Row> = { readonly row: Row } | BadLine;
type File =
  | { readonly type: "partners"; readonly lines: readonly Line<PartnerRow>[] }
  | { readonly type: "customers"; readonly lines: readonly Line<CustomerRow>[] }
  | { readonly type: "transactions"; readonly lines: readonly Line<TransactionRow>[] }
  | { readonly type: "rewards"; readonly lines: readonly Line<RewardRow>[] }
  | { readonly type: "leads"; readonly lines: readonly Line<LeadRow>[] }
  | { readonly type: "deals"; readonly lines: readonly Line<DealRow>[] };

/** Mostly empty. */
const often = (...cells: readonly string[]) => fc.constantFrom("", "", ...cells);
const cell = (...cells: readonly string[]) => fc.constantFrom(...cells);
const rarely = (bad: string, cells: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 14, arbitrary: cells }, { weight: 1, arbitrary: fc.constant(bad) });

const dates = rarely("soon", often("2026-01-31", "2026-02-01", "2025-12-31"));
const amounts = rarely("12x", cell("100", "-100", "2550", "1", "0"));
const partnerEmails = cell("a@x.io", "A@X.io", "b@x.io", "c@x.io", "d@x.io");
const partnerKeys = often("k1", "k2", "k3", "k4");
const customerKeys = cell("u1", "u2", "u3", "u4");

const partnerRow = fc.record<PartnerRow>({
  partner_first: rarely("", cell("Ada", "Bo")),
  partner_last: cell("Lee", "Ng"),
  partner_email: rarely("not an address", partnerEmails),
  partner_key: partnerKeys,
  partner_group: rarely("nobody's", often("gold", "Affiliates", "Gold Resellers")),
  partner_manager: often("Max", "max", "Mia"),
  partner_tags: often("x|y", "z", "X|w"),
  partner_joined_date: dates,
});

const customerRow = fc.record<CustomerRow>({
  customer_key: fc.oneof({ weight: 5, arbitrary: customerKeys }, { weight: 1, arbitrary: fc.constant("") }),
  ps_customer_key: fc.oneof({ weight: 8, arbitrary: fc.constant("") }, { weight: 2, arbitrary: customerKeys }),
  email: rarely("not an address", rarely("", cell("u1@x.io", "U1@x.io", "u2@x.io", "u3@x.io", "u4@x.io", "u5@x.io"))),
  partner_key: rarely("k9", partnerKeys),
  name: often("Uma", "Udo"),
  provider_key: often("p1", "p2"),
  created_at: dates,
});

const transactionRow = fc.record<TransactionRow>({
  key: often("t1", "t2", "t3", "t4", "t1"),
  customer_key: rarely("u9", customerKeys),
  amount_in_cents: amounts,
  currency: often("USD", "EUR", "eur", "JPY", "CHF"),
  product_key: often("team"),
  created_at: dates,
});

const rewardRow = fc.record<RewardRow>({
  partner_email: often("a@x.io", "B@x.io", "z@x.io"),
  partner_key: partnerKeys,
  target_type: often("transaction", "customer"),
  target_key: often("t1", "t2", "u1", "u2"),
  amount_in_cents: amounts,
  reward_description: rarely("", cell("Bonus")),
  reward_currency: often("EUR", "CHF"),
  status: often("paid", "hold"),
  created_at: often("2026-01-31", "2026-02-01"),
});

const leadRow = fc.record<LeadRow>({
  external_key: often("l1", "l2", "l3"),
  partner_key: fc.oneof({ weight: 9, arbitrary: cell("k1", "k2", "k3", "k4") }, { weight: 1, arbitrary: often("k9") }),
  first_name: rarely("", cell("Lu", "Lo")),
  last_name: cell("Lee", "Ng"),
  email: rarely("not an address", rarely("", cell("l1@x.io", "L1@X.io", "l2@x.io", "l3@x.io"))),
  company: cell("Cobol"),
  status: rarely("lost", cell("open", "closed won", "Closed-Won", "dead")),
  amount: rarely("12x", often("100", "250")),
  created_at: dates,
});

const dealRow = fc.record<DealRow>({
  external_key: often("d1", "d2", "d3"),
  partner_key: fc.oneof({ weight: 9, arbitrary: cell("k1", "k2", "k3", "k4") }, { weight: 1, arbitrary: often("k9") }),
  amount: amounts,
  currency: often("USD", "EUR", "jpy"),
  close_date: rarely("soon", cell("2026-03-31", "2026-04-30")),
  stage: rarely("lost", cell("working", "Closed_won", "Negotiating")),
  account_name: often("Cobol", "Fortran"),
  created_at: dates,
});

/** A quote within a cell of its own costs that line only; where several stand in a file, they may make one record. */
const badLine = (width: number): fc.Arbitrary<BadLine> =>
  fc.constantFrom<BadLine>(
    { text: "", outcome: null },
    { text: ",".repeat(width - 1), outcome: "skipped blank_row" },
    { text: "one,two", outcome: "failed ragged_row" },
    { text: `${",".repeat(width - 1)},too far`, outcome: "failed ragged_row" },
    { text: `a"b${",".repeat(width - 1)}`, outcome: "failed bad_quote" },
  );

const linesOf = <Row extends object>(row: fc.Arbitrary<Row>, width: number): fc.Arbitrary<Line<Row>[]> =>
  fc.array(
    fc.oneof<
      [{ weight: number; arbitrary: fc.Arbitrary<Line<Row>> }, { weight: number; arbitrary: fc.Arbitrary<Line<Row>> }]
    >({ weight: 12, arbitrary: row.map((one) => ({ row: one })) }, { weight: 1, arbitrary: badLine(width) }),
    { minLength: 1, maxLength: 14 },
  );

const partnersFile = linesOf(partnerRow, 8).map((lines): File => ({ type: "partners", lines }));
const customersFile = linesOf(customerRow, 7).map((lines): File => ({ type: "customers", lines }));
const transactionsFile = linesOf(transactionRow, 6).map((lines): File => ({ type: "transactions", lines }));
const rewardsFile = linesOf(rewardRow, 9).map((lines): File => ({ type: "rewards", lines }));
const leadsFile = linesOf(leadRow, 9).map((lines): File => ({ type: "leads", lines }));
const dealsFile = linesOf(dealRow, 8).map((lines): File => ({ type: "deals", lines }));

const run = fc.record({
  // Something to refer to first, then anything.
  files: fc
    .tuple(
      partnersFile,
      customersFile,
      transactionsFile,
      fc.array(fc.oneof(partnersFile, customersFile, transactionsFile, rewardsFile, leadsFile, dealsFile), {
        maxLength: 4,
      }),
    )
    .map(([partners, customers, transactions, others]) => [partners, customers, transactions, ...others]),
  partRows: fc.integer({ min: 1, max: 6 }),
  waveRows: fc.integer({ min: 1, max: 6 }),
  seed: fc.integer(),
  lineEnd: fc.constantFrom("\n", "\r\n", "\r"),
});

/** How a world is made and a file imported in it to the end, whatever happens on the way. */
export type Importer = (seed: number) => {
  readonly options: WorldOptions;
  run(world: ImportWorld, object: DroppedObject, seed: number): Promise<void>;
};

/** Parts in any order, to several workers, some messages more than once. */
const inAnyOrder: Importer = (seed) => ({
  options: { around: (ports) => jittery(seed, ports) },
  async run(world, object, order) {
    await world.open(object);
    await world.drain(shuffled(order));
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
    fc.asyncProperty(run, async ({ files, partRows, waveRows, seed: order, lineEnd }) => {
      const { options, run: importFile } = importer(order);
      const world = await createImportWorld({ partRows, waveRows, ...options });
      const model = new SerialModel();
      for (const [index, file] of files.entries()) {
        const ends = new Map<string, string>();
        if (file.type === "customers")
          for (const { customer_key, key } of world.stored(customer)) ends.set(customer_key, key);
        const { text, rows } = written(file, ends, lineEnd);
        world.clock.advance(1000);
        const expected = expectedOf(model, file, rows, world.clock(), text);
        if (rows.length === 0) continue;
        const object = world.put(`imports/acme/${file.type}/${index}.csv`, text);
        await importFile(world, object, order + index);
        const dropped = await world.result(object);
        expect(dropped.job.status).toBe("completed");
        const told = dropped.outcomes.map(({ outcome, code }) => (code === null ? outcome : `${outcome} ${code}`));
        expect(told).toEqual(expected);
        expect(dropped.outcomes.map(({ line }) => line)).toEqual(rows.map(({ line }) => line));
        const count = (name: string) => told.filter((one) => one.split(" ")[0] === name).length;
        expect(dropped.job.rows).toEqual({
          total: rows.length,
          processed: rows.length,
          created: count("created"),
          updated: count("updated"),
          unchanged: count("unchanged"),
          skipped: count("skipped"),
          failed: count("failed"),
        });
        expect(recordsOf(world)).toEqual(recordsOfModel(model));
        await expectTotals(world, model);
      }
    }),
    { numRuns: runs, seed },
  );
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
  transactions: ["key", "customer_key", "amount_in_cents", "currency", "product_key", "created_at"],
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
  rows: readonly { at: number }[],
  now: number,
  text: string,
): string[] {
  const sha = createHash("sha256").update(text).digest("hex");
  const nameable = new Set(model.customers.map(({ customerKey }) => customerKey));
  return rows.map(({ at }, index) => {
    const line = file.lines[at];
    if (line === undefined) throw new Error("no such line");
    if (!("row" in line)) return line.outcome ?? "";
    if (Object.values(line.row).every((value) => value === "")) return "skipped blank_row";
    const own = (prefix: string) => derivedKey(prefix, "acme", sha, String(index + 1));
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
  });
}

const byText = (one: unknown, other: unknown): number => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);

/** All records of a world, with names of people's own in place of the keys made for them. */
export function recordsOf(world: ImportWorld) {
  const partners = world.stored(partnership);
  const customers = world.stored(customer);
  const groups = new Map(world.stored(group).map(({ key, name }) => [key, name]));
  const partnerOf = new Map<string | null, string>(partners.map(({ key, email }) => [key, email]));
  const customerOf = new Map<string | null, string>(customers.map(({ key, customer_key }) => [key, customer_key]));
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
      }))
      .toSorted(byText),
    rewards: world
      .stored(reward)
      .map((one) => ({
        key: one.key,
        partner: partnerOf.get(one.partnership_key) ?? null,
        customer: customerOf.get(one.customer_key) ?? null,
        transaction: one.transaction_key,
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
      .map(({ customerKey, email, name, partner, provider, created }) => ({
        key: customerKey,
        email,
        name,
        partner: partner?.email ?? null,
        provider,
        created,
      }))
      .toSorted(byText),
    transactions: [...model.transactions]
      .map(([key, { customer: buyer, partner, amount, currency, usd, product, created }]) => ({
        key,
        customer: buyer.customerKey,
        partner: partner?.email ?? null,
        amount,
        currency,
        usd,
        product,
        created,
      }))
      .toSorted(byText),
    rewards: [...model.rewards]
      .map(
        ([
          key,
          { partner, customer: buyer, transaction: bought, amount, currency, usd, description, status, created },
        ]) => ({
          key,
          partner: partner.email,
          customer: buyer?.customerKey ?? null,
          transaction: bought,
          amount,
          currency,
          usd,
          description,
          status,
          created,
        }),
      )
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
