import * as z from "zod";
import { isOf, type PastRecord } from "../ledger/as-of.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { BundleRow, PartnerView } from "../records/bundle.ts";
import { type Customer, customer, type CustomerRow } from "../records/customer.ts";
import { deal, type DealRow } from "../records/deal.ts";
import type { ExportJob } from "../records/export-job.ts";
import type { Group } from "../records/group.ts";
import { type Lead, lead, type LeadRow } from "../records/lead.ts";
import { type Partnership, type PartnerRow, partnership } from "../records/partnership.ts";
import { customerSk, partnerPk } from "../records/place.ts";
import type { Program } from "../records/program.ts";
import type { BaseRecord } from "../records/record.ts";
import { type Reward, reward, type RewardRow } from "../records/reward.ts";
import { shownCustomer, shownReferral } from "../records/shown-email.ts";
import { type Transaction, transaction, type TransactionReward, type TransactionRow } from "../records/transaction.ts";
import type { BundleTallies } from "./bundle-tallies.ts";
import type { CsvFile } from "./csv-file.ts";
import { customerLookup } from "./customer-lookup.ts";
import { formerPartnerKeys } from "./former-partner-keys.ts";
import { partnerView } from "./partner-view.ts";

/** The files of a bundle as they are written; one that was not asked for takes its rows and keeps none. */
export interface OpenFiles {
  readonly applications: CsvFile<PartnerRow>;
  readonly customers: CsvFile<CustomerRow>;
  readonly deals: CsvFile<DealRow>;
  readonly leads: CsvFile<LeadRow>;
  readonly partners: CsvFile<PartnerRow>;
  readonly rewards: CsvFile<RewardRow>;
  readonly transactions: CsvFile<TransactionRow>;
}

export interface CollectionWriterDependencies {
  readonly ledger: Ledger;
  readonly job: ExportJob;
  /** What the program tells of its customers. */
  readonly shows: Pick<Program, "key" | "anonymize_customers">;
  readonly groups: ReadonlyMap<string, Group>;
  /** Whether a partner, and what is the partner's, is to be written. */
  readonly isWanted: (partner: Partnership) => boolean;
  readonly files: OpenFiles;
  readonly tallies: BundleTallies;
}

/** A collection that is written in part. */
export const collectionAtRest = z.object({
  /** False where nothing of it is wanted. */
  wanted: z.boolean(),
  customers: z.int(),
  transactions: z.int(),
  transactionsUsd: z.string(),
  rewardsUsd: z.string(),
  current: z.object({
    key: z.string().nullable(),
    /** Whether its own row is still to be written. */
    isOwn: z.boolean(),
    transactions: z.int(),
    rewards: z.array(
      z.tuple([z.string(), z.array(z.object({ key: z.string(), amount: z.number(), currency: z.string() }))]),
    ),
  }),
});

export type CollectionAtRest = z.output<typeof collectionAtRest>;

/** Writes one collection, whose records come in key order: customer by customer, then deals, leads and other rewards. */
export interface CollectionWriter {
  /** Gets the records of a page ready; each is then taken by itself. */
  prepare(page: readonly PastRecord[]): Promise<void>;
  /** Where there is something to wait for before the next record, a promise. */
  take(past: PastRecord): Promise<void> | undefined;
  /** Whether the rest of the collection may be left unread. */
  isDone(): boolean;
  end(): Promise<void>;
  atRest(): CollectionAtRest;
}

