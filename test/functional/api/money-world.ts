import * as z from "zod";
import { createKeyPair } from "../../../shared/access/credentials.ts";
import { customer } from "../../../shared/records/customer.ts";
import { partnership } from "../../../shared/records/partnership.ts";
import { basic, createWorld, type Reply } from "../api-world.ts";
import { aCustomer, aPartner } from "../ledger-records.ts";

export const AT = Date.parse("2026-04-01T12:00:00Z");

/** Says what of an answer its schema does not know, or knows otherwise. */
export const misfits = (shape: z.ZodObject, one: unknown): string[] =>
  (shape.strict().safeParse(one).error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);

export const data = ({ json }: Reply) => (json as { data: Record<string, unknown> }).data;

/** A program with a rate for euros, two partners with a customer each, one customer of nobody, and test ones. */
export async function createMoneyWorld() {
  const world = createWorld();
  const { basic: authorization } = await world.start({ rates: { EUR: "1.1" } });
  await world.put(
    partnership,
    aPartner({ key: "part_1", partner_key: "ada", email: "ada@p.example" }),
    aPartner({ key: "part_2", partner_key: "bob", email: "bob@p.example", first_name: "Bob" }),
    aPartner({ key: "part_t", partner_key: "gstest", email: "test@p.example", test: true }),
  );
  const dated = { created_at: AT, updated_at: AT };
  await world.put(
    customer,
    aCustomer({
      key: "cus_1",
      customer_key: "u1",
      email: "u1@c.example",
      partnership_key: "part_1",
      name: "Cleo",
      ...dated,
    }),
    aCustomer({ key: "cus_2", customer_key: "u2", email: "u2@c.example", partnership_key: "part_2", ...dated }),
    aCustomer({ key: "cus_3", customer_key: "u3", email: "u3@c.example", partnership_key: null, ...dated }),
    aCustomer({
      key: "cus_t",
      customer_key: "ut",
      email: "ut@c.example",
      partnership_key: "part_t",
      test: true,
      ...dated,
    }),
  );
  const call = (
    method: string,
    path: string,
    body?: unknown,
    query?: Readonly<Record<string, string>>,
  ): Promise<Reply> =>
    world.call(method, `/api/v2${path}`, {
      authorization,
      ...(body !== undefined && { body }),
      ...(query && { query }),
    });

  const pair = await createKeyPair(world.access, "acme", { test: true });
  const testAuthorization = basic(pair.publicKey, pair.secretKey);

  return {
    ...world,
    authorization,
    request: call,
    /** With test keys. */
    asTest: (method: string, path: string, body?: unknown) =>
      world.call(method, `/api/v2${path}`, { authorization: testAuthorization, ...(body !== undefined && { body }) }),
    list: (path: string, query: Readonly<Record<string, string>> = {}) => call("GET", path, undefined, query),
    pay: (body: object = {}) =>
      call("POST", "/transactions", { customer_key: "cus_1", amount: 1000, currency: "USD", ...body }),
    partnersToken: (partner: string) =>
      world.bearerOf({ program: "acme", kind: "partner", email: "p@p.example", partnership: partner }),
    /** A partner's sums that are not zero. */
    async sums(partner: string) {
      const all = [...(await world.ledger.totals("acme", partner))];
      return Object.fromEntries(all.filter(([name, sum]) => sum !== 0 && !name.endsWith("/customers")));
    },
  };
}

export type MoneyWorld = Awaited<ReturnType<typeof createMoneyWorld>>;
