import { manager } from "../records/manager.ts";
import { type Named, partnerNames } from "../records/partner-names.ts";
import type { Declaration } from "../records/record.ts";
import { tag } from "../records/tag.ts";
import type { Decision, Row, RuleContext } from "./row-rule.ts";

/** What a row of partners says by name: who manages the partner, and how it is tagged. */
interface NameCells {
  readonly partner_manager?: string;
  readonly partner_tags?: readonly string[];
}

const KINDS: readonly Declaration[] = [manager, tag];

/** Managers and tags that are there. They never go, and the rows of a part name the same few over and over. */
const known = new WeakMap<RuleContext, Set<string>>();

/**
 * The decisions, each making the managers and tags that its row is the first of them to name. The others do not wait for
 * it: whoever decides the same rows again comes to the same, and no row of a file may cost the rows behind it another
 * round. Only if somebody else's change at that very moment makes the first row fail, a name is left to the next row that
 * brings it.
 */
export async function withNames(
  decisions: readonly Decision[],
  rows: readonly Row[],
  context: RuleContext,
): Promise<Decision[]> {
  const named = decisions.map((decision, at) =>
    decision !== "later" && "entry" in decision ? namesIn(rows[at]?.values ?? {}, context) : NO_NAMES,
  );
  const there = await thereOf(named, context);
  const told = new Set<string>();
  return decisions.map((decision, at) => {
    if (decision === "later" || !("entry" in decision)) return decision;
    const missing = [...(named[at] ?? NO_NAMES)].filter(([id]) => !there.has(id) && !told.has(id));
    for (const [id] of missing) told.add(id);
    const { mark, changes } = decision.entry;
    const made = missing.map(([, { declaration, record: after }]) => ({ declaration, after }));
    return { ...decision, entry: { mark, changes: [...changes, ...made] } };
  });
}

const NO_NAMES: ReadonlyMap<string, Named> = new Map();

const namesIn = ({ partner_manager, partner_tags }: NameCells, { program, job }: RuleContext): Map<string, Named> =>
  partnerNames(program.key, { manager: partner_manager, tags: partner_tags }, job.created_at);

async function thereOf(named: readonly ReadonlyMap<string, Named>[], context: RuleContext): Promise<Set<string>> {
  const there = known.get(context) ?? new Set<string>();
  known.set(context, there);
  const asked = [...new Map(named.flatMap((names) => [...names]))].filter(([id]) => !there.has(id));
  await Promise.all(
    KINDS.map(async (kind) => {
      const ofKind = asked.filter(([, { declaration }]) => declaration === kind);
      if (ofKind.length === 0) return;
      const found = await context.ledger.read(
        kind,
        ofKind.map(([, { place }]) => place),
      );
      for (const [at, [id]] of ofKind.entries()) if (found[at] !== undefined) there.add(id);
    }),
  );
  return there;
}
