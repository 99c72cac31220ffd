import type { Principal } from "../../access/principal.ts";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { customer } from "../../records/customer.ts";
import { partnership } from "../../records/partnership.ts";
import { partnerPk } from "../../records/place.ts";
import { ALL_REWARD_STATUSES, type Reward } from "../../records/reward.ts";
import { searchable } from "../../records/searchable.ts";
import { transaction } from "../../records/transaction.ts";
import { lookByEitherKey } from "../find-by-either-key.ts";
import type { Wanted } from "../money-scope.ts";
import { type QueryValues, readFlag } from "../page-request.ts";
import { readChoice, shown } from "../validated.ts";

type Reader = Pick<Ledger, "find" | "read">;

/** Which rewards a query asks for, beside what lists of money have in common. */
export async function rewardFilters(
  ledger: Reader,
  principal: Principal,
  query: QueryValues,
): Promise<Wanted<Reward>[]> {
  const status = readChoice(query, "status", ALL_REWARD_STATUSES);
  const ofTransaction = await filterOfTransaction(ledger, principal, query);
  return [
    ({ reward_status }) => (status === undefined ? reward_status !== "scheduled" : reward_status === status),
    ...(readFlag(query, "hide_archived_rewards") === true ? [({ archived }: Reward) => !archived] : []),
    // Nothing is on an invoice, and all is of the one program.
    ...(query["invoice_key"] === undefined ? [] : [() => false]),
    ...(query["company_key"] === undefined ? [] : [({ program }: Reward) => program === query["company_key"]]),
    ...ofTransaction,
    ...textFilter("description", query),
    ...textFilter("decline_reason", query),
    ...keywordFilter(ledger, principal, query),
  ];
}

async function filterOfTransaction(
  ledger: Reader,
  { program, kind, partnership: own }: Principal,
  query: QueryValues,
): Promise<Wanted<Reward>[]> {
  const key = query["transaction_key"];
  if (key === undefined) return [];
  const found = await lookByEitherKey(ledger, transaction, program, ["key"], key);
  if (found === undefined || (kind === "partner" && found.record.partnership_key !== own)) {
    throw new CallerError("invalid", `there is no transaction ${shown(key)}`, "transaction_key");
  }
  return [({ transaction_key }) => transaction_key === key];
}

function textFilter(name: "description" | "decline_reason", query: QueryValues): Wanted<Reward>[] {
  const wanted = query[name] === undefined ? undefined : searchable(query[name]);
  return wanted === undefined ? [] : [(record) => searchable(record[name] ?? "").includes(wanted)];
}

/** In a reward's key, and for the vendor's side in the names of its customer and partner, too. */
function keywordFilter(ledger: Reader, { program, kind }: Principal, query: QueryValues): Wanted<Reward>[] {
  const { keywords } = query;
  if (keywords === undefined) return [];
  const wanted = searchable(keywords.trim());
  const holds = (...texts: readonly (string | null | undefined)[]): boolean =>
    texts.some((text) => searchable(text ?? "").includes(wanted));
  const isNamed = (key: string, look: () => Promise<boolean>) => {
    const known = seen.get(key) ?? look();
    seen.set(key, known);
    return known;
  };
  // Partners and customers are looked at once each, however many rewards they have.
  const seen = new Map<string, Promise<boolean>>();
  const isPartner = (key: string) =>
    isNamed(key, async () => {
      const [found] = await ledger.read(partnership, [{ pk: partnerPk(program, key, null), sk: "#" }]);
      const { first_name, last_name, email, partner_key } = found?.record ?? {};
      return found !== undefined && holds(`${first_name} ${last_name}`, email, partner_key, key);
    });
  const isCustomer = (key: string) =>
    isNamed(key, async () => {
      const [found] = await ledger.find(customer, program, "key", [key]);
      return found !== undefined && holds(found.record.name);
    });
  return [
    async ({ key, partnership_key, customer_key }) => {
      // By more, a partner could find out what it is not told.
      if (holds(key) || kind === "partner") return holds(key);
      return (await isPartner(partnership_key)) || (customer_key !== null && (await isCustomer(customer_key)));
    },
  ];
}
