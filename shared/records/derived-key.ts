import { createHash } from "node:crypto";

const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

/** The same key for the same parts, always: 130 bits of their SHA-256 in base 32 digits. */
export function derivedKey(prefix: string, ...parts: readonly string[]): string {
  const digest = createHash("sha256").update(JSON.stringify(parts)).digest();
  let key = prefix;
  for (let at = 0; at < 26; at++) key += DIGITS[(digest[at] ?? 0) & 31];
  return key;
}
