import { createHash } from "node:crypto";
import type { RandomToken } from "../../shared/access/credentials.ts";

/** Tokens as long as real ones, the same in every run. */
export function createCountingTokens(): RandomToken {
  let count = 0;
  return () =>
    createHash("sha256")
      .update(`token ${(count += 1)}`)
      .digest("base64url");
}
