import type { Features } from "../records/features.ts";
import type { Group } from "../records/group.ts";
import type { Program } from "../records/program.ts";

/** What partners submit, and a program or group may turn off. */
export type Submitted = "leads" | "deals";

export const FEATURE = { leads: "leads_enabled", deals: "deals_enabled" } as const satisfies Record<
  Submitted,
  keyof Features
>;

/** The program, or else the group, that does not take in leads or deals; undefined where they are taken in. */
export const refuserOf = (kind: Submitted, program: Program, group?: Group): Program | Group | undefined =>
  [program, group].find((one) => one?.features[FEATURE[kind]] === false);
