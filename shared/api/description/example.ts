import type { RouteId } from "../routes.ts";

/** What an earlier example was answered, and what readers see in its place. */
export class Answered {
  readonly from: RouteId;
  /** Where it stands in the answer's `data`: names and numbers with dots between them. Of what is mailed, its name. */
  readonly field: string;
  readonly shown: string;

  constructor(from: RouteId, field: string, shown: string) {
    this.from = from;
    this.field = field;
    this.shown = shown;
  }
}

type Text = string | Answered;

type Value = Text | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };

/** One request for a route. */
export interface Example {
  /** Values of the path's parameters, by name. */
  readonly path?: Readonly<Record<string, Text>>;
  readonly query?: Readonly<Record<string, Text>>;
  readonly body?: Readonly<Record<string, Value>>;
  /** The token that it goes with; the program's key pair where none is said. */
  readonly token?: Answered;
}

/** A value with something in the place of what only an answer tells. */
export function filledIn(value: unknown, fill: (answered: Answered) => string): unknown {
  if (value instanceof Answered) return fill(value);
  if (Array.isArray(value)) return value.map((one: unknown) => filledIn(one, fill));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filledIn(one, fill)]));
}

/** A value as readers see it. */
export const asShown = (value: unknown): unknown => filledIn(value, ({ shown }) => shown);

export const textShown = (value: Text): string => (value instanceof Answered ? value.shown : value);
