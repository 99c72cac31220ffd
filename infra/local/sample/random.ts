/** Chance with a name: the same name gives the same choices on every machine, and no stream disturbs another. */

export interface Random {
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  /** True in `percent` of a hundred cases. */
  chance(percent: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** By weight: [value, weight]. */
  weighted<T>(list: readonly (readonly [T, number])[]): T;
  shuffled<T>(list: readonly T[]): T[];
  id(length: number, alphabet: string): string;
}

export function createRandom(name: string): Random {
  const next = sfc32(name);

  // Only the four basic operations: the results of Math.log and its kin may differ between engines.
  const int = (low: number, high: number): number => low + Math.floor((next() / 2 ** 32) * (high - low + 1));

  const pick = <T>(list: readonly T[]): T => {
    const [value] = list.slice(int(0, list.length - 1));
    if (value === undefined) throw new Error("nothing to pick from");
    return value;
  };

  return {
    int,
    pick,
    chance: (percent) => int(1, 1000) <= percent * 10,
    weighted(list) {
      const total = list.reduce((sum, [, weight]) => sum + weight, 0);
      let left = int(1, total);
      for (const [value, weight] of list) {
        left -= weight;
        if (left <= 0) return value;
      }
      throw new Error("nothing to pick from");
    },
    shuffled(list) {
      return list
        .map((value, index) => ({ value, index, order: next() }))
        .sort((a, b) => a.order - b.order || a.index - b.index)
        .map(({ value }) => value);
    },
    id: (length, alphabet) => Array.from({ length }, () => alphabet.charAt(int(0, alphabet.length - 1))).join(""),
  };
}

/** Small fast counter (Chris Doty-Humphrey, public domain), seeded by FNV-1a of the name. */
function sfc32(name: string): () => number {
  let seed = 0x811c9dc5;
  for (const char of name) seed = Math.imul(seed ^ (char.codePointAt(0) ?? 0), 0x01000193);
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // The first numbers still show the seed.
  for (let round = 0; round < 16; round++) next();
  return next;
}
