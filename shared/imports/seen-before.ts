/**
 * Bits of room per value, and in how many words a value sets two of them: about one value in 100,000 is taken for a
 * repetition without being one.
 */
const BITS_PER_VALUE = 32;
const WORDS_PER_VALUE = 5;
const MAX_BYTES = 64 * 1024 * 1024;

/** A block is a cache line, 512 bits in words of 32: whether a value came before is one look into memory. */
const BLOCK_BYTES = 64;
const BLOCK_WORDS = 16;

/** Tells whether the bytes of a value, from an offset to another, may have come before. */
export type SeenBefore = (bytes: Uint8Array, from: number, to: number) => boolean;

/**
 * Remembers values in a fixed few bytes each (a Bloom filter in blocks). It never misses a repetition; the rare false
 * alarm only makes a row wait for its turn.
 */
export function seenBefore(expectedValues: number): SeenBefore {
  const wanted = Math.ceil((expectedValues * BITS_PER_VALUE) / 8 / BLOCK_BYTES);
  const blocks = Math.min(MAX_BYTES / BLOCK_BYTES, Math.max(16, wanted));
  const words = new Int32Array(blocks * BLOCK_WORDS);
  const blocksPerHash = blocks / 2 ** 32;
  return (bytes, from, to) => {
    let one = 0x811c9dc5;
    let two = 0x9747b28c;
    let at = from;
    for (; at + 4 <= to; at += 4) {
      const four =
        (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
      one = Math.imul(one ^ four, 0x85ebca6b);
      one ^= one >>> 13;
      two = Math.imul(two ^ four, 0x5bd1e995);
      two ^= two >>> 15;
    }
    for (; at < to; at++) {
      const byte = bytes[at] ?? 0;
      one = Math.imul(one ^ byte, 0x01000193);
      two = Math.imul(two ^ byte, 0x5bd1e995) ^ (two >>> 15);
    }
    const block = Math.trunc(mix(one) * blocksPerHash) * BLOCK_WORDS;
    let bits = mix(two);
    let missing = 0;
    // Without a branch, which would go either way.
    for (let word = 0; word < WORDS_PER_VALUE; word++) {
      // The upper bits of such a sequence are the good ones.
      bits = (Math.imul(bits, 0x915f77f5) + 0x9e3779b9) | 0;
      const index = block + (bits >>> 28);
      const mask = (1 << (bits >>> 23)) | (1 << (bits >>> 18));
      const held = words[index] ?? 0;
      missing |= mask & ~held;
      words[index] = held | mask;
    }
    return missing === 0;
  };
}

/** The finaliser of MurmurHash3: every input bit reaches every output bit. */
function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
