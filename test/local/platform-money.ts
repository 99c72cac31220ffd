/** Money counted a second time, by rules written down here and not taken from the product. */

const DECIMALS: Readonly<Record<string, number>> = { USD: 2, EUR: 2, GBP: 2, BRL: 2, CHF: 2, JPY: 0, KWD: 3 };

function decimalsOf(currency: string): number {
  const decimals = DECIMALS[currency];
  if (decimals === undefined) throw new Error(`these tests do not know ${currency}`);
  return decimals;
}

/** "-12.5" USD -> -1250. */
export function minorUnits(amount: string, currency: string): bigint {
  const [whole = "", fraction = ""] = amount.replace("-", "").split(".");
  const units = BigInt(whole + fraction.padEnd(decimalsOf(currency), "0"));
  return amount.startsWith("-") ? -units : units;
}

/** 1250 USD -> "12.50". */
export function majorUnits(minor: bigint, currency: string): string {
  const decimals = decimalsOf(currency);
  const digits = String(minor < 0n ? -minor : minor).padStart(decimals + 1, "0");
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return minor < 0n ? `-${text}` : text;
}

/** US cents at a rate of dollars for one unit; halves are rounded away from zero. */
export function usdCents(minor: bigint, currency: string, rate: string): bigint {
  const [whole = "", fraction = ""] = rate.split(".");
  const size = (minor < 0n ? -minor : minor) * BigInt(whole + fraction) * 100n;
  const scale = 10n ** BigInt(fraction.length + decimalsOf(currency));
  const cents = size / scale + (2n * (size % scale) >= scale ? 1n : 0n);
  return minor < 0n ? -cents : cents;
}

export const sum = (amounts: Iterable<bigint>): bigint => [...amounts].reduce((total, amount) => total + amount, 0n);
