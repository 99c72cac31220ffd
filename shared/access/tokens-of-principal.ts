import { tokensOf, tokensPk } from "../records/access-token.ts";
import type { Principal } from "./principal.ts";

/** Where the tokens of a caller are; undefined for a pair of keys, which has none. */
export function tokensOfPrincipal({ program, kind, id }: Principal): string | undefined {
  return kind === "key" ? undefined : tokensPk(program, tokensOf(program, kind, id));
}
