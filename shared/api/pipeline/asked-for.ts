import type { Principal } from "../../access/principal.ts";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { customer } from "../../records/customer.ts";
import type { Group } from "../../records/group.ts";
import { findStage, type Stage } from "../../records/stage.ts";
import { lookByEitherKey } from "../find-by-either-key.ts";
import { groupsOf } from "../list-scope.ts";
import { type QueryValues, readFlag } from "../page-request.ts";
import { notOneOf } from "../validated.ts";

type Question<R> = (record: R) => boolean | Promise<boolean>;

/** Whether a record is all that is asked for; undefined where nothing is. */
export function allOf<R>(questions: readonly (Question<R> | undefined)[]): Question<R> | undefined {
  const asked = questions.filter((one) => one !== undefined);
  if (asked.length === 0) return undefined;
  return async (record) => {
    for (const isMet of asked) if (!(await isMet(record))) return false;
    return true;
  };
}

/** A field that is true or false, as the query asks. */
export function flagAsked<Name extends string>(
  query: QueryValues,
  name: Name,
): Question<Readonly<Record<Name, boolean>>> | undefined {
  const wanted = readFlag(query, name);
  return wanted === undefined ? undefined : (record) => record[name] === wanted;
}

/** A status or stage by either of its names, which is one of the record's group. */
export async function stageAsked<Name extends "status" | "stage">(
  ledger: Pick<Ledger, "collection">,
  { program, kind }: Principal,
  query: QueryValues,
  { name, stagesOf }: { readonly name: Name; readonly stagesOf: (group: Group) => readonly Stage[] },
): Promise<Question<Readonly<Record<Name | "group_key", string>>> | undefined> {
  const wanted = query[name];
  if (wanted === undefined) return undefined;
  const groups = await groupsOf(ledger, program);
  const meant = new Map(groups.map((group) => [group.key, findStage(stagesOf(group), wanted)?.name]));
  if ([...meant.values()].every((one) => one === undefined)) {
    // What other groups call their stages is no partner's business.
    if (kind === "partner") throw new CallerError("invalid", `there is no ${name} '${wanted}'`, name);
    const all = [...new Set(groups.flatMap((group) => stagesOf(group).map((one) => one.name)))];
    throw new CallerError("invalid", notOneOf(wanted, all), name);
  }
  return (record) => record[name] === meant.get(record.group_key);
}

/** More customers than these in one query are not looked up. */
const MOST_CUSTOMERS = 50;

/** Whoever became one of these customers. The name may come more than once, which the gateway joins by commas. */
export async function customersAsked(
  ledger: Pick<Ledger, "find">,
  { program, kind, partnership }: Principal,
  { customer_key: text }: QueryValues,
): Promise<Question<{ readonly customer_key: string | null }> | undefined> {
  if (text === undefined) return undefined;
  const keyOf = async (key: string) => {
    const found = await lookByEitherKey(ledger, customer, program, ["key", "customer_key"], key);
    // To a partner, others' customers are as unknown as those that never were.
    return kind === "partner" && found?.record.partnership_key !== partnership ? undefined : found?.record.key;
  };
  // A key of your own may have a comma.
  const whole = await keyOf(text);
  const parts = whole === undefined ? text.split(",") : [];
  if (parts.length > MOST_CUSTOMERS) {
    throw new CallerError("invalid", `more than ${MOST_CUSTOMERS} customers`, "customer_key");
  }
  const found = whole === undefined ? await Promise.all(parts.map(keyOf)) : [whole];
  const unknown = found.indexOf(undefined);
  if (unknown >= 0) throw new CallerError("invalid", `there is no customer '${parts[unknown]}'`, "customer_key");
  const wanted = new Set(found);
  return ({ customer_key: key }) => key !== null && wanted.has(key);
}
