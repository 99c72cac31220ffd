import { derivedKey } from "../../records/derived-key.ts";
import type { Group } from "../../records/group.ts";

/** What a form asks about. */
export const MOLD_TARGETS = ["application", "lead", "deal", "customer", "partnership"] as const;

export type MoldTarget = (typeof MOLD_TARGETS)[number];

/** The key of a group's form. A group has one of each kind, so that forms need no records of their own. */
export const moldKey = ({ program, key }: Pick<Group, "program" | "key">, target: MoldTarget): string =>
  derivedKey("mold_", program, key, target);
