/** ISO 4217 codes in circulation, by their number of minor digits (the standard's list one). */
const CODES: Readonly<Record<number, string>> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  2:
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF " +
    "CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF " +
    "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN " +
    "MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS " +
    "SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};

const DIGITS: ReadonlyMap<string, number> = new Map(
  Object.entries(CODES).flatMap(([digits, codes]) => codes.split(" ").map((code) => [code, Number(digits)] as const)),
);

export const isCurrency = (code: string): boolean => DIGITS.has(code);

/** Minor digits of a currency: 2 for USD, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  const digits = DIGITS.get(currency);
  if (digits === undefined) throw new Error(`unknown currency ${currency}`);
  return digits;
}

/** 123456 USD -> "1234.56"; 500 JPY -> "500"; -5 KWD -> "-0.005". Accepts sums beyond 2^53 as bigint. */
export function majorUnits(minor: number | bigint, currency: string): string {
  const digits = minorDigits(currency);
  const text = String(minor < 0 ? -minor : minor).padStart(digits + 1, "0");
  const sign = minor < 0 ? "-" : "";
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/**
 * US cents of an amount at a rate of so many US dollars for one unit, given as a decimal string ("1.0842").
 * Exact integer arithmetic; halves round away from zero.
 */
export function usdCents(minor: number, currency: string, rate: string): number {
  const [whole = "0", fraction = ""] = rate.split(".");
  const numerator = BigInt(minor < 0 ? -minor : minor) * BigInt(whole + fraction) * 100n;
  const denominator = 10n ** BigInt(fraction.length + minorDigits(currency));
  const cents = Number((numerator * 2n + denominator) / (denominator * 2n));
  return minor < 0 && cents !== 0 ? -cents : cents;
}
