import type { Ledger } from "../../ledger/ledger.ts";
import { link, type Link, linksPk } from "../../records/link.ts";
import type { Partnership } from "../../records/partnership.ts";
import type { Program } from "../../records/program.ts";
import { keyBeside } from "../partnerships/key-beside.ts";

const LINK_PREFIX = "link_";

/** Where a link leads, saying whose it is. */
export function urlOf(dest: string, { partner_key }: Pick<Partnership, "partner_key">, key?: string): string {
  const url = new URL(dest);
  url.searchParams.set("partner_key", partner_key);
  if (key !== undefined) url.searchParams.set("link_key", key);
  return url.toString();
}

/** The link that a partner has anyway; none where the program has links turned off. */
export const defaultLink = (
  { link_base }: Pick<Program, "link_base">,
  { program, key, created_at, updated_at }: Partnership,
): Link | undefined =>
  link_base === null
    ? undefined
    : {
        program,
        key: keyBeside(LINK_PREFIX, key),
        partnership_key: key,
        name: "Default",
        dest: link_base,
        archived: false,
        created_at,
        updated_at,
      };

/** The links that have been made for a partner, archived ones among them. */
export async function linksMadeFor(ledger: Pick<Ledger, "collection">, { program, key }: Partnership): Promise<Link[]> {
  const links: Link[] = [];
  for await (const { record } of ledger.collection(link, linksPk(program, key))) links.push(record);
  return links;
}
