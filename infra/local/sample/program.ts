export type Currency = "USD" | "EUR" | "GBP" | "JPY" | "BRL";

/** US dollars for one unit. Text, because a rate is a decimal and not a float. */
const RATES: Readonly<Record<Currency, string>> = {
  USD: "1",
  EUR: "1.0842",
  GBP: "1.2715",
  JPY: "0.0067",
  BRL: "0.1845",
};

export const MINOR_DIGITS: Readonly<Record<Currency, number>> = { USD: 2, EUR: 2, GBP: 2, JPY: 0, BRL: 2 };

/** What a group earns of each sale, in percent. Not part of program.json: in a program, triggers hold such terms. */
export const COMMISSION = { Affiliates: 20, "Referral Partners": 15, Agencies: 25, Resellers: 30 } as const;
export type Group = keyof typeof COMMISSION;

/** Who negotiates for the customer tells how it ended, and how many seats it is about. */
const SELLING = {
  deal_form: [{ api_name: "seats", label: "Seats", type: "number" }],
  deal_stages: [{ name: "Working" }, { name: "Negotiating" }, { name: "Closed won" }, { name: "Closed lost" }],
} as const;

const GROUPS: readonly ({ readonly name: Group; readonly slug: string; readonly default: boolean } & Partial<
  typeof SELLING
>)[] = [
  { name: "Affiliates", slug: "affiliates", default: true },
  { name: "Referral Partners", slug: "referralpartners", default: false },
  { name: "Agencies", slug: "agencies", default: false, ...SELLING },
  { name: "Resellers", slug: "resellers", default: false, ...SELLING },
];

export const PROGRAM = {
  key: "northwind",
  name: "Northwind Software",
  currency: "USD",
  admin_email: "admin@northwind.example",
  rates: RATES,
  partner_fields: [
    { api_name: "agreement", label: "Agreement", type: "flag" },
    { api_name: "business_description", label: "Business description", type: "text" },
  ],
  groups: GROUPS,
} as const;

/** US cents for an amount in minor units, rounded half up, in integers all the way. */
export function usCents(minor: number, currency: Currency, percent: number): number {
  const [whole = "0", fraction = ""] = RATES[currency].split(".");
  const rate = Number(whole + fraction.padEnd(4, "0"));
  const scale = 100 * 10_000 * 10 ** MINOR_DIGITS[currency];
  return Math.floor((minor * rate * percent * 100 * 2 + scale) / (2 * scale));
}
