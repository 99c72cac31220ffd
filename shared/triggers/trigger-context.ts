import type { Ledger } from "../ledger/ledger.ts";
import type { Program } from "../records/program.ts";
import type { Trigger } from "../records/trigger.ts";
import { rateOf } from "../records/usd-worth.ts";

/** What triggers run with. */
export interface TriggerContext {
  readonly ledger: Pick<Ledger, "read" | "collection">;
  readonly program: Program;
  /** The active ones, in the order they run. */
  readonly triggers: readonly Trigger[];
  /** The instant that what they make bears. */
  readonly now: number;
  /** Told of a currency without a rate. */
  noRate(currency: string): void;
}

/** The program's rates; a missing one is told of. */
export const rateIn =
  ({ program, noRate }: TriggerContext) =>
  (currency: string): string | undefined => {
    const rate = rateOf(program, currency);
    if (rate === undefined) noRate(currency);
    return rate;
  };
