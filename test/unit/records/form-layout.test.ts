import { describe, expect, it } from "vitest";
import { deal, DEAL_FIELDS, DEAL_FORM } from "../../../shared/records/deal.ts";
import { aField } from "../../../shared/records/form-field.ts";
import { withFields, withForms } from "../../../shared/records/form-layout.ts";
import { lead, LEAD_FIELDS, LEAD_FORM } from "../../../shared/records/lead.ts";
import { partnership } from "../../../shared/records/partnership.ts";

const needs = ({ columns }: ReturnType<typeof withForms>, ...names: readonly string[]) =>
  names.map((name) => columns[name]?.need);

describe("a layout for forms", () => {
  it("is the usual one for the usual forms", () => {
    expect(withForms(lead.layout, [LEAD_FORM, LEAD_FORM], LEAD_FIELDS)).toEqual(lead.layout);
    expect(withForms(deal.layout, [DEAL_FORM], DEAL_FIELDS)).toEqual(deal.layout);
  });

  it("requires what every form requires", () => {
    const forms = [
      [
        aField("email", "email", "Email", true),
        aField("seats", "number", "Seats", true),
        aField("a", "text", "A", true),
      ],
      [
        aField("email", "email", "Mail", true),
        aField("seats", "text", "Places", true),
        aField("a", "text", "A", false),
      ],
    ];
    const layout = withForms(lead.layout, forms, LEAD_FIELDS);
    expect(needs(layout, "email", "seats", "a", "first_name", "status")).toEqual([
      "required",
      "required",
      "optional",
      "optional",
      "required",
    ]);
    expect(layout.columns["email"]?.aliases).toEqual(["Mail"]);
    expect(layout.columns["seats"]?.aliases).toEqual(["Places"]);
  });

  it("requires an amount in either unit where every form does", () => {
    const amount = aField("amount", "number", "Amount", true);
    const one = withForms(lead.layout, [[amount]], LEAD_FIELDS);
    expect(needs(one, "amount", "amount_in_dollars")).toEqual([{ exactlyOne: "amount" }, { exactlyOne: "amount" }]);
    const other = withForms(lead.layout, [[amount], []], LEAD_FIELDS);
    expect(needs(other, "amount", "amount_in_dollars")).toEqual([{ atMostOne: "amount" }, { atMostOne: "amount" }]);
    expect(needs(one, "partner_key", "partnership_key")).toEqual([
      { exactlyOne: "partner" },
      { exactlyOne: "partner" },
    ]);
  });

  it("demands of no group what no group asks for", () => {
    const layout = withForms(lead.layout, [], LEAD_FIELDS);
    expect(needs(layout, "email", "company", "status")).toEqual(["optional", "optional", "required"]);
  });
});

it("fields of a program's own come behind the others", () => {
  const { columns } = withFields(partnership.layout, [aField("staff", "number", "Number of people", true)]);
  expect(Object.keys(columns).at(-1)).toBe("staff");
  expect(columns["staff"]).toMatchObject({ need: "required", aliases: ["Number of people"], note: "Number of people" });
  expect(columns["staff"]?.type.read("12")).toBe(12);
});
