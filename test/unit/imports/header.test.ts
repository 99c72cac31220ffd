import { describe, expect, it } from "vitest";
import { ERROR_COLUMNS, exclusiveSets, matchHeader, ownNames } from "../../../shared/imports/header.ts";
import { customer } from "../../../shared/records/customer.ts";
import { aField } from "../../../shared/records/form-field.ts";
import { withFields, withForms } from "../../../shared/records/form-layout.ts";
import { lead, LEAD_FIELDS } from "../../../shared/records/lead.ts";
import { partnership } from "../../../shared/records/partnership.ts";
import { reward } from "../../../shared/records/reward.ts";

const partners = (...names: string[]) => matchHeader(names, partnership.layout, "partners");
const rewards = (...names: string[]) => matchHeader(names, reward.layout, "rewards");
const leads = (...names: string[]) => matchHeader(names, lead.layout, "leads");
const problem = (code: string, message: string | RegExp) =>
  expect.objectContaining({ name: "FileProblem", code, message: expect.stringMatching(message) });

describe("matchHeader", () => {
  it("knows columns in any order", () => {
    const { columns, warnings } = partners("partner_email", "partner_key", "partner_last", "partner_first");
    expect(columns).toEqual(["partner_email", "partner_key", "partner_last", "partner_first"]);
    expect(warnings).toEqual([]);
  });

  it.each([
    "PARTNER_EMAIL",
    "Partner Email",
    "partner-email",
    " partner_email ",
    "partneremail",
    "\u200bpartner\u00a0email\ufeff",
    "partner\u2010email",
    "ｐartner_email",
  ])("knows partner_email by %j", (name) => {
    expect(partners("partner_first", "partner_last", name).columns[2]).toBe("partner_email");
  });

  it.each(["reward_description", "body", "Description"])("knows reward_description by its other name %j", (name) => {
    expect(rewards("partner_key", "amount_in_cents", name).columns[2]).toBe("reward_description");
  });

  it("names columns of no meaning in one warning, but not empty ones nor those of an error file", () => {
    const { columns, warnings } = partners(
      "partner_first",
      "age",
      "partner_last",
      "",
      "partner_email",
      "shoe size",
      ...ERROR_COLUMNS,
    );
    expect(columns[1]).toBeUndefined();
    expect(warnings).toEqual([
      { code: "unknown_header", message: 'Ignored columns of no meaning here: "age", "shoe size".' },
    ]);
    expect(partners("partner_first", "partner_last", "partner_email", "age").warnings).toEqual([
      { code: "unknown_header", message: 'Ignored a column of no meaning here: "age".' },
    ]);
  });

  it("tells of thousands of columns in a few words", () => {
    const names = Array.from({ length: 5000 }, (_, at) => `${"😀".repeat(100)}${at}`);
    const [warning] = partners("partner_first", "partner_last", "partner_email", ...names).warnings;
    expect(warning?.message).toMatch(/ and 4980 more\.$/);
    expect(warning?.message.length).toBeLessThan(2000);
    expect(warning?.message.isWellFormed()).toBe(true);
  });

  it("refuses a header of none of the columns, saying which there are", () => {
    expect(() => partners("name", "age")).toThrow(
      problem("no_header", /required partner_first, partner_last, partner_email; optional/),
    );
    expect(() => partners("")).toThrow(problem("no_header", "first line"));
  });

  it("refuses a header that lacks columns, naming all of them", () => {
    expect(() => partners("partner_first")).toThrow(
      problem("missing_header", /^The header lacks "partner_last", and "partner_email"\./),
    );
    expect(() => rewards("body", "status")).toThrow(
      problem(
        "missing_header",
        /lacks one of "partner_email", "partner_key", "partnership_key", and one of "amount_in_cents", "amount_in_dollars"\./,
      ),
    );
  });

  it("refuses a header with a column twice, but not with unknown ones twice", () => {
    expect(() => partners("partner_first", "partner_last", "partner_email", "Partner Email")).toThrow(
      problem("doubled_header", '"partner_email" more than once'),
    );
    expect(partners("partner_first", "partner_last", "partner_email", "x", "x").columns).toHaveLength(5);
  });
});

/** Headers of one meaning: by their own names, and only those that are there more than once told so. */
describe("columns that mean the same", () => {
  it.each([
    [
      rewards,
      ["partner_key", "amount_in_cents", "body", "reward_description"],
      '"body" and "reward_description", which mean the same.',
    ],
    [leads, ["partner_key", "stage", "status"], '"stage" and "status", which mean the same.'],
    [leads, ["status", "amount", "amount_in_cents"], '"amount" and "amount_in_cents", which mean the same.'],
    [leads, ["Status", "status", "amount"], '"Status" more than once.'],
    [
      leads,
      ["stage", "Status", "email", "E-Mail", "stage"],
      '"stage" and "Status", which mean the same, and "email" more than once.',
    ],
  ] as const)("%o: %j", (match, names, told) => {
    expect(() => match(...names)).toThrow(problem("doubled_header", `has ${told} Keep one column of each.`));
  });
});

