import { DAY, END } from "./calendar.ts";
import { makeCompany } from "./companies.ts";
import type { Customer } from "./customers.ts";
import { MARKETS, people, slug, type Market } from "./names.ts";
import type { Partner } from "./partners.ts";
import type { Random } from "./random.ts";

/** Somebody whom a partner has talked to. */
export interface Prospect {
  readonly partner: Partner;
  readonly first: string;
  readonly last: string;
  readonly email: string;
  readonly company: string;
  readonly market: Market;
  readonly created: number;
  /** Whom they became. */
  readonly customer: Customer | undefined;
}

/** Written the way that market writes it, so that first and last name can be told apart. */
const FAMILY_FIRST: readonly Market[] = ["jp", "cn", "kr"];
const PLAIN_NAME = /^([^\s",.]+) ([^\s",.]+)$/;

/** So many customers as they were some weeks before they signed up; their companies have no department yet. */
export function laterCustomers(customers: readonly Customer[], count: number, random: Random): Prospect[] {
  const found: Prospect[] = [];
  for (const customer of random.shuffled(customers)) {
    if (found.length === count) break;
    const { partner, market, email, company, created: signedUp } = customer;
    const [, first, last] = PLAIN_NAME.exec(customer.name) ?? [];
    const created = signedUp - random.int(DAY, 45 * DAY);
    if (first === undefined || last === undefined || FAMILY_FIRST.includes(market)) continue;
    if (company === "" || /^[+@-]/.test(company) || created <= partner.joined) continue;
    const [name = ""] = company.split("\n");
    found.push({ partner, first, last, email, company: name, market, created, customer });
  }
  return found;
}

/** So many who have not bought, or not yet: those with many customers know more of them. */
export function strangers(
  partners: readonly Partner[],
  customers: readonly Customer[],
  count: number,
  random: Random,
): Prospect[] {
  const taken = new Set<string>();
  const found: Prospect[] = [];
  while (found.length < count) {
    const partner = random.chance(60) ? random.pick(customers).partner : random.pick(partners);
    const from = partner.joined + DAY;
    if (!partners.includes(partner) || from >= END - DAY) continue;
    const market = random.chance(70) ? partner.market : random.weighted(MARKETS);
    const [firsts, lasts] = people(market);
    const [first, last] = [random.pick(firsts), random.pick(lasts)];
    const company = makeCompany(market, random);
    const email = `${slug(first.ascii)}.${slug(last.ascii)}@${company.host}.example`;
    if (taken.has(email)) continue;
    taken.add(email);
    const created = random.int(from, END - DAY);
    const who = { first: first.native, last: last.native, email, company: company.name };
    found.push({ partner, ...who, market, created, customer: undefined });
  }
  return found;
}

/** In the order in which they were told of. */
export const byTime = (a: Prospect, b: Prospect): number => a.created - b.created || (a.email < b.email ? -1 : 1);
