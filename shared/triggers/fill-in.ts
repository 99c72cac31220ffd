import type { Program } from "../records/program.ts";
import { majorUnits } from "../records/currency.ts";
import type { Lead } from "../records/lead.ts";
import type { BaseRecord } from "../records/record.ts";
import { shownCustomer, shownReferral } from "../records/shown-email.ts";
import { moneyOf } from "./reward-worth.ts";
import { type Subject, valueOf } from "./subject.ts";

const PLACE = /\{([a-z_]+(?:\.[a-zA-Z0-9_]+)*)\}/g;

/** The fields in braces that a text names. */
export const placesIn = (text: string): string[] => [...text.matchAll(PLACE)].map(([, field = ""]) => field);

/** What a text may name beside the fields of its subject. */
export const EXTRA_PLACES = ["program.name", "amount"] as const;

/** A text with what its braces name: `{amount}` is the event's money in major units with its currency. */
export function fillIn(text: string, subject: Subject, program: Program): string {
  const told = shownSubject(subject, program);
  return text.replace(PLACE, (_, field: string) => {
    if (field === "program.name") return program.name;
    if (field === "amount") {
      const money = moneyOf(subject);
      return money === undefined ? "" : `${majorUnits(money.amount, money.currency)} ${money.currency}`;
    }
    const value = valueOf(told, field);
    if (Array.isArray(value)) return value.join(", ");
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
  });
}

/** The subject with no address in it that nobody is to be told. */
function shownSubject(subject: Subject, program: Program): Subject {
  const { customer, lead, deal } = subject;
  const referral = (one: BaseRecord): BaseRecord => (isReferral(one) ? shownReferral(program, one, customer) : one);
  return {
    ...subject,
    ...(customer && { customer: shownCustomer(program, customer) }),
    ...(lead && { lead: referral(lead) }),
    ...(deal && { deal: referral(deal) }),
  };
}

const isReferral = (one: BaseRecord): one is BaseRecord & Pick<Lead, "email" | "external_key" | "customer_key"> =>
  "email" in one && "external_key" in one && "customer_key" in one;
