import { DAY, END, HOUR, date, dateTime, minutes, quarter } from "./calendar.ts";
import type { Customer } from "./customers.ts";
import type { Market } from "./names.ts";
import type { Partner } from "./partners.ts";
import { COMMISSION, usCents } from "./program.ts";
import { createRandom, type Random } from "./random.ts";
import type { Transaction } from "./transactions.ts";

interface Reward {
  readonly partner: Partner;
  readonly target: { readonly type: "transaction" | "customer"; readonly key: string } | undefined;
  readonly cents: number;
  readonly description: string;
  readonly status: "pending" | "approved" | "paid" | "hold" | "declined";
  readonly external: boolean;
  readonly created: number;
  readonly createdText: string;
}

type Earned = Omit<Reward, "status" | "external"> & { readonly lost: boolean };

const COUNT = 1500;
const BOUNTIES = 240;
const BONUSES = 110;

/** Partners were paid outside the program until it paid by itself. */
const OWN_PAYOUTS = minutes("2023-10-01");

/** New customers in a quarter, and what they earn. */
const BONUS_STEPS = [
  { customers: 16, cents: 500_00 },
  { customers: 8, cents: 250_00 },
  { customers: 4, cents: 100_00 },
] as const;

interface Phrases {
  commission(percent: number, product: string): string;
  bounty: string;
  bonus(quarter: number, year: number): string;
}

const ENGLISH: Phrases = {
  commission: (percent, product) => `${percent}% commission, ${product}`,
  bounty: "New customer bounty",
  bonus: (number, year) => `Q${number} ${year} bonus`,
};

/** Partners read descriptions in their own language; where none is here, in English. */
const PHRASES: Readonly<Partial<Record<Market, Phrases>>> = {
  de: {
    commission: (percent, product) => `${percent} % Provision für „${product}“`,
    bounty: "Prämie für Neukunden",
    bonus: (number, year) => `Quartalsbonus ${number}/${year}`,
  },
  fr: {
    commission: (percent, product) => `Commission de ${percent} % « ${product} »`,
    bounty: "Prime, nouveau client",
    bonus: (number, year) => `Prime du ${number}e trimestre ${year}`,
  },
  es: {
    commission: (percent, product) => `Comisión del ${percent} %, ${product}`,
    bounty: "Bonificación por cliente nuevo",
    bonus: (number, year) => `Bonificación T${number} ${year}`,
  },
  br: {
    commission: (percent, product) => `Comissão de ${percent}%: ${product}`,
    bounty: "Bônus de indicação",
    bonus: (number, year) => `Bônus do ${number}º trimestre de ${year}`,
  },
  gr: {
    commission: (percent, product) => `Προμήθεια ${percent}% για «${product}»`,
    bounty: "Μπόνους νέου πελάτη",
    bonus: (number, year) => `Μπόνους τριμήνου ${number}, ${year}`,
  },
  ua: {
    commission: (percent, product) => `Комісія ${percent}%, "${product}"`,
    bounty: "Бонус за нового клієнта",
    bonus: (number, year) => `Бонус за ${number} квартал ${year}`,
  },
  ar: {
    commission: (percent, product) => `عمولة ${percent}٪ (${product})`,
    bounty: "مكافأة عميل جديد",
    bonus: (number, year) => `مكافأة الربع ${number}، ${year}`,
  },
  he: {
    commission: (percent, product) => `עמלה ${percent}% על "${product}"`,
    bounty: "בונוס לקוח חדש",
    bonus: (number, year) => `בונוס רבעון ${number}, ${year}`,
  },
  hi: {
    commission: (percent, product) => `${percent}% कमीशन, ${product}`,
    bounty: "नए ग्राहक का बोनस",
    bonus: (number, year) => `तिमाही ${number} बोनस, ${year}`,
  },
  jp: {
    commission: (percent, product) => `紹介手数料 ${percent}%（${product}）`,
    bounty: "新規顧客ボーナス",
    bonus: (number, year) => `${year}年第${number}四半期ボーナス`,
  },
  cn: {
    commission: (percent, product) => `佣金 ${percent}%，${product}`,
    bounty: "新客户奖励",
    bonus: (number, year) => `${year}年第${number}季度奖金`,
  },
  kr: {
    commission: (percent, product) => `수수료 ${percent}%, ${product}`,
    bounty: "신규 고객 보너스",
    bonus: (number, year) => `${year}년 ${number}분기 보너스`,
  },
};