export async function collectionWriter(
  dependencies: CollectionWriterDependencies,
  home: string,
  earlier?: CollectionAtRest,
): Promise<CollectionWriter> {
  const { ledger, job, shows, groups, isWanted, files, tallies } = dependencies;
  const { as_of: exportedAt, filters, program } = job;
  const customers = customerLookup(ledger, program, exportedAt);
  const inTime = (at: number): boolean =>
    (filters.from === null || at >= filters.from) && (filters.to === null || at <= filters.to);

  let wanted = earlier?.wanted ?? true;
  let own: Partnership | undefined;
  let partner: PartnerView | undefined;
  let current = customerState(undefined, null);
  const sums = {
    customers: earlier?.customers ?? 0,
    transactions: earlier?.transactions ?? 0,
    transactionsUsd: BigInt(earlier?.transactionsUsd ?? 0),
    rewardsUsd: BigInt(earlier?.rewardsUsd ?? 0),
  };

  if (earlier && wanted && home !== "") {
    const [found] = await ledger.findAsOf(partnership, program, [home], exportedAt);
    if (found) enterPartner(found);
  }
  if (earlier && earlier.current.key !== null) {
    const { key, isOwn, transactions, rewards } = earlier.current;
    const [known] = await ledger.findAsOf(customer, program, [key], exportedAt);
    current = { ...customerState(known, key), isOwn, transactions, rewards: new Map(rewards) };
  }

  /** A bundle has no column that says so, and what is archived counts no more. */
  const isLeftOut = ({ archived }: Reward | Transaction): boolean => archived && filters.format === "bundle";

  const row = <Subject>(subject: Subject): BundleRow<Subject> => ({ subject, partner, exportedAt });

  function enterPartner(record: Partnership): void {
    own = record;
    partner = partnerView(record, groups);
  }

  /** Ends the customer whose records have passed by, and begins the next one's. */
  function enter(key: string | null, known: Customer | undefined, isOwn: boolean): Promise<void> | undefined {
    const closing = closeCustomer();
    current = { ...customerState(known, key), isOwn };
    return closing;
  }

  function closeCustomer(): Promise<void> | undefined {
    const { known, isOwn, transactions } = current;
    if (!isOwn || known === undefined || !inTime(known.created_at)) return undefined;
    sums.customers += 1;
    if (known.former_partnership_keys.length === 0) {
      return files.customers.write(row({ customer: shownCustomer(shows, known), transactions, formerPartnerKeys: [] }));
    }
    return closeMoved(known, transactions);
  }

  async function closeMoved(known: Customer, transactions: number): Promise<void> {
    const before = await earlierTransactions(known);
    // Only the importer is told where its transactions stayed.
    const partnerKeys = filters.format === "import" ? await formerPartnerKeys(ledger, known, exportedAt) : [];
    const told = shownCustomer(shows, known);
    const subject = { customer: told, transactions: transactions + before, formerPartnerKeys: partnerKeys };
    await files.customers.write(row(subject));
  }

  /** Transactions from when the customer belonged to other partners; they stayed with those. */
  async function earlierTransactions({ key, partnership_key, former_partnership_keys }: Customer): Promise<number> {
    let found = 0;
    for (const former of former_partnership_keys) {
      const place = former === "" ? null : former;
      if (place === partnership_key) continue;
      const range = { pk: partnerPk(program, place, key), begins: `${customerSk(key)}#T#` };
      for await (const page of ledger.collectionAsOf([transaction], range, exportedAt)) {
        found += page.filter((past) => isOf(transaction, past) && !past.record.archived).length;
      }
    }
    return found;
  }

  const formOf = ({ customer_key, group_key }: Pick<Lead, "customer_key" | "group_key">) => ({
    customer: customers.named(customer_key),
    formGroup: groups.get(group_key)?.slug ?? "",
  });

  const takers: { readonly [kind: string]: (past: PastRecord) => Promise<void> | undefined } = {
    // TypeScript knows a kind's record by the declaration only, so each taker asks for it.
    [partnership.kind]: of(partnership, (record) => {
      wanted = isWanted(record);
      if (wanted) enterPartner(record);
      return undefined;
    }),
    [customer.kind]: of(customer, (record) => enter(record.key, record, true)),
    [reward.kind]: of(reward, (record) => {
      const { customer_key: buyer } = record;
      const entering =
        buyer === null || buyer === current.key ? undefined : enter(buyer, customers.found(buyer), false);
      if (!inTime(record.created_at) || isLeftOut(record)) return entering;
      keep(current.rewards, record);
      sums.rewardsUsd += BigInt(record.amount_usd ?? 0);
      tallies.add("rewards", record);
      const customerKey = buyer === null ? null : (current.known?.customer_key ?? null);
      return behind(entering, () => files.rewards.write(row({ reward: record, customerKey })));
    }),
    [transaction.kind]: of(transaction, (record) => {
      const { customer_key: buyer } = record;
      const entering = buyer === current.key ? undefined : enter(buyer, customers.found(buyer), false);
      if (!record.archived) current.transactions += 1;
      if (!inTime(record.created_at) || isLeftOut(record)) return entering;
      sums.transactions += 1;
      sums.transactionsUsd += BigInt(record.amount_usd ?? 0);
      tallies.add("transactions", record);
      const { known } = current;
      const rewards = current.rewards.get(record.key) ?? [];
      return behind(entering, () => files.transactions.write(row({ transaction: record, customer: known, rewards })));
    }),
    [deal.kind]: of(deal, (record) => {
      if (!inTime(record.created_at)) return undefined;
      tallies.add("deals", record);
      const form = formOf(record);
      return files.deals.write(row({ deal: shownReferral(shows, record, form.customer), ...form }));
    }),
    [lead.kind]: of(lead, (record) => {
      if (!inTime(record.created_at)) return undefined;
      tallies.add("leads", record);
      const form = formOf(record);
      return files.leads.write(row({ lead: shownReferral(shows, record, form.customer), ...form }));
    }),
  };

  return {
    async prepare(page) {
      if (wanted) await customers.prepare(page, current.key);
    },
    take(past) {
      // What lives with a partner who was not there yet at the cut-off was not there either.
      if (home !== "" && own === undefined && past.kind !== partnership.kind) wanted = false;
      return wanted ? takers[past.kind]?.(past) : undefined;
    },
    isDone: () => !wanted,
    async end() {
      if (!wanted) return;
      await closeCustomer();
      if (own === undefined) return;
      const subject = { partnership: own, ...sums };
      if (inTime(own.joined_at)) await files.applications.write(row(subject));
      await files.partners.write(row(subject));
    },
    atRest: () => ({
      wanted,
      ...sums,
      transactionsUsd: String(sums.transactionsUsd),
      rewardsUsd: String(sums.rewardsUsd),
      current: {
        key: current.key,
        isOwn: current.isOwn,
        transactions: current.transactions,
        rewards: [...current.rewards].map(([key, rewards]) => [key, [...rewards]]),
      },
    }),
  };
}

const of =
  <R extends BaseRecord>(
    declaration: Parameters<typeof isOf<R>>[0],
    take: (record: R) => Promise<void> | undefined,
  ): ((past: PastRecord) => Promise<void> | undefined) =>
  (past) =>
    isOf(declaration, past) ? take(past.record) : undefined;

/** What comes next, at once where nothing is to be waited for. */
function behind(first: Promise<void> | undefined, next: () => Promise<void> | undefined): Promise<void> | undefined {
  if (first === undefined) return next();
  return (async () => {
    await first;
    await next();
  })();
}

/** The customer whose records are passing by; `key` is null before the first. */
const customerState = (known: Customer | undefined, key: string | null) => ({
  known,
  key,
  isOwn: false,
  transactions: 0,
  /** What its transactions have earned, by their keys. */
  rewards: new Map<string, TransactionReward[]>(),
});

function keep(rewards: Map<string, TransactionReward[]>, { transaction_key, key, amount, currency }: Reward): void {
  if (transaction_key === null) return;
  const earned = { key, amount, currency };
  const earlier = rewards.get(transaction_key);
  if (earlier) earlier.push(earned);
  else rewards.set(transaction_key, [earned]);
}
