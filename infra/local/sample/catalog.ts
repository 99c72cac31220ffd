import type { Currency } from "./program.ts";
import type { Market } from "./names.ts";

export interface Product {
  readonly key: string;
  readonly label: string;
  /** Months until it is billed again; 0 for what is sold once. */
  readonly months: 0 | 1 | 12;
  /** In minor units: cents, pence, centavos, whole yen. */
  readonly price: Readonly<Record<Currency, number>>;
  /** Plans priced per seat. */
  readonly perSeat: boolean;
}

function product(
  key: string,
  label: string,
  months: 0 | 1 | 12,
  perSeat: boolean,
  [USD, EUR, GBP, JPY, BRL]: readonly [number, number, number, number, number],
): Product {
  return { key, label, months, perSeat, price: { USD, EUR, GBP, JPY, BRL } };
}

/** From small to large: who upgrades moves one step down this list. */
export const MONTHLY: readonly Product[] = [
  product("starter-monthly", "Starter, monthly", 1, false, [29_00, 27_00, 24_00, 4_300, 149_90]),
  product("team-monthly", "Team, monthly", 1, true, [19_00, 17_50, 15_50, 2_800, 97_90]),
  product("business-monthly", "Business, monthly", 1, true, [39_00, 36_00, 32_00, 5_800, 199_90]),
];

export const ANNUAL: readonly Product[] = [
  product("starter-annual", "Starter, annual", 12, false, [290_00, 270_00, 240_00, 43_000, 1_499_00]),
  product("team-annual", "Team, annual", 12, true, [190_00, 175_00, 155_00, 28_000, 979_00]),
  product("business-annual", "Business, annual", 12, true, [390_00, 360_00, 320_00, 58_000, 1_999_00]),
  product("enterprise-annual", "Enterprise, annual", 12, true, [588_00, 540_00, 480_00, 87_000, 2_990_00]),
];

export const ADD_ONS: readonly Product[] = [
  product("onboarding-workshop", "Onboarding workshop", 0, false, [450_00, 420_00, 360_00, 66_000, 2_290_00]),
  product("api-credits-10k", "10,000 API credits", 0, false, [49_00, 45_50, 39_50, 7_200, 249_90]),
  product("data-migration", "Data migration", 0, false, [1_200_00, 1_100_00, 950_00, 176_000, 6_190_00]),
  product("template-pack", "Template pack", 0, false, [15_00, 13_90, 11_90, 2_200, 74_90]),
];

/** Billed by what was used, so its amounts are not round. */
export const METERED = product("sms-usage", "SMS usage", 0, false, [4, 4, 3, 6, 22]);

const EURO_MARKETS: readonly Market[] = ["de", "fr", "es", "it", "gr", "nordic", "pl", "rs"];

export function currencyOf(market: Market): Currency {
  if (EURO_MARKETS.includes(market)) return "EUR";
  if (market === "uk") return "GBP";
  if (market === "jp") return "JPY";
  if (market === "br") return "BRL";
  return "USD";
}