export function makeRewards(customers: readonly Customer[], transactions: readonly Transaction[]): Reward[] {
  const random = createRandom("northwind rewards");
  const bonuses = random.shuffled(quarterlyBonuses(customers)).slice(0, BONUSES);
  const bounties = random.shuffled(signUpBounties(customers, random)).slice(0, BOUNTIES);
  const commissions = random
    .shuffled(saleCommissions(transactions, random))
    .slice(0, COUNT - bonuses.length - bounties.length);
  const earned = [...bonuses, ...bounties, ...commissions];
  if (earned.length !== COUNT) throw new Error(`only ${earned.length} rewards`);
  return earned
    .sort((a, b) => a.created - b.created || (a.partner.key < b.partner.key ? -1 : 1))
    .map((reward) => {
      const status = statusOf(reward, random);
      const external = status === "paid" && (reward.created < OWN_PAYOUTS || random.chance(2));
      return { ...reward, status, external };
    });
}

export const REWARD_HEADER = [
  "partner_key",
  "target_type",
  "target_key",
  "amount_in_cents",
  "reward_description",
  "reward_currency",
  "status",
  "is_external",
  "created_at",
];

export function rewardRow(reward: Reward): string[] {
  const { partner, target, cents, description, status, external, createdText } = reward;
  return [
    partner.key,
    target?.type ?? "",
    target?.key ?? "",
    cents.toString(),
    description,
    "USD",
    status,
    external.toString(),
    createdText,
  ];
}

/** One per sale at most. What was paid back afterwards is not earned. */
function saleCommissions(transactions: readonly Transaction[], random: Random): Earned[] {
  return transactions.flatMap((transaction) => {
    const { customer, amount, currency, product, refunded, key } = transaction;
    const { partner } = customer;
    const percent = COMMISSION[partner.group];
    const cents = usCents(amount, currency, percent);
    const created = transaction.created + random.int(2, 45);
    if (cents <= 0 || created > END) return [];
    const lost = refunded && random.chance(90);
    const description = lost
      ? `Declined: ${product.label} was refunded`
      : commissionText(customer, percent, product.label, random);
    const createdText = dateTime(created);
    return [{ partner, target: { type: "transaction", key }, cents, description, lost, created, createdText } as const];
  });
}

function commissionText(customer: Customer, percent: number, label: string, random: Random): string {
  const { market } = customer.partner;
  const phrases = PHRASES[market];
  if (phrases !== undefined) return phrases.commission(percent, label);
  const named = customer.company !== "" && !customer.company.includes("\n");
  if (named && random.chance(30)) return `${percent}% of an invoice to ${customer.company}`;
  return random.chance(15) ? `${percent}% on "${label}"` : ENGLISH.commission(percent, label);
}

/** A fixed sum for each customer brought, a few days after sign-up. Resellers buy for themselves and get none. */
function signUpBounties(customers: readonly Customer[], random: Random): Earned[] {
  return customers.flatMap(({ partner, key, created: signedUp }) => {
    const created = signedUp + random.int(DAY, 6 * DAY) + random.int(0, 8) * HOUR;
    if (created > END || partner.group === "Resellers") return [];
    const cents = partner.group === "Affiliates" ? 25_00 : 50_00;
    const description = (PHRASES[partner.market] ?? ENGLISH).bounty;
    const createdText = dateTime(created);
    return [
      { partner, target: { type: "customer", key }, cents, description, lost: false, created, createdText } as const,
    ];
  });
}

/** Paid on the fifth day after the quarter, for what the partner brought in it; tied to no single record. */
function quarterlyBonuses(customers: readonly Customer[]): Earned[] {
  const counts = new Map<string, { partner: Partner; first: number; customers: number }>();
  for (const { partner, created } of customers) {
    const { year, number } = quarter(created);
    const name = `${partner.key} ${year} ${number}`;
    const count = counts.get(name) ?? { partner, first: created, customers: 0 };
    counts.set(name, { ...count, customers: count.customers + 1 });
  }
  return [...counts.values()].flatMap(({ partner, first, customers: brought }) => {
    const { year, number, end } = quarter(first);
    const created = end + 4 * DAY;
    const step = BONUS_STEPS.find((one) => brought >= one.customers);
    if (step === undefined || created > END) return [];
    const text = (PHRASES[partner.market] ?? ENGLISH).bonus(number, year);
    const description = PHRASES[partner.market] ? text : `${text}, ${step.customers}+ new customers`;
    const createdText = date(created);
    return [{ partner, target: undefined, cents: step.cents, description, lost: false, created, createdText }];
  });
}

/** Old rewards are settled, recent ones approved, the newest still waiting; a few are held back or declined at any age. */
function statusOf({ created, lost }: Earned, random: Random): Reward["status"] {
  if (lost) return "declined";
  if (created < minutes("2026-04-01")) {
    return random.weighted([
      ["paid", 93],
      ["declined", 3],
      ["approved", 3],
      ["hold", 1],
    ] as const);
  }
  if (created < minutes("2026-06-01")) {
    return random.weighted([
      ["approved", 70],
      ["paid", 16],
      ["hold", 8],
      ["declined", 6],
    ] as const);
  }
  return random.weighted([
    ["pending", 80],
    ["hold", 9],
    ["approved", 8],
    ["declined", 3],
  ] as const);
}
