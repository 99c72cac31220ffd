import type { CellType } from "./cell.ts";
import type { Column, Columns, ImportLayout, Need } from "./column.ts";
import { fieldCell, type FieldType, type FormField } from "./form-field.ts";
import { plainName } from "./plain-name.ts";

/** Fields that every record of a kind has, and that a form may ask for, by api_name. */
export type BuiltInFields = Readonly<Record<string, FieldType>>;

/** A layout with a program's own fields as columns, read by their type. */
export const withFields = (layout: ImportLayout, fields: readonly FormField[]): ImportLayout => ({
  ...layout,
  columns: { ...layout.columns, ...columnsOf(fields, fieldCell) },
});

/**
 * A layout for partners of groups with forms of their own. A column is required where every form requires it; what one
 * group asks for beyond that, its rows are asked. Fields of a program's own are kept as text: the same name may be of
 * another type in the next group.
 */
export function withForms(
  layout: ImportLayout,
  forms: readonly (readonly FormField[])[],
  builtIn: BuiltInFields,
): ImportLayout {
  const needed = (name: string) =>
    forms.length > 0 && forms.every((form) => form.some((field) => field.api_name === name && field.required));
  const all = forms.flat();
  const neededSets = new Set(
    Object.entries(layout.columns).flatMap(([name, { need }]) =>
      isBuiltIn(builtIn, name) && needed(name) ? setOf(need) : [],
    ),
  );
  const asked = new Set(
    Object.entries(layout.columns).flatMap(([name, { need }]) => (isBuiltIn(builtIn, name) ? setOf(need) : [])),
  );
  const needOf = (name: string, need: Need): Need => {
    const [set] = setOf(need);
    if (set !== undefined && asked.has(set)) return neededSets.has(set) ? { exactlyOne: set } : { atMostOne: set };
    if (!isBuiltIn(builtIn, name)) return need;
    return needed(name) ? "required" : "optional";
  };
  const columns = Object.entries(layout.columns).map(([name, column]): [string, Column] => [
    name,
    { ...column, need: needOf(name, column.need), aliases: [...new Set([...column.aliases, ...labelsOf(all, name)])] },
  ]);
  const own = all.filter(({ api_name }) => !isBuiltIn(builtIn, api_name));
  const ownColumns = columnsOf(
    own.map((field) => ({ ...field, required: needed(field.api_name) })),
    (field) => asText(fieldCell(field)),
  );
  return { ...layout, columns: { ...Object.fromEntries(columns), ...ownColumns } };
}

const isBuiltIn = (builtIn: BuiltInFields, name: string): boolean => Object.hasOwn(builtIn, name);

const setOf = (need: Need): string[] => (typeof need === "string" ? [] : Object.values(need));

/** Labels that are more than the name of the column in other letters. */
const labelsOf = (fields: readonly FormField[], name: string): string[] => {
  const labels = fields.filter(({ api_name }) => api_name === name).map(({ label }) => label);
  return [...new Set(labels)].filter((label) => plainName(label) !== plainName(name));
};

const columnsOf = (fields: readonly FormField[], cell: (field: FormField) => CellType<unknown>): Columns =>
  Object.fromEntries(
    fields.map((field): [string, Column] => [
      field.api_name,
      {
        type: cell(field),
        need: field.required ? "required" : "optional",
        aliases: labelsOf(fields, field.api_name),
        note: field.label,
      },
    ]),
  );

const asText = ({ format, example }: CellType<unknown>): CellType<string> => ({
  format,
  example,
  read: (cell) => cell,
});

/**
 * Why forms cannot be the columns of one file: by each api_name and label, a column must be meant and no other.
 * `reserved` are headers that mean something else.
 */
export function formProblem(
  layout: ImportLayout,
  forms: readonly (readonly FormField[])[],
  { builtIn, reserved }: { builtIn: BuiltInFields; reserved: readonly string[] },
): string | undefined {
  const meant = new Map(reserved.map((name) => [plainName(name), name]));
  for (const [column, { aliases }] of Object.entries(layout.columns))
    for (const name of [column, ...aliases]) meant.set(plainName(name), column);
  for (const form of forms) {
    const names = form.map(({ api_name }) => api_name);
    const doubled = names.find((name, at) => names.indexOf(name) !== at);
    if (doubled !== undefined) return `the field '${doubled}' is there twice`;
    for (const { api_name, label } of form) {
      if (!isBuiltIn(builtIn, api_name) && Object.hasOwn(layout.columns, api_name))
        return `'${api_name}' is a column of every such file`;
      for (const name of [api_name, label]) {
        const other = meant.get(plainName(name)) ?? api_name;
        if (other !== api_name) return `'${name}' of the field '${api_name}' means the column '${other}' already`;
        meant.set(plainName(name), api_name);
      }
    }
  }
  return undefined;
}
