import { manager, managerNamed, managerPlace } from "./manager.ts";
import type { BaseRecord, Declaration } from "./record.ts";
import { tag, tagNamed, tagPlace } from "./tag.ts";

/** What a partner has by name: somebody who looks after it, by address or name, and its tags. */
export interface PartnerNames {
  readonly manager?: string | null | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** Something that is known by its name, as it is made where it is not there. */
export interface Named {
  readonly place: { readonly pk: string; readonly sk: string };
  readonly declaration: Declaration;
  readonly record: BaseRecord;
}

/** Managers and tags that a partner names, by their places: a tag that is written twice is one, in the letters that come first. */
export function partnerNames(
  program: string,
  { manager: text, tags = [] }: PartnerNames,
  at: number,
): Map<string, Named> {
  const found = new Map<string, Named>();
  const add = (place: Named["place"], declaration: Declaration, record: BaseRecord) => {
    const id = JSON.stringify(place);
    if (!found.has(id)) found.set(id, { place, declaration, record });
  };
  if (typeof text === "string") add(managerPlace(program, text), manager, managerNamed(program, text, at));
  for (const name of tags) add(tagPlace(program, name), tag, tagNamed(program, name, at));
  return found;
}
