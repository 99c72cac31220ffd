import { DEFAULT_LIMIT, MAX_LIMIT } from "./page-request.ts";
import { object, type Schema } from "./schema-of.ts";
import type { Route } from "./route.ts";

/** What a route takes beyond its path, and what it answers. */
export interface Shape {
  readonly query?: readonly Schema[];
  readonly body?: Schema;
  readonly answer: { readonly type: string; readonly schema: Schema };
  /** Whether `format=csv` answers with a file instead. */
  readonly isFile?: boolean;
  /** When the answer is a redirect. */
  readonly redirect?: string;
}

export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

export const inJson = (schema: Schema) => ({ type: "application/json", schema });

export const enveloped = (data: Schema) =>
  inJson(object({ data, message: { type: "string" }, status: { type: "integer", const: 200 } }));

export const inQuery = (name: string, description: string, schema: Schema): Schema => ({
  name,
  in: "query",
  required: false,
  description,
  schema,
});

export const limit = inQuery("limit", `How many items at most, up to ${MAX_LIMIT}; ${DEFAULT_LIMIT} when absent`, {
  type: "integer",
  minimum: 1,
  maximum: MAX_LIMIT,
  default: DEFAULT_LIMIT,
});

export const cursors = [
  inQuery("starting_after", "Goes on behind the item with this key, such as the last one of the page before", {
    type: "string",
  }),
  inQuery(
    "ending_before",
    "Goes back to what comes before the item with this key; not together with `starting_after`",
    { type: "string" },
  ),
];

/** One component, or several of which the caller's credential decides. */
type Names = string | readonly string[];

const shownAs = (names: Names): Schema => {
  const all = [names].flat();
  return all.length === 1 ? ref(all[0] ?? "") : { anyOf: all.map(ref) };
};

export const one = (names: Names): Shape => ({ answer: enveloped(shownAs(names)) });

/** What is done and has nothing to show. */
export const done = (): Shape => ({
  answer: inJson(object({ message: { type: "string" }, status: { type: "integer", const: 200 } })),
});

const listed = (names: Names): Schema => ({
  items: { type: "array", items: shownAs(names) },
  has_more: { type: "boolean" },
});

export const listOf = (names: Names, query: readonly Schema[] = [limit, ...cursors]): Shape => ({
  query,
  answer: enveloped(object(listed(names))),
});

const instant = (name: string, description: string): Schema =>
  inQuery(name, `${description}, in epoch milliseconds`, { type: "integer", minimum: 0 });

const ORDERED = "By what the list is sorted, `-` for the latest first; `-created_at` when absent";
const ORDERED_BY_UPDATE = `${ORDERED}, or \`-updated_at\` where \`min_updated\` or \`max_updated\` alone are asked for`;

/** What every list of records takes; `byUpdate` where it can be sorted by the last change, `alsoBy` where by something else. */
export const listQuery = ({
  byUpdate = false,
  alsoBy = [],
}: { readonly byUpdate?: boolean; readonly alsoBy?: readonly string[] } = {}): readonly Schema[] => [
  limit,
  ...cursors,
  instant("min_created", "Only what was made then or later"),
  instant("max_created", "Only what was made then or earlier"),
  instant("min_updated", "Only what has changed then or later"),
  instant("max_updated", "Only what has changed then or earlier, and not since"),
  inQuery("order_by", byUpdate ? ORDERED_BY_UPDATE : ORDERED, {
    type: "string",
    enum: ["-created_at", "created_at", ...(byUpdate ? ["-updated_at", "updated_at"] : []), ...alsoBy],
  }),
];

/** What lists of records that belong to partners take, too. */
export const ownedQuery: readonly Schema[] = [
  inQuery("partner_key", "Only those of this partner, by your key", { type: "string" }),
  inQuery("partnership_key", "The same as `partner_key`, by our key", { type: "string" }),
  inQuery("group", "Only those of partners in this group, by its slug, name or key", { type: "string" }),
  inQuery("group_key", "The same as `group`", { type: "string" }),
];

/** What lists of transactions and rewards take, too. */
export const moneyQuery: readonly Schema[] = [
  inQuery("customer_key", "Only those of this customer, by our key or yours", { type: "string" }),
  inQuery("currency", "Only those in this currency, such as USD", { type: "string", minLength: 3, maxLength: 3 }),
  inQuery("unconverted", "With `true`, only those that sums in US dollars lack, as there was no rate", {
    type: "boolean",
  }),
];

const lookedTo: Schema = {
  type: "string",
  description:
    "Only with `has_more`, where looking for items of the filters ended before the page was full: go on with this key as the cursor",
};

/** An object with more than it has elsewhere. */
export const oneWith = (name: string, more: Schema): Shape => ({
  answer: enveloped({ allOf: [ref(name), object(more)] }),
});

/** Of which a request looks at so many items only, with filters; `more` is what it always tells beside them. */
export function soughtList(names: Names, query: readonly Schema[], more: Schema = {}): Shape {
  const always = { ...listed(names), ...more };
  return { query, answer: enveloped({ ...object(always), properties: { ...always, looked_to: lookedTo } }) };
}

/** A shape for each of some routes. */
export type Shapes<Routes extends readonly Route[]> = Readonly<Record<Routes[number]["id"], Shape>>;
