import type { Stored } from "../ledger/stored.ts";
import type { Group } from "../records/group.ts";
import { PARTNER_DEFAULTS, type Partnership, partnership } from "../records/partnership.ts";
import type { RowOf } from "../records/column.ts";
import { RowProblem, type RowValues } from "./read-row.ts";
import { groupNamed, ownValues } from "./row-form.ts";
import { withNames } from "./row-names.ts";
import {
  claimFinder,
  createdEarlier,
  decideRecord,
  finder,
  identity,
  instantOr,
  keyOfNew,
  lookUp,
  type Row,
  type RowRule,
  type RuleContext,
  shown,
  upToDependent,
} from "./row-rule.ts";

type Values = RowOf<typeof partnership.layout.columns>;

/** Partners are found by e-mail, key or an export's partner_id, created when neither is known; cells left empty keep what is stored. */
export const partnerRows: RowRule = {
  identities: ({ partner_email, partner_key, partner_id }: Values) => [
    ...identity("email", partner_email?.toLowerCase()),
    ...identity("key", partner_key),
    ...(partner_id === partner_key ? [] : identity("key", partner_id)),
  ],

  async decide(rows, context) {
    const emails = rows.map(({ values }) => (values as Values).partner_email?.toLowerCase());
    const ids = rows.map(({ values }) => (values as Values).partner_id);
    const keys = rows.map(({ values }) => (values as Values).partner_key);
    const [byEmail, byKey, byOwnKey, claims] = await Promise.all([
      lookUp(emails, finder(context, partnership, "email")),
      lookUp([...keys, ...ids], finder(context, partnership, "partner_key")),
      lookUp(ids, finder(context, partnership, "key")),
      lookUp(
        rows.map((row) => newKey(row, context)),
        claimFinder(context, partnership, "key"),
      ),
    ]);
    const found = (values: Values) =>
      [
        byEmail(values.partner_email?.toLowerCase()),
        byKey(values.partner_key),
        byOwnKey(values.partner_id) ?? byKey(values.partner_id),
      ] as const;
    const decisions = await Promise.all(
      rows.map(async (row) => {
        const values: Values = row.values;
        const earlier = createdEarlier(claims(newKey(row, context)), row);
        if (earlier) return earlier;
        const [sameEmail, sameKey, sameId] = found(values);
        const before = sameId ?? sameEmail ?? sameKey;
        const taken = keyOfAnother(values, { partner_id: [sameId, sameEmail], partner_key: [sameKey, before] });
        if (taken) return taken;
        const group = groupNamed(context, values.partner_group, "partner_group");
        if (group instanceof RowProblem) return group;
        if (before && sameId === undefined && values.partner_id !== undefined) context.warn(ID_NOT_TAKEN);
        const after =
          before === undefined
            ? created(row, group, context)
            : updated(before.record, row.values, group, sameKey !== undefined, context);
        return decideRecord(partnership, { row, context, before, after });
      }),
    );
    const independent = upToDependent(
      decisions,
      rows.map(({ values }) => found(values)),
    );
    return withNames(independent, rows, context);
  },
};

const ID_NOT_TAKEN = {
  code: "partner_id_not_taken",
  message:
    "Partners who are here already, by their e-mail addresses, keep the partner_key that they have: rows of other files " +
    "that name them by another partner_id will not find them.",
};

/** A key in a row that belongs to somebody else than the row's partner. */
function keyOfAnother(
  values: Values,
  found: Readonly<Record<"partner_id" | "partner_key", readonly (Stored<Partnership> | undefined)[]>>,
): RowProblem | undefined {
  for (const column of ["partner_id", "partner_key"] as const) {
    const [holder, partner] = found[column];
    if (holder === undefined || partner === undefined || holder.record.key === partner.record.key) continue;
    return new RowProblem(
      "key_taken",
      column,
      `${shown(values[column])} is another partner's key`,
      "Give the partner a key of its own, or correct the e-mail address.",
    );
  }
  return undefined;
}

const newKey = (row: Row, context: RuleContext): string => keyOfNew("part_", row, context);

function created(row: Row, group: Group, context: RuleContext): Partnership {
  const { program, job } = context;
  const values: Values = row.values;
  const key = newKey(row, context);
  const joined = values.partner_joined_date ?? job.created_at;
  return {
    program: program.key,
    key,
    ...PARTNER_DEFAULTS,
    partner_key: values.partner_key ?? values.partner_id ?? key.slice("part_".length, "part_".length + 12),
    email: values.partner_email ?? "",
    first_name: values.partner_first ?? "",
    last_name: values.partner_last ?? "",
    group_key: group.key,
    manager: values.partner_manager ?? null,
    tags: values.partner_tags ?? [],
    fields: ownValues(program.partner_fields, row.values),
    status: values.partner_status ?? "approved",
    archived: values.partner_archived ?? false,
    joined_at: joined,
    group_joined_at: values.partner_group_joined_date ?? joined,
    created_at: values.partner_created_date ?? joined,
    updated_at: job.created_at,
  };
}

/** `knownKey`: the row's key, present or past, already leads to this partner, so that it stays what it is. */
function updated(
  before: Partnership,
  cells: RowValues,
  group: Group,
  knownKey: boolean,
  { program, job }: RuleContext,
): Partnership {
  const values: Values = cells;
  const moves = values.partner_group !== undefined && group.key !== before.group_key;
  return {
    ...before,
    partner_key: knownKey ? before.partner_key : (values.partner_key ?? before.partner_key),
    email: sameAddress(values.partner_email, before.email) ? before.email : (values.partner_email ?? before.email),
    first_name: values.partner_first ?? before.first_name,
    last_name: values.partner_last ?? before.last_name,
    group_key: moves ? group.key : before.group_key,
    group_joined_at: moves
      ? (values.partner_group_joined_date ?? job.created_at)
      : instantOr(values.partner_group_joined_date, before.group_joined_at),
    manager: values.partner_manager ?? before.manager,
    tags: values.partner_tags ?? before.tags,
    fields: { ...before.fields, ...ownValues(program.partner_fields, cells) },
    status: values.partner_status ?? before.status,
    archived: values.partner_archived ?? before.archived,
    joined_at: instantOr(values.partner_joined_date, before.joined_at),
    created_at: instantOr(values.partner_created_date, before.created_at),
    updated_at: job.created_at,
  };
}

const sameAddress = (one: string | undefined, other: string): boolean => one?.toLowerCase() === other.toLowerCase();
