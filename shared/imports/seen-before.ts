/** Bits per value and hashes per value: about one value in 100,000 is taken for a repetition without being one. */
const BITS_PER_VALUE = 24;
const HASHES = 12;
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Tells whether a value may have come before, in a fixed few bytes per value (a Bloom filter). It never misses a
 * repetition; the rare false alarm only makes a row wait for its turn.
 */
export function seenBefore(expectedValues: number): (value: string) => boolean {
  const bytes = Math.min(MAX_BYTES, Math.max(1024, Math.ceil((expectedValues * BITS_PER_VALUE) / 8)));
  const bits = new Uint8Array(bytes);
  const size = bytes * 8;
  return (value) => {
    let one = 0x811c9dc5;
    let two = 0x9747b28c;
    for (let at = 0; at < value.length; at++) {
      const code = value.charCodeAt(at);
      one = Math.imul(one ^ code, 0x01000193);
      two = Math.imul(two ^ code, 0x5bd1e995) ^ (two >>> 15);
    }
    one = mix(one);
    two = mix(two) | 1;
    let seen = true;
    for (let hash = 0; hash < HASHES; hash++) {
      const bit = ((one + Math.imul(hash, two)) >>> 0) % size;
      const mask = 1 << (bit & 7);
      const byte = bits[bit >>> 3] ?? 0;
      if ((byte & mask) === 0) {
        seen = false;
        bits[bit >>> 3] = byte | mask;
      }
    }
    return seen;
  };
}

/** The finaliser of MurmurHash3: every input bit reaches every output bit. */
function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
