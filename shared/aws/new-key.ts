import type { NewKey } from "../ports.ts";

/** Digits and letters without those that look alike, in ascending order. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH = 26;

/** 128 random bits behind the prefix. */
export const newKey: NewKey = (prefix) => {
  const [high = 0n, low = 0n] = crypto.getRandomValues(new BigUint64Array(2));
  let bits = (high << 64n) | low;
  let digits = "";
  for (let count = 0; count < LENGTH; count++, bits >>= 5n) digits = DIGITS.charAt(Number(bits & 31n)) + digits;
  return prefix + digits;
};
