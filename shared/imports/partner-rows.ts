import { findGroup, type Group } from "../records/group.ts";
import { type Partnership, partnership } from "../records/partnership.ts";
import type { RowOf } from "../records/column.ts";
import { RowProblem, type RowValues } from "./read-row.ts";
import { ownValues } from "./row-form.ts";
import { withNames } from "./row-names.ts";
import {
  claimFinder,
  createdEarlier,
  decideRecord,
  finder,
  identity,
  keyOfNew,
  lookUp,
  type Row,
  type RowRule,
  type RuleContext,
  shown,
  upToDependent,
} from "./row-rule.ts";

type Values = RowOf<typeof partnership.layout.columns>;

/** Partners are found by e-mail or key, created when neither is known; cells left empty keep what is stored. */
export const partnerRows: RowRule = {
  identities: ({ partner_email, partner_key }: Values) => [
    ...identity("email", partner_email?.toLowerCase()),
    ...identity("key", partner_key),
  ],

  async decide(rows, context) {
    const emails = rows.map(({ values }) => (values as Values).partner_email?.toLowerCase());
    const keys = rows.map(({ values }) => (values as Values).partner_key);
    const [byEmail, byKey, claims] = await Promise.all([
      lookUp(emails, finder(context, partnership, "email")),
      lookUp(keys, finder(context, partnership, "partner_key")),
      lookUp(
        rows.map((row) => newKey(row, context)),
        claimFinder(context, partnership, "key"),
      ),
    ]);
    const found = (values: Values) =>
      [byEmail(values.partner_email?.toLowerCase()), byKey(values.partner_key)] as const;
    const decisions = await Promise.all(
      rows.map(async (row) => {
        const values: Values = row.values;
        const earlier = createdEarlier(claims(newKey(row, context)), row);
        if (earlier) return earlier;
        const [sameEmail, sameKey] = found(values);
        if (sameEmail && sameKey && sameEmail.record.key !== sameKey.record.key) {
          return new RowProblem(
            "key_taken",
            "partner_key",
            `${shown(values.partner_key)} is another partner's key`,
            "Give the partner a key of its own, or correct the e-mail address.",
          );
        }
        const group = findGroup(context.groups, values.partner_group);
        if (group === undefined) {
          const names = context.groups.map(({ name }) => name).join(", ");
          return new RowProblem(
            "unknown_group",
            "partner_group",
            `there is no group ${shown(values.partner_group)}`,
            `Use one of the program's groups: ${names}.`,
          );
        }
        const before = sameEmail ?? sameKey;
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

const newKey = (row: Row, context: RuleContext): string => keyOfNew("part_", row, context);

function created(row: Row, group: Group, context: RuleContext): Partnership {
  const { program, job } = context;
  const values: Values = row.values;
  const key = newKey(row, context);
  const joined = values.partner_joined_date ?? job.created_at;
  return {
    program: program.key,
    key,
    partner_key: values.partner_key ?? key.slice("part_".length, "part_".length + 12),
    email: values.partner_email ?? "",
    first_name: values.partner_first ?? "",
    last_name: values.partner_last ?? "",
    group_key: group.key,
    manager: values.partner_manager ?? null,
    tags: values.partner_tags ?? [],
    fields: ownValues(program.partner_fields, row.values),
    status: "approved",
    archived: false,
    joined_at: joined,
    group_joined_at: joined,
    created_at: joined,
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
    group_joined_at: moves ? job.created_at : before.group_joined_at,
    manager: values.partner_manager ?? before.manager,
    tags: values.partner_tags ?? before.tags,
    fields: { ...before.fields, ...ownValues(program.partner_fields, cells) },
    joined_at: values.partner_joined_date ?? before.joined_at,
    updated_at: job.created_at,
  };
}

const sameAddress = (one: string | undefined, other: string): boolean => one?.toLowerCase() === other.toLowerCase();
