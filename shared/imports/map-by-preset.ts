import type { Columns } from "../records/column.ts";
import { plainName } from "../records/plain-name.ts";
import { knownPresets } from "./presets/known-presets.ts";
import type { Conversion, Preset } from "./presets/preset.ts";

/** A cell that fills a column by a conversion, or one of several that may fill it: the first filled one does. */
export interface Fill {
  readonly cell: number;
  readonly column: string;
  readonly as?: Conversion;
}

export interface MappedHeader {
  /** Column by cell index, of those that are read as they are. */
  readonly columns: readonly (string | undefined)[];
  readonly fills: readonly Fill[];
}

/** The presets whose signature a header bears. */
export function presetsOf(names: readonly string[]): readonly Preset[] {
  const present = new Set(names.map(plainName));
  return knownPresets.filter(({ signature }) =>
    signature.every((spellings) => spellings.some((spelling) => present.has(plainName(spelling)))),
  );
}

/** Which cells of a preset's file fill which columns of a layout; columns of ours that stand beside them count, too. */
export function mapByPreset(
  names: readonly string[],
  columns: Columns,
  ownColumns: readonly (string | undefined)[],
  { sources }: Preset,
): MappedHeader {
  const cells = new Map<string, number>();
  for (const [cell, name] of names.entries()) {
    const plain = plainName(name);
    if (!cells.has(plain)) cells.set(plain, cell);
  }
  const cellOf = (from: readonly string[]) =>
    from.map((spelling) => cells.get(plainName(spelling))).find((cell) => cell !== undefined);
  const found = sources.flatMap(({ from, to, as }): Fill[] => {
    const cell = cellOf(from);
    return cell === undefined || !Object.hasOwn(columns, to)
      ? []
      : [{ cell, column: to, ...(as !== undefined && { as }) }];
  });

  const mapped: (string | undefined)[] = names.map(() => undefined);
  const fills: Fill[] = [];
  for (const fill of found) {
    const others = found.filter(({ column }) => slotOf(columns, column) === slotOf(columns, fill.column));
    if (fill.as === undefined && others.length === 1 && mapped[fill.cell] === undefined)
      mapped[fill.cell] = fill.column;
    else fills.push(fill);
  }

  const taken = new Set(found.map(({ column }) => slotOf(columns, column)));
  const used = new Set(sources.map(({ from }) => cellOf(from)));
  for (const [cell, column] of ownColumns.entries()) {
    if (column === undefined || used.has(cell) || taken.has(slotOf(columns, column))) continue;
    taken.add(slotOf(columns, column));
    mapped[cell] = column;
  }
  return { columns: mapped, fills };
}

/** What only one cell of a row may fill: a column, or a set of columns. */
export function slotOf(columns: Columns, column: string): string {
  const need = columns[column]?.need;
  return typeof need === "object" ? `one of ${Object.values(need)[0]}` : column;
}
