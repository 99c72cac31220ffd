import type { Principal } from "../access/principal.ts";
import { CallerError } from "../errors.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { customerLanes, type Lane, unconvertedLanes } from "../ledger/listing.ts";
import { isCurrency } from "../records/currency.ts";
import { customer } from "../records/customer.ts";
import { partnerPk } from "../records/place.ts";
import { type BaseRecord, type Declaration, lacksRate } from "../records/record.ts";
import { lookByEitherKey } from "./find-by-either-key.ts";
import { readScope } from "./list-scope.ts";
import { type QueryValues, readFlag } from "./page-request.ts";
import type { ListOptions } from "./paging.ts";
import { shown } from "./validated.ts";

/** A transaction or a reward. */
export interface Money extends BaseRecord {
  readonly partnership_key: string | null;
  readonly customer_key: string | null;
  readonly currency: string;
  readonly amount_usd: number | null;
  readonly archived: boolean;
}

/** Whether a record is asked for. */
export type Wanted<R> = (record: R) => boolean | Promise<boolean>;

type Reader = Pick<Ledger, "claims" | "collection" | "commit" | "find" | "read">;

/**
 * Which transactions (`T`) or rewards (`R`) a list is asked for: the partner's filters, `customer_key` by either key, `currency`
 * and `unconverted`, with others that the list has of its own, cheap ones first.
 */
export async function readMoneyScope<R extends Money>(
  ledger: Reader,
  principal: Principal,
  query: QueryValues,
  { declaration, what, own = [] }: { declaration: Declaration<R>; what: "T" | "R"; own?: readonly Wanted<R>[] },
): Promise<ListOptions<R>> {
  const { program } = principal;
  const { partnership, isInGroup } = await readScope(ledger, principal, query);
  const ofCustomer = await lanesOfCustomer(ledger, principal, query, what);
  const currency = readCurrency(query);
  const unconverted = readFlag(query, "unconverted");
  const isOfIndex = unconverted === true && ofCustomer === undefined && partnership === undefined;
  const lanes = ofCustomer ?? (isOfIndex ? unconvertedLanes(declaration, program) : undefined);
  const wanted: Wanted<R>[] = [
    ...(lanes !== undefined && partnership !== undefined
      ? [({ partnership_key }: R) => partnership_key === partnership]
      : []),
    ...(currency === undefined ? [] : [(record: R) => record.currency === currency]),
    ...(unconverted === undefined || isOfIndex
      ? []
      : [(record: R) => (unconverted ? lacksRate(record) : record.amount_usd !== null)]),
    ...own,
    ...(isInGroup === undefined ? [] : [isInGroup]),
  ];
  return { partnership, lanes, isAskedFor: allOf(wanted) };
}

const allOf = <R>(wanted: readonly Wanted<R>[]): Wanted<R> | undefined =>
  wanted.length === 0
    ? undefined
    : async (record) => {
        for (const isWanted of wanted) if (!(await isWanted(record))) return false;
        return true;
      };

/** A list of one customer's; a partner's token knows the customers that are or were its own. */
async function lanesOfCustomer(
  ledger: Pick<Ledger, "find">,
  { program, kind, partnership = "" }: Principal,
  query: QueryValues,
  what: "T" | "R",
): Promise<readonly Lane[] | undefined> {
  const key = query["customer_key"];
  if (key === undefined) return undefined;
  const found = await lookByEitherKey(ledger, customer, program, ["key", "customer_key"], key);
  const lanes = found === undefined ? [] : customerLanes(found.record, what);
  const own = kind === "partner" ? lanes.filter(({ pk }) => pk === partnerPk(program, partnership, null)) : lanes;
  if (own.length === 0) throw new CallerError("invalid", `there is no customer ${shown(key)}`, "customer_key");
  return own;
}

function readCurrency(query: QueryValues): string | undefined {
  const code = query["currency"]?.toUpperCase();
  if (code === undefined || isCurrency(code)) return code;
  throw new CallerError("invalid", `${shown(query["currency"])} is not an ISO 4217 currency`, "currency");
}
