import * as z from "zod";
import { validated } from "../api/validated.ts";
import { CallerError } from "../errors.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { toItem } from "../ledger/stored.ts";
import type { Clock, Item, NewKey, Place, Table } from "../ports.ts";
import { accessToken } from "../records/access-token.ts";
import { customer } from "../records/customer.ts";
import { type Group, group, GROUP_DEFAULTS } from "../records/group.ts";
import { keyPair } from "../records/key-pair.ts";
import { partnership } from "../records/partnership.ts";
import { program as programRecord, type Program, PROGRAM_KEY } from "../records/program.ts";
import { currencyCode, ratesInput, withDollar } from "../records/rates.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";
import { ROLES } from "../records/teammate.ts";
import { type KeyPair, newKeyPair, newToken, type RandomToken } from "./credentials.ts";
import { checkForms, fieldsInput, fieldsOf } from "./form-input.ts";
import {
  checkGroupForms,
  checkSettingSize,
  featuresInput,
  type GroupInput,
  groupForms,
  groupInput,
  MOST_GROUPS,
  slugOf,
} from "./group-input.ts";
import { linkTarget } from "./link-target.ts";
import { PERMISSIONS } from "./permissions.ts";
import { teammateItem } from "./teammates.ts";

/** Keys in the table begin with these, too. */
const RESERVED = ["credential", "token", "mail", "sign-in"];

export const nameInput = z.string().trim().min(1).max(255);

/** Each takes three writes of the transaction that hands the program over. */
const MOST_TEAMMATES = 30;

const teammateInput = z.object({
  email: z.email().max(254),
  name: z.string().trim().min(1).max(255).optional(),
  role: z.enum(ROLES).default("member"),
  permissions: z.array(z.enum(PERMISSIONS)).default([]),
});

type GroupSettings = Omit<Group, "program" | "key" | "created_at" | "updated_at">;

/** What a program is made from, as given. */
export const programInput = z.object({
  key: z
    .string()
    .regex(PROGRAM_KEY, { error: "a program key has up to 40 of a-z, 0-9 and '-', which may not be first or last" })
    .refine((key) => !RESERVED.includes(key), { error: `a program key may not be ${RESERVED.join(" or ")}` }),
  name: nameInput,
  currency: currencyCode.default("USD"),
  admin_email: z.email().max(254),
  rates: ratesInput.default({}),
  groups: z.array(groupInput).max(MOST_GROUPS).default([]),
  teammates: z.array(teammateInput).max(MOST_TEAMMATES).default([]),
  features: featuresInput,
  link_base: linkTarget.nullable().default(null),
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
    rates: withDollar(rates),
    features: wanted.features,
    link_base: wanted.link_base,
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
  checkSettingSize(own, "partner_fields");
  return own;
}

/** The groups with their forms; the columns of one file stand for the forms of all. */
function groupsFrom(given: readonly GroupInput[]): GroupSettings[] {
  const groups = given.length === 0 ? [groupInput.parse({ name: "Default", default: true })] : given;
  const made = withOneDefault(groups).map((named, at): GroupSettings => {
    const one = groups[at] ?? groupInput.parse({ name: named.name });
    const { archived, features, offers } = one;
    const settings = { ...named, archived, features, offers, ...groupForms(one, GROUP_DEFAULTS, `groups.${at}.`) };
    checkSettingSize(settings, `groups.${at}`);
    return settings;
  });
  checkGroupForms(made, { lead_form: "groups", deal_form: "groups" });
  return made;
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
  { table, clock, newKey, randomToken }: Dependencies,
  program: Program,
  others: readonly z.output<typeof teammateInput>[],
): Promise<CreatedProgram> {
  const { key, admin_email } = program;
  const at = clock();
  const made = newKeyPair({ randomToken, newKey }, { program: key, name: "First key pair" }, at);
  const admin = { email: admin_email, name: undefined, role: "admin" as const, permissions: [] };
  const teammates = [admin, ...others].map(({ email, name = email, role, permissions }) => {
    const holder = { program: key, kind: "teammate", email } as const;
    const token = newToken({ randomToken, newKey }, holder, { name: "First token" }, at);
    const items = [
      teammateItem(key, { email, name, role, permissions }, at),
      itemOf(accessToken, token.record),
      token.pointer,
    ];
    return { email, role, token: token.shown, items };
  });
  const items = [
    { ...handedOver(key), created_at: at },
    itemOf(keyPair, made.record),
    made.pointer,
    ...teammates.flatMap((one) => one.items),
  ];
  const failed = await table.transact(items.map((put) => ({ put, when: { absent: true } })));
  if (failed.length > 0) throw exists(key);
  return { program, ...made.shown, teammates: teammates.map(({ items: _items, ...shown }) => shown) };
}

const itemOf = <R extends BaseRecord>(declaration: Declaration<R>, record: R): Item =>
  toItem(declaration, record, { rev: 1, at: record.created_at, mark: "create-program" });

/** Holds the fact that the program has had its first credentials. */
const handedOver = (program: string): Place => ({ pk: `${program}/credentials`, sk: "#" });

const exists = (key: string): CallerError => new CallerError("conflict", `the program '${key}' exists already`, "key");
