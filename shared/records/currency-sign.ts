import { isCurrency } from "./currency.ts";

/** Currencies that are written with a sign; where there are several, the sign alone names none of them. */
const SIGNS: Readonly<Record<string, string>> = {
  // Dollars, and the pesos that share the sign.
  $:
    "USD AUD BBD BMD BND BSD BZD CAD FJD GYD HKD JMD KYD LRD NAD NZD SBD SGD SRD TTD TWD XCD " +
    "ARS CLP COP CUP DOP MXN UYU",
  US$: "USD",
  A$: "AUD",
  AU$: "AUD",
  C$: "CAD",
  CA$: "CAD",
  HK$: "HKD",
  MX$: "MXN",
  NT$: "TWD",
  NZ$: "NZD",
  R$: "BRL",
  S$: "SGD",
  "€": "EUR",
  "£": "GBP",
  "¥": "JPY CNY",
  "CN¥": "CNY",
  "JP¥": "JPY",
  "₹": "INR",
  "₩": "KRW",
  "₪": "ILS",
  "₫": "VND",
  "₱": "PHP",
  "₺": "TRY",
  "₴": "UAH",
  "₦": "NGN",
  "฿": "THB",
  ZŁ: "PLN",
  KČ: "CZK",
};

const CODES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(SIGNS).map(([sign, codes]) => [sign, codes.split(" ")]),
);

/**
 * What a mark beside an amount says of its currency: a code when it names one, the mark itself when it may be one of
 * several, undefined when it is no such mark.
 */
export function currencyMark(mark: string): string | undefined {
  const sign = mark.toUpperCase().replace("￥", "¥");
  if (isCurrency(sign)) return sign;
  const codes = CODES.get(sign);
  return codes?.length === 1 ? codes[0] : codes && sign;
}

/** Whether an amount with such a mark may be in a currency. */
export const mayBe = (mark: string, code: string): boolean =>
  mark === code || (CODES.get(mark)?.includes(code) ?? false);

/** The currencies that a mark may stand for. */
export const currenciesOf = (mark: string): readonly string[] => CODES.get(mark) ?? [mark];
