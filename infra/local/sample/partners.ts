import { DAY, date, dateTime, minutes } from "./calendar.ts";
import { MARKETS, people, slug, type Market, type Person } from "./names.ts";
import type { Group } from "./program.ts";
import { createRandom, type Random } from "./random.ts";

export interface Partner {
  readonly key: string;
  readonly person: Person;
  readonly email: string;
  readonly market: Market;
  readonly group: Group;
  readonly joined: number;
  readonly joinedText: string;
  readonly manager: string;
  readonly tags: readonly string[];
  readonly application: Application;
}

/** What they answered when they applied; those kept from before there was a form have said nothing. */
interface Application {
  readonly agreement: string;
  readonly description: string;
}

const COUNT = 200;

/** Until then partners were taken in by mail. */
const FIRST_FORM = minutes("2023-07-01");

const MANAGERS = ["priya.raman", "tom.becker", "lucia.ferraro", "dan.oconnor"].map(
  (name) => `${name}@northwind.example`,
);

const GROUP_SHARES: readonly (readonly [Group, number])[] = [
  ["Affiliates", 46],
  ["Referral Partners", 26],
  ["Agencies", 19],
  ["Resellers", 9],
];

const HOSTS: Readonly<Record<Group, readonly string[]>> = {
  Affiliates: ["blog.example", "newsletter.example", "reviews.example", "podcast.example"],
  "Referral Partners": ["consulting.example", "advisory.example"],
  Agencies: ["agency.example", "studio.example"],
  Resellers: ["reseller.example", "systems.example"],
};

/** {f} first name, {l} last name, {i} first initial. */
const HANDLES: Readonly<Record<Group, readonly string[]>> = {
  Affiliates: ["{f}{l}", "{f}-writes", "{f}-on-saas", "{f}_{l}", "toolbox-{f}", "readwith{f}"],
  "Referral Partners": ["{i}{l}", "{l}-consulting", "{f}-{l}", "{l}-advisory"],
  Agencies: ["{l}-digital", "studio-{l}", "{l}-creative", "{l}-growth"],
  Resellers: ["{l}-systems", "{l}-it", "{l}-solutions"],
};

const TITLES = [
  "the-quiet-inbox",
  "remotebench",
  "saas-notebook",
  "ops-over-coffee",
  "spreadsheetdiaries",
  "smallteamsbigtools",
  "automate-monday",
  "theleanledger",
  "stackreview",
  "founders-lunch",
  "tabs-and-spaces",
  "workflow-weekly",
  "paperless-office",
  "nightowl-dev",
  "honest-software",
  "bootstrapped-fm",
];

const REGIONS: Readonly<Partial<Record<Market, string>>> = {
  us: "north-america",
  br: "latam",
  jp: "apac",
  cn: "apac",
  kr: "apac",
  hi: "apac",
};

const TAGS: Readonly<Record<Group, readonly string[]>> = {
  Affiliates: ["newsletter", "youtube", "podcast", "seo", "top-performer", "comparison site"],
  "Referral Partners": ["accountant", "co-marketing", "webinar-2025", "top-performer"],
  Agencies: ["certified", "co-marketing", "webinar-2025", "case study"],
  Resellers: ["certified", "distributor", "annual-agreement"],
};

/** {n} some, {k} many. */
const DESCRIPTIONS: Readonly<Record<Group, readonly string[]>> = {
  Affiliates: [
    "Newsletter on remote work, {k} readers",
    'A podcast called "The Quiet Inbox", twice a month',
    "Reviews of software for small teams; mostly written, some on video",
    "Comparison site for office tools, {k} visits a month",
    "Blog about spreadsheets, and how to do without",
  ],
  "Referral Partners": [
    "Accountants for small companies, {n} clients",
    "Advice to founders: finance, hiring, tools",
    "Tax and payroll; we are asked what software to buy",
  ],
  Agencies: [
    "Web agency of {n}: shops, newsletters, campaigns",
    "We set up the tools our clients work with, and train their people",
    "Design studio, founded by two, now {n}",
  ],
  Resellers: [
    "Licences and support for public offices",
    "IT house with {n} customers under contract",
    "Hardware, networks and the software on top; on-site within a day",
  ],
};

export function makePartners(): Partner[] {
  const random = createRandom("northwind partners");
  const answers = createRandom("northwind applications");
  const keys = new Set<string>();
  const emails = new Set<string>();
  const titles = [...TITLES];
  const from = minutes("2023-01-09");
  const to = minutes("2026-06-19");

  const joinTimes = Array.from({ length: COUNT }, () => random.int(from, to)).sort((a, b) => a - b);
  return joinTimes.map((time) => {
    const market = random.weighted(MARKETS);
    const group = random.weighted(GROUP_SHARES);
    const [firsts, lasts] = people(market);
    const person = { first: random.pick(firsts), last: random.pick(lasts) };
    const title = group === "Affiliates" && random.chance(18) ? titles.shift() : undefined;
    // Partners kept before sign-up times were recorded, or entered by hand, have a day only.
    const dayOnly = time < minutes("2023-06-01") || random.chance(30);
    const joined = dayOnly ? time - (time % DAY) : time;
    return {
      key: unused(keys, title ?? handle(person, group, random)),
      person,
      email: address(person, group, random, emails),
      market,
      group,
      joined,
      joinedText: dayOnly ? date(joined) : dateTime(joined),
      manager: random.chance(12) ? "" : random.pick(MANAGERS),
      tags: tags(market, group, random),
      application: applicationOf(time, group, answers),
    };
  });
}

export const PARTNER_HEADER = [
  "partner_first",
  "partner_last",
  "partner_email",
  "partner_key",
  "partner_group",
  "partner_joined_date",
  "partner_manager",
  "partner_tags",
  "agreement",
  "business_description",
];

export function partnerRow(partner: Partner): string[] {
  const { person, email, key, group, joinedText, manager, application } = partner;
  const { agreement, description } = application;
  const known = [person.first.native, person.last.native, email, key, group, joinedText, manager];
  return [...known, partner.tags.join("|"), agreement, description];
}

function applicationOf(joined: number, group: Group, random: Random): Application {
  if (joined < FIRST_FORM) return { agreement: "", description: "" };
  const [some, many] = [random.int(3, 60), 250 * random.int(2, 160)];
  const text = random.pick(DESCRIPTIONS[group]);
  const description = text.replace("{n}", some.toString()).replace("{k}", many.toLocaleString("en"));
  return { agreement: random.chance(92) ? "yes" : "no", description: random.chance(85) ? description : "" };
}

function handle(person: Person, group: Group, random: Random): string {
  const first = slug(person.first.ascii);
  return random
    .pick(HANDLES[group])
    .replace("{f}", first)
    .replace("{i}", first.charAt(0))
    .replace("{l}", slug(person.last.ascii));
}

function address(person: Person, group: Group, random: Random, taken: Set<string>): string {
  const name = unused(taken, `${slug(person.first.ascii)}.${slug(person.last.ascii)}`);
  // People type their own address with capitals now and then.
  const typed = random.chance(4) ? name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()) : name;
  return `${typed}@${random.pick(HOSTS[group])}`;
}

function tags(market: Market, group: Group, random: Random): string[] {
  const own = random.shuffled(TAGS[group]).slice(
    0,
    random.weighted([
      [0, 40],
      [1, 35],
      [2, 20],
      [3, 5],
    ] as const),
  );
  return random.chance(55) ? [REGIONS[market] ?? "emea", ...own] : own;
}

/** The name itself, or with the first free number behind it. */
export function unused(taken: Set<string>, name: string): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}${number}`;
  taken.add(free);
  return free;
}
