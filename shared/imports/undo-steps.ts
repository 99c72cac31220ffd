import type { ImportStep } from "../records/import-job.ts";
import { type Plan, takesTurn } from "./plan.ts";

/** The steps of an import from the last one back: what was done in order is undone in the order turned round. */
export function stepsBackwards({ parts }: Plan): ImportStep[] {
  const ofTurn = (turn: 1 | 2): ImportStep[] =>
    parts.filter((part) => takesTurn(part, turn)).map(({ part }) => ({ phase: "import", turn, part }));
  return [...ofTurn(1), ...ofTurn(2)].toReversed();
}
