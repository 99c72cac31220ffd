import { DAY, END, date, dateTime, minutes } from "./calendar.ts";
import { ANNUAL, currencyOf } from "./catalog.ts";
import type { Customer } from "./customers.ts";
import type { Partner } from "./partners.ts";
import type { Currency } from "./program.ts";
import { byTime, laterCustomers, type Prospect, strangers } from "./prospects.ts";
import { createRandom, type Random } from "./random.ts";

interface Deal extends Prospect {
  readonly key: string;
  readonly stage: "Working" | "Negotiating" | "Closed won" | "Closed lost";
  readonly lostReason: string;
  readonly currency: Currency;
  readonly amount: number;
  /** Told where the partner's form asks for it. */
  readonly seats: number | undefined;
  readonly closes: number;
  readonly source: "partner" | "vendor";
  readonly notes: string;
}

const WON = 110;
const OTHERS = 130;

const LOST = ["Too dear", "Bought elsewhere", 'No answer any more; "next year, perhaps"', "The project was put off"];
const NOTES = ["Renewal of another tool ends then", "Security review is done", "Needs an invoice in two parts"];

/** Affiliates write about the product and sell nothing themselves. */
const isSelling = ({ group }: Partner): boolean => group !== "Affiliates";
/** Whose form asks for seats, and whose stages say that a deal was lost. */
const isTelling = ({ group }: Partner): boolean => group === "Agencies" || group === "Resellers";

export function makeDeals(partners: readonly Partner[], customers: readonly Customer[]): Deal[] {
  const random = createRandom("northwind deals");
  const sellers = partners.filter(isSelling);
  const theirs = customers.filter(({ partner }) => isSelling(partner));
  const all = [...laterCustomers(theirs, WON, random), ...strangers(sellers, theirs, OTHERS, random)];
  if (all.length !== WON + OTHERS) throw new Error(`only ${all.length} deals`);
  return all.sort(byTime).map((prospect, index) => {
    const currency = currencyOf(prospect.market);
    const seats = random.int(3, 60);
    return {
      ...prospect,
      ...endOf(prospect, random),
      key: `DEAL-${(index + 1).toString().padStart(4, "0")}`,
      currency,
      amount: random.pick(ANNUAL.filter(({ perSeat }) => perSeat)).price[currency] * seats,
      seats: isTelling(prospect.partner) ? seats : undefined,
      source: random.chance(15) ? "vendor" : "partner",
      notes: random.chance(25) ? random.pick(NOTES) : "",
    };
  });
}

export const DEAL_HEADER = [
  "external_key",
  "partner_key",
  "account_name",
  "email",
  "contact_first_name",
  "contact_last_name",
  "amount_in_cents",
  "currency",
  "close_date",
  "stage",
  "lost_reason",
  "source",
  "seats",
  "notes",
  "created_at",
  "customer_key",
];

export function dealRow(deal: Deal): string[] {
  const { key, partner, company, email, first, last, amount, currency, closes, stage, lostReason, source } = deal;
  const who = [key, partner.key, company, email, first, last];
  const told = [amount.toString(), currency, date(closes), stage, lostReason, source, deal.seats?.toString() ?? ""];
  return [...who, ...told, deal.notes, dateTime(deal.created), deal.customer?.key ?? ""];
}

function endOf(
  { partner, customer, created }: Prospect,
  random: Random,
): Pick<Deal, "stage" | "lostReason" | "closes"> {
  if (customer !== undefined) return { stage: "Closed won", lostReason: "", closes: customer.created };
  const isOld = created < minutes("2026-02-01");
  if (isOld && isTelling(partner)) {
    const closes = Math.min(END, created + random.int(10 * DAY, 120 * DAY));
    return { stage: "Closed lost", lostReason: random.pick(LOST), closes };
  }
  const stage = random.weighted([
    ["Working", 60],
    ["Negotiating", 40],
  ] as const);
  return { stage, lostReason: "", closes: END + random.int(DAY, 150 * DAY) };
}
