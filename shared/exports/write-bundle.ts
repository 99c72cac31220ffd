import { isOf } from "../ledger/as-of.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Bundle, BundleRow, PartnerView } from "../records/bundle.ts";
import { type Customer, type CustomerRow, customer } from "../records/customer.ts";
import type { ExportJob } from "../records/export-job.ts";
import type { Group } from "../records/group.ts";
import { type Partnership, type PartnerRow, partnership } from "../records/partnership.ts";
import { customerSk, partnerPk } from "../records/place.ts";
import type { BaseRecord } from "../records/record.ts";
import { type Reward, type RewardRow, reward } from "../records/reward.ts";
import { type Transaction, type TransactionReward, type TransactionRow, transaction } from "../records/transaction.ts";
import { type BundleFileName, bundleFiles } from "./bundle-files.ts";
import { type CsvFile, openCsvFile } from "./csv-file.ts";
import { MoneySums } from "./money-sums.ts";
import { type Collection, collectionsAsOf } from "./partner-stream.ts";
import type { ZipBundle } from "./zip-bundle.ts";

/** What a finished bundle tells of one file beside its bytes. */
export interface FileTally {
  readonly rows: number;
  readonly sums?: MoneySums;
  /** Amounts without a rate to US dollars, and so not in any USD sum. */
  readonly unconverted?: MoneySums;
}

export interface WriteBundleDependencies {
  readonly ledger: Ledger;
  readonly groups: readonly Group[];
  /** Called with the share of partners that are written, 0 to 1. */
  readonly onProgress: (share: number) => Promise<void>;
}

/** Writes the program as it was at the job's cut-off, partner by partner, into the files of a bundle. */
export async function writeBundle(
  { ledger, groups, onProgress }: WriteBundleDependencies,
  job: ExportJob,
  zip: ZipBundle,
): Promise<Record<BundleFileName, FileTally>> {
  const writer = await bundleWriter(ledger, groups, job, zip);
  const keys: string[] = [];
  for await (const key of ledger.directory(job.program, job.as_of)) keys.push(key);
  // Who has no partner is in no group.
  const withDirect = job.filters.group_key === null;
  let done = 0;
  for await (const collection of collectionsAsOf(ledger, job.program, { keys, withDirect }, job.as_of)) {
    await writer.collection(collection);
    done += 1;
    await onProgress(Math.min(1, done / Math.max(1, keys.length)));
  }
  return writer.tallies();
}

/** A file that was not asked for. */
const NO_FILE = { write: async () => undefined, rows: () => 0 };

