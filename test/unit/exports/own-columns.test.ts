import { expect, test } from "vitest";
import { bundleFiles, bundleLayout } from "../../../shared/exports/bundle-files.ts";
import { aField } from "../../../shared/records/form-field.ts";

const BUILT_IN = Object.keys(bundleFiles.applications.columns);

/** The headers of applications.csv behind those that every program has, for fields of these names and labels. */
function ownHeaders(...fields: readonly (readonly [name: string, label: string])[]): string[] {
  const partner_fields = fields.map(([name, label]) => aField(name, "text", label, false));
  const { applications } = bundleLayout("bundle", { partner_fields, customer_fields: [] }, []);
  const columns = applications?.columns ?? {};
  const headers = Object.keys(columns);
  expect(headers.slice(0, BUILT_IN.length)).toEqual(BUILT_IN);
  for (const name of BUILT_IN) expect(columns[name], name).toBe(applicationsColumn(name));
  return headers.slice(BUILT_IN.length);
}

const applicationsColumn = (name: string): unknown =>
  new Map(Object.entries(bundleFiles.applications.columns)).get(name);

test("fields are named by their labels, in their order", () => {
  expect(ownHeaders(["size", "Staff size"], ["plan", "Plan"])).toEqual(["Staff size", "Plan"]);
});

test("a label that is a column already gives way to the name of its field", () => {
  expect(ownHeaders(["second", "First name"], ["third", "exported_at"])).toEqual(["second", "third"]);
});

test("a field whose name and label are a column already takes nothing away from that", () => {
  expect(ownHeaders(["partner_name", "partner_name"], ["exported_at", "Exported"])).toEqual([
    "own_partner_name",
    "Exported",
  ]);
  expect(ownHeaders(["own_partner_name", "A"], ["exported_at", "exported_at"], ["own_exported_at", "B"])).toEqual([
    "A",
    "own_exported_at",
    "B",
  ]);
});

test("a label that is a number does not come before the columns that files are joined by", () => {
  expect(ownHeaders(["plan", "Plan"], ["revenue_2024", "2024"])).toEqual(["Plan", "revenue_2024"]);
});

test("labels that objects know themselves are headers like any other", () => {
  expect(ownHeaders(["a", "__proto__"], ["b", "constructor"])).toEqual(["__proto__", "constructor"]);
});
