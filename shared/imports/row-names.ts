import type { Change } from "../ledger/entry.ts";
import type { Place } from "../ports.ts";
import { manager, managerNamed, managerPlace } from "../records/manager.ts";
import type { Declaration } from "../records/record.ts";
import { tag, tagNamed, tagPlace } from "../records/tag.ts";
import type { Decision, Row, RuleContext } from "./row-rule.ts";

/** What a row of partners says by name: who manages the partner, and how it is tagged. */
interface NameCells {
  readonly partner_manager?: string;
  readonly partner_tags?: readonly string[];
}

interface Named {
  readonly place: Place;
  readonly change: Change;
}

const KINDS: readonly Declaration[] = [manager, tag];

/** Managers and tags that are there. They never go, and the rows of a part name the same few over and over. */
const known = new WeakMap<RuleContext, Set<string>>();

/**
 * The decisions, each making the managers and tags that its row is the first to name; up to the first one that names
 * what an earlier one makes.
 */
export async function withNames(
  decisions: readonly Decision[],
  rows: readonly Row[],
  context: RuleContext,
): Promise<Decision[]> {
  const named = decisions.map((decision, at) =>
    decision !== "later" && "entry" in decision ? namesIn(rows[at]?.values ?? {}, context) : new Map<string, Named>(),
  );
  const there = await thereOf(named, context);
  const made = new Set<string>();
  let wait = false;
  return decisions.map((decision, at) => {
    const missing = [...(named[at] ?? [])].filter(([id]) => !there.has(id));
    wait ||= missing.some(([id]) => made.has(id));
    if (wait) return "later";
    if (decision === "later" || !("entry" in decision)) return decision;
    for (const [id] of missing) made.add(id);
    const { mark, changes } = decision.entry;
    return { ...decision, entry: { mark, changes: [...changes, ...missing.map(([, { change }]) => change)] } };
  });
}

/** By place, so that a row which writes a tag twice makes it once. */
function namesIn({ partner_manager, partner_tags = [] }: NameCells, { program, job }: RuleContext): Map<string, Named> {
  const at = job.created_at;
  const managers = (partner_manager === undefined ? [] : [partner_manager]).map((text): Named => ({
    place: managerPlace(program.key, text),
    change: { declaration: manager, after: managerNamed(program.key, text, at) },
  }));
  const tags = partner_tags.map((name): Named => ({
    place: tagPlace(program.key, name),
    change: { declaration: tag, after: tagNamed(program.key, name, at) },
  }));
  return new Map([...managers, ...tags].map((one) => [JSON.stringify(one.place), one]));
}

async function thereOf(named: readonly ReadonlyMap<string, Named>[], context: RuleContext): Promise<Set<string>> {
  const there = known.get(context) ?? new Set<string>();
  known.set(context, there);
  const asked = [...new Map(named.flatMap((names) => [...names]))].filter(([id]) => !there.has(id));
  await Promise.all(
    KINDS.map(async (kind) => {
      const ofKind = asked.filter(([, { change }]) => change.declaration === kind);
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