async function bundleWriter(ledger: Ledger, groups: readonly Group[], job: ExportJob, zip: ZipBundle) {
  const wanted = new Set(job.filters.files.map((name) => `${name}.csv`));
  const open = async <Subject>(bundle: Bundle<Subject>): Promise<CsvFile<Subject>> =>
    wanted.has(bundle.file) ? openCsvFile(zip.file(bundle.file), bundle) : NO_FILE;
  // In the order of the archive.
  const files = {
    applications: await open(bundleFiles.applications),
    customers: await open<CustomerRow>(bundleFiles.customers),
    deals: await open(bundleFiles.deals),
    leads: await open(bundleFiles.leads),
    partners: await open<PartnerRow>(bundleFiles.partners),
    rewards: await open<RewardRow>(bundleFiles.rewards),
    transactions: await open<TransactionRow>(bundleFiles.transactions),
  };
  const sums = { transactions: new MoneySums(), rewards: new MoneySums() };
  const unconverted = { transactions: new MoneySums(), rewards: new MoneySums() };
  const groupsByKey = new Map(groups.map((group) => [group.key, group]));
  const { as_of: exportedAt, filters, program } = job;
  const inTime = ({ created_at }: BaseRecord): boolean =>
    (filters.from === null || created_at >= filters.from) && (filters.to === null || created_at <= filters.to);

  async function collection({ direct, records }: Collection): Promise<void> {
    let own: Partnership | undefined;
    let partner: PartnerView | undefined;
    let current = customerState(undefined);
    const totals = { customers: 0, transactions: 0, transactionsUsd: 0n, rewardsUsd: 0n };
    const row = <Subject>(subject: Subject): BundleRow<Subject> => ({ subject, partner, exportedAt });

    const closeCustomer = async () => {
      if (current.own === undefined || !inTime(current.own)) return;
      totals.customers += 1;
      const earlier = await earlierTransactions(current.own);
      const transactions = current.transactions + earlier;
      // No column of these files tells of former partners.
      await files.customers.write(row({ customer: current.own, transactions, formerPartnerKeys: [] }));
    };
    /** The customer that a reward or transaction hangs on, even if it belongs to another partner by now. */
    const enter = async (key: string) => {
      if (current.key === key) return;
      await closeCustomer();
      current = customerState(undefined, key);
      current.known = await ledger.findAsOf(customer, program, key, exportedAt);
    };

    for await (const past of records) {
      if (isOf(partnership, past)) {
        if (filters.group_key !== null && past.record.group_key !== filters.group_key) return;
        own = past.record;
        partner = partnerView(past.record, groupsByKey);
        continue;
      }
      // What lives with a partner who was not there yet at the cut-off was not there either.
      if (!direct && partner === undefined) return;
      if (isOf(customer, past)) {
        await closeCustomer();
        current = customerState(past.record, past.record.key);
      } else if (isOf(reward, past)) {
        const { record } = past;
        if (record.customer_key !== null) await enter(record.customer_key);
        if (!inTime(record)) continue;
        current.take(record);
        totals.rewardsUsd += BigInt(record.amount_usd ?? 0);
        count("rewards", record);
        const customerKey = record.customer_key === null ? null : (current.known?.customer_key ?? null);
        await files.rewards.write(row({ reward: record, customerKey }));
      } else if (isOf(transaction, past)) {
        const { record } = past;
        await enter(record.customer_key);
        current.transactions += 1;
        if (!inTime(record)) continue;
        totals.transactions += 1;
        totals.transactionsUsd += BigInt(record.amount_usd ?? 0);
        count("transactions", record);
        await files.transactions.write(
          row({ transaction: record, customer: current.known, rewards: current.rewardsOf(record.key) }),
        );
      }
    }
    await closeCustomer();
    if (own !== undefined) await files.partners.write(row<PartnerRow>({ partnership: own, ...totals }));
  }

  const count = (file: "transactions" | "rewards", { amount, currency, amount_usd }: Transaction | Reward) => {
    sums[file].add(amount, currency);
    if (amount_usd === null) unconverted[file].add(amount, currency);
  };

  /** Transactions from when the customer belonged to other partners; they stayed with those. */
  async function earlierTransactions({ key, partnership_key, former_partnership_keys }: Customer): Promise<number> {
    let found = 0;
    for (const former of former_partnership_keys) {
      const home = former === "" ? null : former;
      if (home === partnership_key) continue;
      const query = { pk: partnerPk(program, home, key), begins: `${customerSk(key)}#T#` };
      for await (const _ of ledger.collectionAsOf([transaction], query, exportedAt)) found += 1;
    }
    return found;
  }

  const tally = (file: Pick<CsvFile<never>, "rows">): FileTally => ({ rows: file.rows() });
  return {
    collection,
    tallies: () => ({
      applications: tally(files.applications),
      customers: tally(files.customers),
      deals: tally(files.deals),
      leads: tally(files.leads),
      partners: tally(files.partners),
      rewards: { ...tally(files.rewards), sums: sums.rewards, unconverted: unconverted.rewards },
      transactions: { ...tally(files.transactions), sums: sums.transactions, unconverted: unconverted.transactions },
    }),
  };
}

/** The customer whose records are passing by; a partner's records come customer by customer. */
function customerState(own: Customer | undefined, key?: string) {
  const rewards = new Map<string, TransactionReward[]>();
  return {
    own,
    known: own,
    key,
    transactions: 0,
    take({ transaction_key, key: rewardKey, amount, currency }: Reward) {
      if (transaction_key === null) return;
      const earned = { key: rewardKey, amount, currency };
      const earlier = rewards.get(transaction_key);
      if (earlier) earlier.push(earned);
      else rewards.set(transaction_key, [earned]);
    },
    rewardsOf: (transactionKey: string): readonly TransactionReward[] => rewards.get(transactionKey) ?? [],
  };
}

const partnerView = (record: Partnership, groups: ReadonlyMap<string, Group>): PartnerView => ({
  id: record.key,
  key: record.partner_key,
  firstName: record.first_name,
  name: `${record.first_name} ${record.last_name}`.trim(),
  email: record.email,
  group: groups.get(record.group_key)?.name ?? "",
  groupSlug: groups.get(record.group_key)?.slug ?? "",
  joinedAt: record.joined_at,
  groupJoinedAt: record.group_joined_at,
  manager: record.manager,
  tags: record.tags,
  archived: record.archived,
});
