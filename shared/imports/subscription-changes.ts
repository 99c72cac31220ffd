import type { Change } from "../ledger/entry.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Stored } from "../ledger/stored.ts";
import { type Customer, customer } from "../records/customer.ts";
import { compareSubscriptions } from "../records/compare-subscriptions.ts";
import { customerSk, partnerPk } from "../records/place.ts";
import type { Subscription } from "../records/subscription.ts";
import { firstOf, joined, subscriptionOf, type Telling } from "../records/subscription-of.ts";
import { type Transaction, transaction } from "../records/transaction.ts";

interface Telltale extends Telling {
  readonly customer_key: string;
  readonly partnership_key: string | null;
}

/** Customers have few subscriptions at a time; each is written with every payment. */
export const MOST_SUBSCRIPTIONS = 100;

/** Whether a customer comes to have more of them than are kept. */
export const hasTooMany = ({ before, after }: Change<Customer>): boolean =>
  after.subscriptions.length > Math.max(MOST_SUBSCRIPTIONS, before?.record.subscriptions.length ?? 0);

interface Dependencies {
  readonly ledger: Pick<Ledger, "collection">;
  /** The customers of both transactions, read after them. */
  readonly customerOf: (key: string) => Stored<Customer> | undefined;
  readonly now: number;
}

/**
 * What becomes of customers when a transaction is made (without `was`), changed, or removed (without `is`): their
 * subscriptions are always what their transactions tell, of which archived ones tell nothing. Whatever touches the telling of a transaction changes its
 * customer as well, be it the revision alone: so two such changes never pass each other unseen.
 */
export async function subscriptionChanges(
  deps: Dependencies,
  was: Transaction | undefined,
  is: Transaction | undefined,
): Promise<Change<Customer>[]> {
  const tellings = { was: tellingOf(was), is: tellingOf(is) };
  if (isSameTelling(tellings.was, tellings.is)) return [];
  const keys = new Set([tellings.was?.customer_key, tellings.is?.customer_key].filter((key) => key !== undefined));
  const changes = [...keys].map(async (key): Promise<Change<Customer>[]> => {
    const before = deps.customerOf(key);
    if (before === undefined) return [];
    const own = (telling: Telltale | undefined) => (telling?.customer_key === key ? telling : undefined);
    const comes = own(tellings.is);
    const subscriptions = await retold(deps, before.record, own(tellings.was), comes);
    const after = { ...before.record, subscriptions, ...withHome(before.record, comes), updated_at: deps.now };
    return [{ declaration: customer, before, after }];
  });
  return (await Promise.all(changes)).flat();
}

/** The next change of the subscriptions looks where this transaction lies, though the customer may never have been there. */
function withHome(
  { partnership_key, former_partnership_keys: former }: Customer,
  comes: Telltale | undefined,
): Partial<Customer> {
  if (comes === undefined || comes.partnership_key === partnership_key) return {};
  return { former_partnership_keys: [...new Set([...former, comes.partnership_key ?? ""])] };
}

const tellingOf = (one: Transaction | undefined): Telltale | undefined =>
  one === undefined || one.archived || one.subscription_key === null ? undefined : one;

function isSameTelling(was: Telltale | undefined, is: Telltale | undefined): boolean {
  if (was === undefined || is === undefined) return was === is;
  const told = ({ subscription_terms: terms, ...one }: Telltale) => [
    one.subscription_key,
    one.subscription_plan,
    one.amount,
    one.currency,
    one.created_at,
    // Whoever reads it with the others may meet it in both collections, or in none.
    one.partnership_key,
    terms?.quantity,
    terms?.amount,
  ];
  return JSON.stringify(told(was)) === JSON.stringify(told(is));
}

/** The customer's subscriptions when one transaction tells something else than it did. */
async function retold(
  deps: Dependencies,
  owner: Customer,
  was: Telling | undefined,
  is: Telling | undefined,
): Promise<Subscription[]> {
  const keys = new Set([was?.subscription_key, is?.subscription_key]);
  const touched = owner.subscriptions.filter(({ key }) => keys.has(key));
  const untouched = owner.subscriptions.filter(({ key }) => !keys.has(key));
  const after = await Promise.all(
    [...keys].map(async (key): Promise<Subscription | undefined> => {
      const before = touched.find((one) => one.key === key);
      const leaves = was?.subscription_key === key;
      const comes = is?.subscription_key === key ? is : undefined;
      if (before === undefined || (leaves && before.transactions === 1)) return comes && firstOf(comes);
      const known = leaves || comes === undefined ? undefined : joined(before, comes);
      return known ?? subscriptionOf(await tellingsOf(deps, owner, before.key, was ?? is, comes));
    }),
  );
  return [...untouched, ...after.filter((one) => one !== undefined)].toSorted(compareSubscriptions);
}

/** What the stored transactions of a subscription tell, with a changed one as it will be. */
async function tellingsOf(
  { ledger }: Dependencies,
  owner: Customer,
  subscription: string,
  changed: Telling | undefined,
  comes: Telling | undefined,
): Promise<Telling[]> {
  const found: Telling[] = comes === undefined ? [] : [comes];
  // Earlier transactions stay with the partners of then.
  const partners = new Set([owner.partnership_key ?? "", ...owner.former_partnership_keys]);
  for (const partner of partners) {
    const pk = partnerPk(owner.program, partner === "" ? null : partner, owner.key);
    for await (const { record } of ledger.collection(transaction, pk, `${customerSk(owner.key)}#T#`)) {
      const tells = !record.archived && record.subscription_key === subscription;
      if (tells && record.key !== changed?.key) found.push(record);
    }
  }
  return found;
}
