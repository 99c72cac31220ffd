/** Keys of what is one with a partner end as the partner's own does. */
const PARTNER = "part_";

/** A key with another prefix for the same partner, such as `appl_...` for `part_...`. */
export const keyBeside = (prefix: string, partnershipKey: string): string =>
  prefix + (partnershipKey.startsWith(PARTNER) ? partnershipKey.slice(PARTNER.length) : partnershipKey);

/** The partner's key to such a key; what has another prefix is left as it is. */
export const partnershipKeyOf = (prefix: string, key: string): string =>
  key.startsWith(prefix) ? PARTNER + key.slice(prefix.length) : key;
