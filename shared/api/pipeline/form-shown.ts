import * as z from "zod";
import type { FieldValues, FormField } from "../../records/form-field.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { type Group, group, groupsPk } from "../../records/group.ts";
import { fieldEntry, fieldEntryShape } from "../forms/field-entry.ts";
import { moldKey } from "../forms/mold-key.ts";
import { valueOf } from "./form-body.ts";

const values = z.record(z.string(), z.unknown());

/** What leads and deals have of the form that they were made with. */
export const formShownShapes = {
  mold_key: z.string().meta({ description: "Key of its form" }),
  meta: values.meta({ description: "The values of the form's fields by api_name" }),
  mdata: values.meta({ description: "The same" }),
  field_data: values.meta({ description: "The same" }),
  fields: z
    .array(z.object({ ...fieldEntryShape.partial().shape, api_name: z.string(), name: z.string(), value: z.unknown() }))
    .meta({ description: "The form's fields in their order, then what else was given" }),
  team: z.null(),
  team_member: z.null(),
};

/** A record's values in the form of its group; a group that is not known any more leaves only what is kept by itself. */
export function formShown(
  record: { readonly program: string; readonly group_key: string; readonly fields: FieldValues },
  target: "lead" | "deal",
  form: readonly FormField[],
  builtIn: Readonly<Record<string, unknown>>,
) {
  const asked = form.map((field, position) => ({
    ...fieldEntry(field, position),
    value: valueOf(record, builtIn, field.api_name),
  }));
  const others = Object.entries(record.fields)
    .filter(([name]) => form.every(({ api_name }) => api_name !== name))
    .map(([api_name, value]) => ({ api_name, name: api_name, value }));
  const fields = [...asked, ...others];
  const byName = Object.fromEntries(fields.map(({ api_name, value }) => [api_name, value]));
  return {
    mold_key: moldKey({ program: record.program, key: record.group_key }, target),
    meta: byName,
    mdata: byName,
    field_data: byName,
    fields,
    team: null,
    team_member: null,
  };
}

/** The groups that records are filed under, by their keys. */
export async function groupsOfRecords(
  ledger: Pick<Ledger, "read">,
  program: string,
  records: readonly { readonly group_key: string }[],
): Promise<ReadonlyMap<string, Group>> {
  const keys = [...new Set(records.map(({ group_key }) => group_key))];
  const found = await ledger.read(
    group,
    keys.map((key) => ({ pk: groupsPk(program), sk: key })),
  );
  return new Map(found.flatMap((one) => (one === undefined ? [] : [[one.record.key, one.record]])));
}
