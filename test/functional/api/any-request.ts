import * as fc from "fast-check";
import type { Described } from "./openapi-client.ts";

type Schema = Readonly<Record<string, unknown>>;

/** What no field of any record is made for. */
const anyHostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    "",
    " ",
    "\u0000",
    "\uD800",
    "=1+1",
    "'; DROP TABLE x; --",
    "../../etc/passwd",
    "__proto__",
    "constructor",
    "a".repeat(5_000),
    "🙂".repeat(300),
    1e308,
    -1e308,
    2 ** 53,
    -0.1,
    0,
    -1,
    true,
    [],
    {},
    { __proto__: null, constructor: 1 },
    [[[[[[[[[[1]]]]]]]]]],
  ),
  fc.integer(),
  fc.string({ unit: "binary", maxLength: 50 }),
  fc.emailAddress(),
  fc.jsonValue({ maxDepth: 4 }),
);

/** Values of a schema, and now and then one that is none. */
function anyOf(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: fits(schema, depth) }, { weight: 1, arbitrary: anyHostile });
}

const schemasIn = (value: unknown): Schema[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "object" && one !== null) : [];

function fits(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const several = [...schemasIn(schema["anyOf"]), ...schemasIn(schema["oneOf"])];
  const values = schema["enum"];
  if ("const" in schema) return fc.constant(schema["const"]);
  if (Array.isArray(values)) return fc.constantFrom<unknown>(...values);
  if (several.length > 0) return fc.oneof(...several.map((one) => anyOf(one, depth)));
  const [type] = [schema["type"]].flat();
  if (type === "integer" || type === "number") return fc.oneof(fc.integer({ min: 0, max: 1_000 }), fc.integer());
  if (type === "boolean") return fc.boolean();
  if (type === "null") return fc.constant(null);
  if (type === "array") {
    const items = typeof schema["items"] === "object" ? (schema["items"] as Schema) : {};
    return fc.array(anyOf(items, depth + 1), { maxLength: depth > 3 ? 0 : 3 });
  }
  if (type === "object") return anyObject(schema, depth);
  return fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom(...KNOWN), fc.emailAddress(), anyDay);
}

function anyObject(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const properties = Object.entries((schema["properties"] ?? {}) as Record<string, Schema>);
  if (properties.length === 0) return fc.dictionary(fc.string({ maxLength: 8 }), anyHostile, { maxKeys: 3 });
  const needed = Array.isArray(schema["required"]) ? (schema["required"] as string[]) : [];
  const known = fc.record(Object.fromEntries(properties.map(([name, one]) => [name, anyOf(one, depth + 1)])), {
    // Mostly what is asked for, now and then not all of it.
    requiredKeys: needed,
  });
  return fc.oneof(
    { weight: 12, arbitrary: known },
    { weight: 1, arbitrary: fc.tuple(known, anyHostile).map(([one, other]) => ({ ...one, unheard_of: other })) },
  );
}

const anyDay = fc.constantFrom("2026-05-01", "2026-02-30", "1776000000000");

/** Keys and names that there are. */
const KNOWN = [
  "acme-partner-1",
  "acme-partner-2",
  "part_acme_1",
  "cus_acme_1",
  "acme-customer-1",
  "acme-payment-1",
  "rwrd_acme_1",
  "lead_acme_1",
  "deal_acme_1",
  "imp_acme",
  "exp_acme",
  "vrc_partners",
  "vrex_acme_report",
  "prod_acme_1",
  "admin@acme.example",
  "partners",
  "customers",
  "USD",
  "EUR",
  "open",
  "Working",
  "default",
  "me",
] as const;

const anyKey = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom<string>(...KNOWN) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 30 }) },
  { weight: 1, arbitrary: fc.constantFrom("%", "%2F", "..", "a".repeat(2_000), "null", "undefined") },
);

const anyQueryValue = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<string>(...KNOWN, "1", "250", "251", "true", "created_at", "-created_at") },
  { weight: 2, arbitrary: fc.integer().map(String) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
);

/** One request, valid or not. */
export interface AnyRequest {
  readonly operation: Described;
  readonly values: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly rawBody: string | undefined;
  readonly contentType: string | undefined;
  readonly idempotencyKey: string | undefined;
}

const rare = <T>(arbitrary: fc.Arbitrary<T>, freq: number) => fc.option(arbitrary, { nil: undefined, freq });

export function anyRequest(operations: readonly Described[]): fc.Arbitrary<AnyRequest> {
  return fc.constantFrom(...operations).chain((operation) => {
    const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
    const body = operation.body === undefined ? fc.constant(undefined) : anyOf(operation.body);
    return fc.record({
      operation: fc.constant(operation),
      values: fc.record(Object.fromEntries(names.map((name) => [name, anyKey]))),
      query: fc
        .subarray([...operation.query])
        .chain((asked) => fc.record(Object.fromEntries(asked.map((name) => [name, anyQueryValue])))),
      rawBody: fc.oneof(
        { weight: 20, arbitrary: body.map((value) => (value === undefined ? undefined : JSON.stringify(value))) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            "{",
            "[]",
            "null",
            '"',
            "1e999",
            "[".repeat(20_000),
            `{"meta":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
            '{"__proto__":{"a":1}}',
            "\u0000",
          ),
        },
      ),
      contentType: fc.oneof(
        { weight: 20, arbitrary: fc.constant("application/json") },
        { weight: 1, arbitrary: fc.constantFrom("text/plain", "application/x-www-form-urlencoded", "") },
      ),
      idempotencyKey: rare(fc.constantFrom("k-1", "k-2", "", "\u00fc"), 20),
    });
  });
}
