import * as z from "zod";
import { validated } from "../api/validated.ts";
import { CallerError } from "../errors.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Clock, NewKey, Place, Table } from "../ports.ts";
import { isCurrency } from "../records/currency.ts";
import { customer } from "../records/customer.ts";
import { deal, DEAL_FIELDS, DEAL_FORM } from "../records/deal.ts";
import { ALL_FEATURES, features } from "../records/features.ts";
import { type Group, group, GROUP_DEFAULTS } from "../records/group.ts";
import { lead, LEAD_FIELDS } from "../records/lead.ts";
import { partnership } from "../records/partnership.ts";
import { program as programRecord, type Program, PROGRAM_KEY } from "../records/program.ts";
import { type KeyPair, newKeyPair, newToken, type RandomToken } from "./credentials.ts";
import { checkForms, fieldsInput, fieldsOf, formOf, stagesFrom, stagesInput } from "./form-input.ts";
import { PERMISSIONS } from "./permissions.ts";
import { ROLES } from "./principal.ts";
import { teammateItem } from "./teammates.ts";

/** Keys in the table begin with these, too. */
const RESERVED = ["credential", "token", "mail"];

/** A group takes two writes, and the program with all of its groups is one transaction of at most 100. */
const MOST_GROUPS = 40;

/** Each of them, and the program, is one item, written twice in that transaction of at most 4 MB. */
const MOST_SETTING_BYTES = 40_000;

export const nameInput = z.string().trim().min(1).max(255);

export const currencyInput = z
  .string()
  .refine(isCurrency, { error: ({ input }) => `'${String(input)}' is not an ISO 4217 currency` });

const rate = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,12})?$/, { error: "a rate is a decimal in a string, such as '1.0842'" })
  .refine((value) => Number(value) > 0, { error: "a rate is more than zero" });

const featuresInput = z
  .object({
    leads_enabled: features.shape.leads_enabled.default(ALL_FEATURES.leads_enabled),
    deals_enabled: features.shape.deals_enabled.default(ALL_FEATURES.deals_enabled),
  })
  .default(ALL_FEATURES);

const groupInput = z.object({
  name: z.string().trim().min(1).max(100),
  slug: z
    .string()
    .regex(/^[\w-]{1,100}$/, { error: "a slug has letters, digits, '-' and '_' only" })
    .optional(),
  default: z.boolean().default(false),
  archived: z.boolean().default(false),
  features: featuresInput,
  lead_form: fieldsInput.optional(),
  deal_form: fieldsInput.optional(),
  lead_statuses: stagesInput.optional(),
  deal_stages: stagesInput.optional(),
});

/** Each takes two writes of the transaction that hands the program over. */
const MOST_TEAMMATES = 40;

const teammateInput = z.object({
  email: z.email().max(254),
  name: z.string().trim().min(1).max(255).optional(),
  role: z.enum(ROLES).default("member"),
  permissions: z.array(z.enum(PERMISSIONS)).default([]),
});

type GroupInput = z.output<typeof groupInput>;
type GroupSettings = Omit<Group, "program" | "key" | "created_at" | "updated_at">;

/** What a program is made from, as given. */
export const programInput = z.object({
  key: z
    .string()
    .regex(PROGRAM_KEY, { error: "a program key has up to 40 of a-z, 0-9 and '-', which may not be first or last" })
    .refine((key) => !RESERVED.includes(key), { error: `a program key may not be ${RESERVED.join(" or ")}` }),
  name: nameInput,
  currency: currencyInput.default("USD"),
  admin_email: z.email().max(254),
  rates: z
    .record(currencyInput, rate)
    .refine(({ USD = "1" }) => Number(USD) === 1, { error: "a US dollar is worth one US dollar" })
    .default({}),
  groups: z.array(groupInput).max(MOST_GROUPS).default([]),
  teammates: z.array(teammateInput).max(MOST_TEAMMATES).default([]),
  features: featuresInput,
  anonymize_customers: z.boolean().default(false),
  partner_fields: fieldsInput.default([]),
  customer_fields: fieldsInput.default([]),
});

export type ProgramInput = z.input<typeof programInput>;

/** A program as it is handed over: the secrets are nowhere else, and are shown once. */
export interface CreatedProgram extends KeyPair {
  readonly program: Program;
  readonly teammates: readonly {
    readonly email: string;
    readonly role: (typeof ROLES)[number];
    readonly token: string;
  }[];
}

interface Dependencies {
  readonly table: Pick<Table, "transact">;
  readonly ledger: Pick<Ledger, "commit" | "read">;
  readonly clock: Clock;
  readonly newKey: NewKey;
  readonly randomToken: RandomToken;
}

/**
 * Makes a program with its groups, then its first credentials. Repeated after it broke off between the two, it makes
 * what is missing; repeated after it was done, it is refused.
 */
export async function createProgram(dependencies: Dependencies, given: ProgramInput): Promise<CreatedProgram> {
  const wanted = validated(programInput, given);
  const addresses = [wanted.admin_email, ...wanted.teammates.map(({ email }) => email)].map((one) => one.toLowerCase());
  if (new Set(addresses).size < addresses.length)
    throw new CallerError(
      "invalid",
      "two teammates have the same address; the administrator is one already",
      "teammates",
    );
  const { ledger, clock, newKey } = dependencies;
  const at = clock();
  const dates = { created_at: at, updated_at: at };
  const { key, name, currency, admin_email, rates, groups } = wanted;
  const program: Program = {
    ...dates,
    program: key,
    key,
    name,
    currency,
    admin_email,
    rates: { ...rates, USD: "1" },
    features: wanted.features,
    anonymize_customers: wanted.anonymize_customers,
    ...ownFields(wanted),
  };
  const made = groupsFrom(groups).map((one): Group => ({
    ...dates,
    program: key,
    key: newKey("grup_"),
    ...one,
  }));
  const changes = [
    { declaration: programRecord, after: program },
    ...made.map((after) => ({ declaration: group, after })),
  ];
  if (await ledger.commit({ mark: "create-program", changes }))
    return handOver(dependencies, program, wanted.teammates);
  return handOver(dependencies, await unfinished(ledger, program), wanted.teammates);
}

