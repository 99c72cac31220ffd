import type { Ledger } from "../ledger/ledger.ts";
import type { PastRecord } from "../ledger/as-of.ts";
import { customer } from "../records/customer.ts";
import { directPks, partnerPk } from "../records/place.ts";
import { partnership } from "../records/partnership.ts";
import { reward } from "../records/reward.ts";
import { transaction } from "../records/transaction.ts";

const KINDS = [partnership, customer, reward, transaction];

/** Collections whose first page is fetched while an earlier one is written. */
const READ_AHEAD = 4;

/** One partner's collection at an instant; `direct` ones hold the customers without a partner. */
export interface Collection {
  readonly direct: boolean;
  readonly records: AsyncIterable<PastRecord>;
}

/** The collections of these partners at an instant, and the direct ones if wanted; the next ones on their way while one is read. */
export async function* collectionsAsOf(
  ledger: Ledger,
  program: string,
  { keys, withDirect }: { readonly keys: readonly string[]; readonly withDirect: boolean },
  at: number,
): AsyncGenerator<Collection> {
  const wanted = [
    ...keys.map((key) => ({ direct: false, pk: partnerPk(program, key, null) })),
    ...(withDirect ? directPks(program) : []).map((pk) => ({ direct: true, pk })),
  ];
  const ahead: Collection[] = [];
  for (const { direct, pk } of wanted) {
    ahead.push({ direct, records: started(ledger.collectionAsOf(KINDS, { pk }, at)) });
    const [next] = ahead.length > READ_AHEAD ? ahead.splice(0, 1) : [];
    if (next) yield next;
  }
  yield* ahead;
}

/** An iterable, to be read once, whose first answer is already being fetched. */
function started<T>(source: AsyncIterable<T>): AsyncIterable<T> {
  const iterator = source[Symbol.asyncIterator]();
  let first: Promise<IteratorResult<T>> | undefined = iterator.next();
  // Whoever reads on meets the failure; until then it must not count as unhandled.
  first.catch(() => undefined);
  const next = () => {
    const answer = first ?? iterator.next();
    first = undefined;
    return answer;
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}
