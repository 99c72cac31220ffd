import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { refuserOf, type Submitted } from "../../pipeline/taken-in.ts";
import { findGroup, type Group, group as groupRecord, groupsPk } from "../../records/group.ts";
import type { Partnership } from "../../records/partnership.ts";
import type { Program } from "../../records/program.ts";
import { findStage, type Stage } from "../../records/stage.ts";
import { groupsOf } from "../list-scope.ts";
import { notOneOf } from "../validated.ts";

interface Filed {
  readonly partnership_key: string | null;
  readonly group_key: string;
}

/** Refuses what the program or the group does not take in. */
export function requireTakenIn(kind: Submitted, program: Program, group: Group): void {
  const by = refuserOf(kind, program, group);
  if (by === undefined) return;
  const whom = `${by === program ? "program" : "group"} '${by.name}'`;
  throw new CallerError("conflict", `the ${whom} does not take in ${kind}`, by === program ? undefined : "group_key");
}

/**
 * The group whose form a lead or deal is held against: the one that the body names, that of the record where it stays with
 * its partner, or else its partner's. Refused where it takes in none.
 */
export async function groupOfBody(
  ledger: Pick<Ledger, "collection" | "read">,
  program: Program,
  {
    kind,
    named,
    partner,
    before,
  }: {
    readonly kind: Submitted;
    readonly named: string | null | undefined;
    readonly partner: Pick<Partnership, "key" | "group_key"> | undefined;
    readonly before?: Filed;
  },
): Promise<Group> {
  const isSame = before !== undefined && before.partnership_key === (partner?.key ?? null);
  const wanted = named ?? (isSame ? before.group_key : partner?.group_key);
  if (wanted === undefined) throw new CallerError("invalid", "'group_key' is a required property", "group_key");
  const [own] = await ledger.read(groupRecord, [{ pk: groupsPk(program.key), sk: wanted }]);
  const group = own?.record ?? findGroup(await groupsOf(ledger, program.key), wanted);
  if (group === undefined) throw new CallerError("invalid", `there is no group '${wanted}'`, "group_key");
  requireTakenIn(kind, program, group);
  return group;
}

/** The status or stage of the group that is meant, by either of its names; refused where there is none. */
export function stageMeant(stages: readonly Stage[], meant: string, field: "status" | "stage"): string {
  const found = findStage(stages, meant);
  if (found !== undefined) return found.name;
  const names = stages.map(({ name }) => name);
  throw new CallerError("invalid", notOneOf(meant, names), field);
}

/** The stage after a change: the one that is asked for, or the one it had, which has to be one of the new group's where it moved. */
export const stageAfter = (
  stages: readonly Stage[],
  field: "status" | "stage",
  { asked, held, isMoved }: { readonly asked: string | undefined; readonly held: string; readonly isMoved: boolean },
): string => (asked === undefined && !isMoved ? held : stageMeant(stages, asked ?? held, field));