function ownFields(wanted: z.output<typeof programInput>): Pick<Program, "partner_fields" | "customer_fields"> {
  const own = {
    partner_fields: fieldsOf(wanted.partner_fields, {}, "partner_fields"),
    customer_fields: fieldsOf(wanted.customer_fields, {}, "customer_fields"),
  };
  checkForms(partnership.layout, [own.partner_fields], {}, "partner_fields");
  checkForms(customer.layout, [own.customer_fields], {}, "customer_fields");
  checkSize(own, "partner_fields");
  return own;
}

/** The groups with their forms; the columns of one file stand for the forms of all. */
function groupsFrom(given: readonly GroupInput[]): GroupSettings[] {
  const groups = given.length === 0 ? [groupInput.parse({ name: "Default", default: true })] : given;
  const made = withOneDefault(groups).map((one, at): GroupSettings => {
    const { lead_form, deal_form, lead_statuses, deal_stages, archived = false, features: enabled } = groups[at] ?? {};
    const path = (name: string) => `groups.${at}.${name}`;
    const settings = {
      ...one,
      archived,
      features: enabled ?? GROUP_DEFAULTS.features,
      lead_form: formOf(lead_form, GROUP_DEFAULTS.lead_form, {
        builtIn: LEAD_FIELDS,
        always: [],
        path: path("lead_form"),
      }),
      deal_form: formOf(deal_form, GROUP_DEFAULTS.deal_form, {
        builtIn: DEAL_FIELDS,
        always: DEAL_FORM,
        path: path("deal_form"),
      }),
      lead_statuses: stagesFrom(lead_statuses, GROUP_DEFAULTS.lead_statuses, path("lead_statuses")),
      deal_stages: stagesFrom(deal_stages, GROUP_DEFAULTS.deal_stages, path("deal_stages")),
    };
    checkSize(settings, `groups.${at}`);
    return settings;
  });
  const leadForms = made.map(({ lead_form }) => lead_form);
  const dealForms = made.map(({ deal_form }) => deal_form);
  checkForms(lead.layout, leadForms, LEAD_FIELDS, "groups");
  checkForms(deal.layout, dealForms, DEAL_FIELDS, "groups");
  return made;
}

function checkSize(settings: object, field: string): void {
  if (Buffer.byteLength(JSON.stringify(settings)) > MOST_SETTING_BYTES)
    throw new CallerError("invalid", `more than ${MOST_SETTING_BYTES} bytes of forms and fields`, field);
}

function withOneDefault(groups: readonly GroupInput[]): Pick<Group, "name" | "slug" | "default">[] {
  const isAnyDefault = groups.some((one) => one.default);
  const named = groups.map((one, index) => ({
    name: one.name,
    slug: one.slug ?? slugOf(one.name),
    default: isAnyDefault ? one.default : index === 0,
  }));
  if (named.filter((one) => one.default).length > 1) refuse("only one group can be the default");
  if (new Set(named.map(({ slug }) => slug.toLowerCase())).size < named.length) refuse("two groups have the same slug");
  if (named.some(({ slug }) => slug === "")) refuse("a group whose name has no letters or digits needs a slug");
  return named;
}

const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

function refuse(message: string): never {
  throw new CallerError("invalid", message, "groups");
}

/** The program as an earlier attempt left it; a program of the same key that says something else is somebody's. */
async function unfinished(ledger: Pick<Ledger, "read">, wanted: Program): Promise<Program> {
  const [stored] = await ledger.read(programRecord, [programRecord.place(wanted)]);
  const isSame = (["name", "currency", "admin_email"] as const).every(
    (field) => stored?.record[field] === wanted[field],
  );
  if (stored === undefined || !isSame) throw exists(wanted.key);
  return stored.record;
}

/** Credentials are made at once or not at all: a secret that nobody was shown is of no use. */
async function handOver(
  { table, clock, randomToken }: Dependencies,
  program: Program,
  others: readonly z.output<typeof teammateInput>[],
): Promise<CreatedProgram> {
  const { key, admin_email } = program;
  const at = clock();
  const { item: keyItem, ...pair } = newKeyPair(randomToken, key, at);
  const admin = { email: admin_email, name: undefined, role: "admin" as const, permissions: [] };
  const teammates = [admin, ...others].map(({ email, name = email, role, permissions }) => {
    const { item, token } = newToken(randomToken, { program: key, kind: "teammate", email }, at);
    return { email, role, token, items: [teammateItem(key, { email, name, role, permissions }), item] };
  });
  const items = [{ ...handedOver(key), created_at: at }, keyItem, ...teammates.flatMap((one) => one.items)];
  const failed = await table.transact(items.map((put) => ({ put, when: { absent: true } })));
  if (failed.length > 0) throw exists(key);
  return { program, ...pair, teammates: teammates.map(({ items: _items, ...shown }) => shown) };
}

/** Holds the fact that the program has had its first credentials. */
const handedOver = (program: string): Place => ({ pk: `${program}/credentials`, sk: "#" });

const exists = (key: string): CallerError => new CallerError("conflict", `the program '${key}' exists already`, "key");
