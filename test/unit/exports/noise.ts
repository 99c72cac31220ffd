import { createHash } from "node:crypto";

export const MIB = 1024 * 1024;

/** Text that deflate makes a quarter smaller and no more, the same in every run: base 64 digits of random bits. */
export const noise = (characters: number, seed = "noise"): string =>
  digits(seed, Math.min(characters, MIB))
    .repeat(Math.ceil(characters / MIB))
    .slice(0, characters);

/** How much text compresses to so many bytes. */
export const noiseOf = (compressed: number): number => Math.ceil((compressed * 4) / 3);

// Deflate looks back over 32 KiB: to it, a mebibyte that comes again is as random as it was the first time.
function digits(seed: string, characters: number): string {
  const chunks: Buffer[] = [];
  for (let at = 0; at * 48 < characters * 0.75 + 48; at++) {
    chunks.push(createHash("sha384").update(`${seed} ${at}`).digest());
  }
  return Buffer.concat(chunks).toString("base64").slice(0, characters);
}
