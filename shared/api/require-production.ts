import type { Principal } from "../access/principal.ts";
import { CallerError } from "../errors.ts";

/** Refuses test keys where there is nothing to test: what is set here is for all partners of the program. */
export function requireProduction({ test }: Pick<Principal, "test">): void {
  if (test) throw new CallerError("forbidden", "test keys change test records only");
}