/** Five groups with thirty fields each, which is more than a job's reason holds. */
describe("a type of many columns", () => {
  const fields = (required: boolean) =>
    Array.from({ length: 5 }, (_, at) =>
      Array.from({ length: 30 }, (__, field) =>
        aField(`field_of_group_${at}_number_${field}`.padEnd(50, "x"), "text", `Field ${at} ${field}`, required),
      ),
    );
  const own = (required: boolean) => withFields(partnership.layout, fields(required).flat());
  const optionalLeads = withForms(lead.layout, fields(true), LEAD_FIELDS);

  it.each([
    [
      "unknown headers",
      optionalLeads,
      ["x"],
      /field_of_group_0_number_\d+x+ and \d+ more: GET \/api\/v2\/imports\/headers\/some\.$/,
    ],
    ["a missing one", optionalLeads, ["status"], / and \d+ more: GET /],
    [
      "all of them required",
      own(true),
      ["partner_first"],
      /^The header lacks .* and \d+ more\. A some file has: required .* and \d+ more; /,
    ],
    [
      "many slips",
      own(true),
      fields(true)
        .flat()
        .map(({ api_name }) => `${api_name.slice(1)}${"y".repeat(2)}`),
      /GET /,
    ],
  ])("is told in what a reason holds: %s", (_, layout, names, expected) => {
    const told = () => matchHeader(names, layout, "some");
    expect(told).toThrow(expected);
    expect(messageOf(told).length).toBeLessThanOrEqual(2000);
  });

  it("names all where they are few", () => {
    expect(messageOf(() => partners("x"))).not.toContain("GET ");
  });
});

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return "";
}

describe("a header that is near a column's", () => {
  const customers = (...names: string[]) => matchHeader(names, customer.layout, "customers");
  const suggested = (...names: string[]) =>
    customers("customer_key", "email", ...names).warnings.map(({ message }) => message);

  it.each([
    ["nmae", "name"],
    ["compny_name", "company_name"],
    ["partner_kye", "partner_key"],
    ["Created", "created_at"],
    ["signup_date", "created_at"],
    ["Stripe Customer ID", "provider_key"],
    ["affiliate-id", "partner_key"],
    ["organisation", "company_name"],
  ])("%s may be meant for %s", (name, column) => {
    expect(suggested(name)).toEqual([`Ignored column "${name}": did you mean "${column}"?`]);
  });

  it.each(["age", "nam", "emial", "customer_id", "shoe size", "x".repeat(300), "constructor", "__proto__"])(
    "%s is for none that is not there yet",
    (name) => {
      expect(suggested(name)).toEqual([expect.stringMatching(/^Ignored a column of no meaning here/)]);
    },
  );

  it("is told beside those of no meaning", () => {
    expect(suggested("age", "nmae", "shoe size")).toEqual([
      'Ignored column "nmae": did you mean "name"?',
      'Ignored columns of no meaning here: "age", "shoe size".',
    ]);
  });

  it("is told where a column is missing", () => {
    expect(() => customers("customer_key", "emial", "nmae")).toThrow(
      problem("missing_header", /^The header lacks "email"\. Did you mean "email" by "emial"\? A customers file has/),
    );
    expect(() => customers("customer_id", "email")).toThrow(
      problem("missing_header", /Did you mean "customer_key" by "customer_id"\?/),
    );
    expect(() => partners("first name", "surname", "e-mail")).toThrow(
      problem(
        "no_header",
        /"partner_first" by "first name", "partner_last" by "surname", "partner_email" by "e-mail"\?/,
      ),
    );
  });
});

describe("exclusiveSets", () => {
  it("groups the columns of which a row fills one", () => {
    expect([...exclusiveSets(customer.layout.columns, "exactlyOne")]).toEqual([
      ["customer", ["customer_key", "ps_customer_key"]],
    ]);
    expect([...exclusiveSets(customer.layout.columns, "atMostOne")]).toEqual([
      ["partner", ["partner_key", "partnership_key"]],
    ]);
  });
});

describe("ownNames", () => {
  it("takes the columns off that an error file has beside the user's own", () => {
    expect(ownNames(["a", "b"])).toEqual(["a", "b"]);
    expect(ownNames(["a", "b", ...ERROR_COLUMNS])).toEqual(["a", "b"]);
    expect(ownNames(["message", "hint"])).toEqual(["message", "hint"]);
  });
});
