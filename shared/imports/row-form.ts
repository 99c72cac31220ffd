import { CellProblem } from "../records/cell.ts";
import type { Columns } from "../records/column.ts";
import { fieldCell, fieldValues, type FieldValues, type FormField } from "../records/form-field.ts";
import { findGroup, type Group } from "../records/group.ts";
import type { Partnership } from "../records/partnership.ts";
import { missingFields } from "../pipeline/missing-fields.ts";
import { FEATURE, refuserOf, type Submitted } from "../pipeline/taken-in.ts";
import { someOf } from "../records/some-of.ts";
import { findStage, type Stage } from "../records/stage.ts";
import { isWholeRecord } from "../records/whole-record.ts";
import type { ProgramSetup } from "./program-setup.ts";
import { RowProblem, type RowValues } from "./read-row.ts";
import { type RuleContext, shown } from "./row-rule.ts";

/** The groups that take in leads or deals. */
export const enabledGroups = ({ program, groups }: ProgramSetup, kind: Submitted): Group[] =>
  program.features[FEATURE[kind]] ? groups.filter(({ features }) => features[FEATURE[kind]]) : [];

/** The group that a cell names; the default one where it is empty. */
export function groupNamed({ groups }: ProgramSetup, wanted: string | undefined, column: string): Group | RowProblem {
  return (
    findGroup(groups, wanted) ??
    new RowProblem(
      "unknown_group",
      column,
      `there is no group ${shown(wanted)}`,
      `Use one of the program's groups: ${someOf(groups.map(({ name }) => name))}.`,
    )
  );
}

/** The group whose form a row is held against: the one it names, or that of its record, or for a new one that of its partner. */
export function groupOfRow(
  { groups, program }: ProgramSetup,
  partner: Partnership | undefined,
  before: { readonly partnership_key: string | null; readonly group_key: string } | undefined,
  named: { readonly wanted: string | undefined; readonly column: string },
): Group | RowProblem {
  if (named.wanted !== undefined) return groupNamed({ groups, program }, named.wanted, named.column);
  const isSame = before !== undefined && before.partnership_key === (partner?.key ?? null);
  const wanted = isSame ? before.group_key : partner?.group_key;
  if (wanted === undefined) return groupNamed({ groups, program }, undefined, named.column);
  const found = groups.find(({ key }) => key === wanted);
  if (found === undefined) throw new Error(`group ${wanted} of program ${program.key} is not there`);
  return found;
}

/** Leads or deals that the program does not take in, or the group that is told. */
export function notEnabled(kind: Submitted, { program }: ProgramSetup, group?: Group): RowProblem | undefined {
  const by = refuserOf(kind, program, group);
  if (by === undefined) return undefined;
  const whom = `${by === program ? "program" : "group"} ${shown(by.name)}`;
  return new RowProblem(
    `${kind}_not_enabled`,
    null,
    `The ${whom} does not take in ${kind}`,
    by === program ? `Have ${kind} enabled for the program.` : `Name a partner of a group that takes in ${kind}.`,
  );
}

/**
 * What the form asks for and the row leaves empty, unless its file cannot have it. `alternatives` are columns that stand
 * for one another.
 */
export function missingField(
  form: readonly FormField[],
  values: RowValues,
  {
    group,
    context: { lacks, ownName },
    alternatives,
  }: {
    readonly context: RuleContext;
    readonly group: Group;
    readonly alternatives: Readonly<Record<string, string>>;
  },
): RowProblem | undefined {
  if (isWholeRecord(values)) return undefined;
  const missing = missingFields(
    form,
    (name) => lacks.includes(name) || values[name] !== undefined || values[alternatives[name] ?? name] !== undefined,
  );
  const [first, ...others] = missing;
  if (first === undefined) return undefined;
  return new RowProblem(
    "required",
    first,
    others.length === 0
      ? "is empty"
      : `is empty. Also: ${someOf(
          others.map((name) => `${ownName(name)} is empty`),
          { between: "; " },
        )}`,
    `Fill in ${someOf(missing.map(ownName))}: the form of the group ${shown(group.name)} asks for it.`,
  );
}

/**
 * The row's values of the form's own fields, read by their types. A row that tells all of its record may have values that
 * were given when it was held against one of the `others`.
 */
export function formValues(
  form: readonly FormField[],
  values: RowValues,
  { columns, others }: { readonly columns: Columns; readonly others: readonly (readonly FormField[])[] },
): FieldValues | RowProblem {
  const read: FieldValues = {};
  for (const field of isWholeRecord(values) ? [form, ...others].flat() : form) {
    const cell = values[field.api_name];
    if (Object.hasOwn(columns, field.api_name) || typeof cell !== "string") continue;
    if (Object.hasOwn(read, field.api_name)) continue;
    const value = fieldCell(field).read(cell);
    if (value instanceof CellProblem) return new RowProblem(value.code, field.api_name, value.message, value.hint);
    read[field.api_name] = value;
  }
  return read;
}

/** Tells of cells that another group's form asks for and this one does not. */
export function warnOfOthers(
  form: readonly FormField[],
  values: RowValues,
  { columns, group, context }: { columns: Columns; group: Group; context: RuleContext },
): void {
  if (isWholeRecord(values)) return;
  for (const name of Object.keys(values)) {
    if (Object.hasOwn(columns, name) || form.some(({ api_name }) => api_name === name)) continue;
    context.warn({
      code: "field_of_other_group",
      message: `${context.ownName(name)} was ignored where the partner is in the group ${shown(group.name)}: its form has no such field.`,
    });
  }
}

/** The status or stage of the group that a cell means. */
export function stageOfRow(
  stages: readonly Stage[],
  cell: string | undefined,
  { column, group }: { column: "status" | "stage"; group: Group },
): string | RowProblem {
  const found = findStage(stages, cell ?? "");
  if (found !== undefined) return found.name;
  const names = someOf(stages.map(({ name }) => name));
  return new RowProblem(
    `bad_${column}`,
    column,
    `${shown(cell)} is no ${column} of the group ${shown(group.name)}`,
    `Use one of: ${names}.`,
  );
}

/** Values of a program's own fields, as the reader has read them already. */
export const ownValues = (fields: readonly FormField[], values: RowValues): FieldValues =>
  fieldValues.parse(
    Object.fromEntries(
      fields.flatMap(({ api_name }) => (values[api_name] === undefined ? [] : [[api_name, values[api_name]]])),
    ),
  );
