import { DAY, END, HOUR, date, dateTime, minutes } from "./calendar.ts";
import { makeCompany, UNUSUAL, withDepartment, type Company } from "./companies.ts";
import { fullName, MARKETS, people, slug, type Market, type Person } from "./names.ts";
import { unused, type Partner } from "./partners.ts";
import { createRandom, type Random } from "./random.ts";

export interface Customer {
  readonly key: string;
  readonly email: string;
  readonly partner: Partner;
  readonly name: string;
  readonly market: Market;
  readonly created: number;
  readonly createdText: string;
  readonly providerKey: string;
  readonly company: string;
}

const COUNT = 2000;

/** Accounts opened before this carry a zero-padded number, later ones an account id: keys are text, never numbers. */
const NEW_ACCOUNTS = minutes("2023-10-01");

const DIGITS = "0123456789";
const LETTERS = "abcdefghjkmnpqrstuvwxyz";
const MIXED = `${DIGITS}ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz`;

const PRIVATE_HOSTS = ["mail.example", "inbox.example", "post.example"];
const NICKNAMES = ["Red", "Mac", "Buzz", "Kit", "Scout"];
const DESKS = ["billing", "office", "accounts", "hello"];

interface Draft {
  readonly partner: Partner;
  readonly created: number;
}

export function makeCustomers(partners: readonly Partner[]): Customer[] {
  const random = createRandom("northwind customers");
  const emails = new Set<string>();
  const keys = new Set<string>();
  const unusual = new Map(UNUSUAL.map((company, index) => [60 + index * 117, company]));

  return drafts(partners, random).map(({ partner, created }, index) => {
    const market = random.chance(55) ? partner.market : random.weighted(MARKETS);
    const [firsts, lasts] = people(market);
    const person = { first: random.pick(firsts), last: random.pick(lasts) };
    const company = unusual.get(index) ?? employer(market, random);
    const nameless = random.chance(6);
    // A day only where someone typed it, and never earlier than the partner joined.
    const midnight = created - (created % DAY);
    const dayOnly = midnight >= partner.joined && random.chance(10);
    return {
      key: accountKey(created, keys, random),
      email: address(person, company, nameless, emails, random),
      partner,
      name: nameless ? "" : signature(person, market, random),
      market,
      created: dayOnly ? midnight : created,
      createdText: dayOnly ? date(midnight) : dateTime(created),
      providerKey: random.chance(8) ? "" : `cus_${random.id(14, MIXED)}`,
      company: company?.name ?? "",
    };
  });
}

export const CUSTOMER_HEADER = [
  "customer_key",
  "email",
  "partner_key",
  "name",
  "created_at",
  "provider_key",
  "company_name",
];

export function customerRow(customer: Customer): string[] {
  const { key, email, partner, name, createdText, providerKey, company } = customer;
  return [key, email, partner.key, name, createdText, providerKey, company];
}

/** Who brought whom, and when: a few partners bring most customers, most bring hardly any. */
function drafts(partners: readonly Partner[], random: Random): Draft[] {
  const waiting = random.shuffled(partners);
  const all: Draft[] = [];
  for (const count of portfolioSizes(partners.length, random)) {
    // Only who has been there for long can have brought many.
    const latest = minutes(
      count >= 150 ? "2023-09-01" : count >= 30 ? "2024-06-01" : count >= 6 ? "2025-09-01" : "2026-07-01",
    );
    const place = waiting.findIndex((partner) => partner.joined < latest);
    const [partner] = waiting.splice(Math.max(place, 0), 1);
    if (partner === undefined) throw new Error("fewer partners than portfolios");
    for (let i = 0; i < count; i++) {
      all.push({ partner, created: random.int(partner.joined + HOUR, END - 2 * DAY) });
    }
  }
  return all.sort((a, b) => a.created - b.created || (a.partner.key < b.partner.key ? -1 : 1));
}

/** Largest first; they add up to the number of customers. */
function portfolioSizes(partners: number, random: Random): number[] {
  const large = [214, 181, 157, 92, 81, 74, 66, 58, 53, 47, 44, 39, 36, 33, 31];
  const middle = Array.from({ length: 27 }, () => random.int(7, 24));
  const small = Array.from({ length: partners - large.length - middle.length }, () => random.int(0, 5));
  const sizes = [...large, ...middle, ...small];
  // Whatever is missing or too much goes one by one to the small ones, within their 0 to 5.
  let rest = COUNT - sizes.reduce((sum, size) => sum + size, 0);
  for (let i = large.length + middle.length; rest !== 0; i = i + 1 < partners ? i + 1 : large.length + middle.length) {
    const size = (sizes[i] ?? 0) + Math.sign(rest);
    if (size < 0 || size > 5) continue;
    sizes[i] = size;
    rest -= Math.sign(rest);
  }
  return sizes.sort((a, b) => b - a);
}

function accountKey(created: number, taken: Set<string>, random: Random): string {
  for (;;) {
    const key =
      created < NEW_ACCOUNTS
        ? random.int(1_000, 29_999).toString().padStart(6, "0")
        : `acct_${random.id(3, LETTERS)}${random.id(6, DIGITS)}`;
    if (taken.has(key)) continue;
    taken.add(key);
    return key;
  }
}

function employer(market: Market, random: Random): Company | undefined {
  if (random.chance(14)) return undefined;
  const company = makeCompany(market, random);
  return random.chance(2.5) ? withDepartment(company, market, random) : company;
}

function address(
  person: Person,
  company: Company | undefined,
  nameless: boolean,
  taken: Set<string>,
  random: Random,
): string {
  const host = company ? `${company.host}.example` : random.pick(PRIVATE_HOSTS);
  const first = slug(person.first.ascii);
  const last = slug(person.last.ascii);
  const wishes = [`${first}.${last}`, `${first.charAt(0)}${last}`, first];
  const wish =
    nameless && company
      ? random.pick(DESKS)
      : random.weighted([
          [0, 70],
          [1, 20],
          [2, 10],
        ] as const);
  const name = typeof wish === "string" ? wish : (wishes[wish] ?? first);
  for (let number = 1; ; number++) {
    const email = `${name}${number === 1 ? "" : number}@${host}`;
    if (!taken.has(email)) return unused(taken, email);
  }
}

/** How people sign: mostly plain, now and then with a nickname, a suffix or the family name first. */
function signature(person: Person, market: Market, random: Random): string {
  const plain = fullName(person, market);
  if (market !== "us" && market !== "uk") return plain;
  const { first, last } = person;
  return random.weighted([
    [plain, 940],
    [`${first.native} "${random.pick(NICKNAMES)}" ${last.native}`, 15],
    [`${plain}, Jr.`, 15],
    [`${last.native}, ${first.native}`, 20],
    [`Dr. ${plain}`, 10],
  ]);
}
