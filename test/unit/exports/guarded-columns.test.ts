import { expect, test } from "vitest";
import * as z from "zod";
import { bundleLayout } from "../../../shared/exports/bundle-files.ts";
import type { BundleColumns, PartnerView } from "../../../shared/records/bundle.ts";
import { type Customer, customer } from "../../../shared/records/customer.ts";
import { type Deal, deal } from "../../../shared/records/deal.ts";
import { FIELD_TYPES, type FormField } from "../../../shared/records/form-field.ts";
import { type Lead, lead } from "../../../shared/records/lead.ts";
import { type Partnership, partnership } from "../../../shared/records/partnership.ts";
import type { BaseRecord, Declaration } from "../../../shared/records/record.ts";
import { type Reward, reward } from "../../../shared/records/reward.ts";
import { type Transaction, transaction } from "../../../shared/records/transaction.ts";

const AT = Date.UTC(2026, 2, 31, 10, 0, 0, 137);

/** A value of a schema with every free text of it the given one, every number negative, every instant the same. */
function filled(schema: z.core.JSONSchema._JSONSchema, word: string, name = ""): unknown {
  if (typeof schema === "boolean") throw new Error(`${name} may be anything`);
  if (schema.enum !== undefined) return schema.enum[0];
  const [first] = schema.anyOf ?? [];
  if (first !== undefined) return filled(first, word, name);
  if (schema.type === "object") {
    const { properties = {}, additionalProperties } = schema;
    if (typeof additionalProperties === "object" && Object.keys(properties).length === 0) return own(word);
    return Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, filled(one, word, key)]));
  }
  if (schema.type === "array") return [filled(schema.items as z.core.JSONSchema._JSONSchema, word, name)];
  if (schema.type === "boolean") return true;
  if (schema.type === "integer" || schema.type === "number") return name.endsWith("_at") ? AT : -12_345;
  // The codes of currencies decide how amounts are written.
  if (schema.type === "string") return name.includes("currency") ? "KWD" : word;
  throw new Error(`${name} is of no type that is known here: ${JSON.stringify(schema)}`);
}

const aRecord = <R extends BaseRecord>({ schema }: Declaration<R>, word: string): R =>
  schema.parse(filled(z.toJSONSchema(schema, { io: "output", unrepresentable: "any" }), word));

/** A program's own fields, one of each type, and their values. */
const fieldsLabeled = (label: string): FormField[] =>
  FIELD_TYPES.map((type) => ({
    api_name: `own_${type}`,
    label: `${label}${type}`,
    type,
    required: false,
    options: [],
  }));

const own = (word: string) =>
  Object.fromEntries(
    FIELD_TYPES.map((type) => [`own_${type}`, type === "number" ? -0.5 : type === "flag" ? true : word]),
  );

/** Every cell of every file, by file and column, of records whose texts are all the same. */
function cellsOf(format: "bundle" | "import", word: string): [column: string, cell: string][] {
  const records = {
    customer: aRecord<Customer>(customer, word),
    deal: aRecord<Deal>(deal, word),
    lead: aRecord<Lead>(lead, word),
    partnership: aRecord<Partnership>(partnership, word),
    reward: aRecord<Reward>(reward, word),
    transaction: aRecord<Transaction>(transaction, word),
  };
  const sums = { customers: 3, transactions: 4, transactionsUsd: -5n, rewardsUsd: -(10n ** 15n) };
  const subject = {
    ...records,
    ...sums,
    customerKey: word,
    formGroup: word,
    formerPartnerKeys: [word],
    rewards: [records.reward, records.reward],
  };
  const partner: PartnerView = {
    id: "part_1",
    key: word,
    firstName: word,
    name: word,
    email: word,
    group: word,
    groupSlug: word,
    joinedAt: AT,
    groupJoinedAt: AT,
    manager: word,
    tags: [word, word],
    archived: true,
  };
  const fields = fieldsLabeled(word);
  const form = { lead_form: fields, deal_form: fields };
  const layout = bundleLayout(format, { partner_fields: fields, customer_fields: fields }, [form]);
  // The row of each file finds its own subject in this one.
  return Object.entries(layout).flatMap(([file, { columns }]) =>
    Object.entries((columns ?? {}) as BundleColumns<unknown>)
      // JSON begins with a bracket, always.
      .filter(([column]) => column !== "metadata")
      .map(([column, cell]): [string, string] => [`${file}: ${column}`, cell({ subject, partner, exportedAt: AT })]),
  );
}

const FORMATS = ["bundle", "import"] as const;
const WORD = "=1+1";

test.each(FORMATS)("no text of a %s reaches a spreadsheet as a formula, in no column and no header", (format) => {
  const plain = new Map(cellsOf(format, "word"));
  const cells = cellsOf(format, WORD).map(([column, cell]) => [column.replaceAll(`'${WORD}`, "word"), cell] as const);
  expect(cells.map(([column]) => column)).toEqual([...plain.keys()]);
  expect(cells.length).toBeGreaterThan(80);
  for (const [column, cell] of cells) {
    const text = plain.get(column) ?? "";
    if (text.includes("word")) expect(cell, column).toBe(`'${text.replaceAll("word", WORD)}`);
    else expect(cell, column).toBe(text);
  }
  // Headers by label are texts of the program.
  const headers = cells.filter(([column]) => column.includes("word"));
  expect(headers).toHaveLength(format === "bundle" ? FIELD_TYPES.length : 0);
});

const WRITTEN =
  /^(|word(\|word)*|-?\d+(\.\d+)?(\|-\d+\.\d+)?|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+Z)?|true|false|KWD|part_1)$/;

test.each(FORMATS)("no amount, count, date or flag of a %s is ever quoted", (format) => {
  const cells = cellsOf(format, "word");
  for (const [column, cell] of cells) {
    // What is neither is a word of the platform's own, such as a status.
    expect(WRITTEN.test(cell) || /^[a-z]+$/.test(cell), `${column}: ${cell}`).toBe(true);
  }
  const isNegative = ([, cell]: (typeof cells)[number]) => cell.startsWith("-");
  const isAmount = ([column]: (typeof cells)[number]) =>
    /amount|total_sum|number$|plan_value|_quantity|_value_in_cents/.test(column);
  expect(cells.filter(isNegative)).toEqual(cells.filter(isAmount));
  expect(cells.filter(isAmount).length).toBeGreaterThan(7);
});
