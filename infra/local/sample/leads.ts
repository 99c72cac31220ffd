import { dateTime, minutes } from "./calendar.ts";
import { currencyOf, MONTHLY } from "./catalog.ts";
import type { Customer } from "./customers.ts";
import type { Partner } from "./partners.ts";
import type { Currency } from "./program.ts";
import { byTime, laterCustomers, type Prospect, strangers } from "./prospects.ts";
import { createRandom, type Random } from "./random.ts";

interface Lead extends Prospect {
  readonly key: string;
  readonly status: "open" | "closed" | "dead" | "closed won" | "closed lost";
  readonly currency: Currency;
  /** Minor units; nobody has guessed at it where there is none. */
  readonly amount: number | undefined;
  readonly notes: string;
  /** Why it was not accepted, if so. */
  readonly declined: string;
}

const WON = 130;
const OTHERS = 210;

const NOTES = [
  "Met at the fair",
  "Asked for a demo",
  'Wants to see "seats" and "roles" first',
  "Moves away from spreadsheets, step by step",
  "Call back after the holidays",
  "Two offices; the one in the south decides",
];

const REASONS = ["A customer already", "Told of by another partner before", "Outside the markets we sell in"];

export function makeLeads(partners: readonly Partner[], customers: readonly Customer[]): Lead[] {
  const random = createRandom("northwind leads");
  const all = [...laterCustomers(customers, WON, random), ...strangers(partners, customers, OTHERS, random)];
  if (all.length !== WON + OTHERS) throw new Error(`only ${all.length} leads`);
  return all.sort(byTime).map((prospect, index) => ({
    ...prospect,
    ...fateOf(prospect, random),
    key: `lead-${(index + 1).toString().padStart(4, "0")}`,
    currency: currencyOf(prospect.market),
    amount: random.chance(65) ? worthOf(prospect, random) : undefined,
    notes: random.chance(40) ? random.pick(NOTES) : "",
  }));
}

export const LEAD_HEADER = [
  "external_key",
  "partner_key",
  "first_name",
  "last_name",
  "email",
  "company",
  "status",
  "amount_in_cents",
  "currency",
  "notes",
  "approved",
  "decline_reason",
  "created_at",
  "customer_key",
];

export function leadRow(lead: Lead): string[] {
  const { key, partner, first, last, email, company, status, amount, currency, notes, declined, created } = lead;
  const who = [key, partner.key, first, last, email, company, status];
  const told = [amount?.toString() ?? "", currency, notes, declined === "" ? "true" : "false", declined];
  return [...who, ...told, dateTime(created), lead.customer?.key ?? ""];
}

function fateOf({ customer, created }: Prospect, random: Random): Pick<Lead, "status" | "declined"> {
  if (customer !== undefined) return { status: "closed won", declined: "" };
  if (random.chance(12)) return { status: "dead", declined: random.pick(REASONS) };
  const isRecent = created > minutes("2026-04-01");
  const status = random.weighted([
    ["open", isRecent ? 70 : 12],
    ["closed", 8],
    ["dead", isRecent ? 6 : 30],
    ["closed lost", isRecent ? 10 : 40],
  ] as const);
  return { status, declined: "" };
}

/** A year of a plan by the month. */
const worthOf = ({ market }: Prospect, random: Random): number =>
  random.pick(MONTHLY).price[currencyOf(market)] * 12 * random.int(1, 9);
