import type { Change } from "../../ledger/entry.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { isEmail } from "../../records/cell.ts";
import { manager, managerNamed, managerPlace } from "../../records/manager.ts";
import { partnerNames, type PartnerNames } from "../../records/partner-names.ts";
import type { Declaration } from "../../records/record.ts";
import { tag } from "../../records/tag.ts";

const KINDS: readonly Declaration[] = [manager, tag];

/** What it takes for the managers and tags that a partner names to be there; a manager may be told its name, too. */
export async function nameChanges(
  ledger: Pick<Ledger, "read">,
  program: string,
  { manager_name, ...names }: PartnerNames & { readonly manager_name?: string | null | undefined },
  now: number,
): Promise<Change[]> {
  const named = [...partnerNames(program, names, now).values()];
  const missing = await Promise.all(
    KINDS.map(async (declaration): Promise<Change[]> => {
      const ofKind = named.filter((one) => one.declaration === declaration);
      const places = ofKind.map(({ place }) => place);
      const found = places.length === 0 ? [] : await ledger.read(declaration, places);
      return ofKind.flatMap(({ record: after }, at) => (found[at] === undefined ? [{ declaration, after }] : []));
    }),
  );
  const changes = missing.flat();
  const { manager: text } = names;
  if (typeof text !== "string" || !isEmail(text) || typeof manager_name !== "string") return changes;
  const [before] = await ledger.read(manager, [managerPlace(program, text)]);
  if (before?.record.name === manager_name) return changes;
  const after = { ...(before?.record ?? managerNamed(program, text, now)), name: manager_name, updated_at: now };
  return [...changes.filter(({ declaration }) => declaration !== manager), { declaration: manager, before, after }];
}
