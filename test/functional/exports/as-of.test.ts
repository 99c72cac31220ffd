import fc from "fast-check";
import { expect, test } from "vitest";
import { customer } from "../../../shared/records/customer.ts";
import { asOfProperty } from "./as-of-property.ts";
import { betweenPages } from "./between-pages.ts";
import { createExportWorld } from "./export-world.ts";
import { column } from "./read-bundle.ts";

test("a bundle shows the program as it was at its cut-off, whatever changes while it is read", async () => {
  await fc.assert(asOfProperty, { numRuns: 100, seed: 4 });
});

test("a change at the very instant of the cut-off is in, and one a millisecond later is not", async () => {
  const world = createExportWorld();
  await world.program();
  await world.partner("part_1");
  await world.customer("cus_1", "part_1");
  world.clock.advance(1000);
  const message = await world.request();
  await world.change(customer, "cus_1", { company_name: "at" });
  await world.customer("cus_2", "part_1");
  world.clock.advance(1);
  await world.change(customer, "cus_1", { company_name: "after" });
  await world.customer("cus_3", "part_1");
  await world.deliver(message);
  expect(column(world.bundle(message).customers, "customer_company")).toEqual(["at", ""]);
});

test("a customer who moves on while it is looked up is found", async () => {
  const homes = ["part_3", "part_4"];
  const between = async (pk: string) => {
    const to = pk.includes("/customer.key/") ? homes.shift() : undefined;
    if (to !== undefined) await world.move("cus_1", to);
  };
  const world = createExportWorld({ around: betweenPages(100, between) });
  await world.program();
  for (const key of ["part_1", "part_2", ...homes]) await world.partner(key);
  const buyer = await world.customer("cus_1", "part_1");
  await world.transaction("trx_1", buyer);
  await world.move("cus_1", "part_2");
  const message = await world.request();
  world.clock.advance(1);
  await world.deliver(message);
  expect(homes).toEqual([]);
  const { customers, transactions } = world.bundle(message);
  expect(transactions).toMatchObject([{ partner_id: "part_1", customer_key: "own_cus_1" }]);
  expect(customers).toMatchObject([{ partner_id: "part_2", customer_key: "own_cus_1" }]);
});

test("groups and rates are those of the cut-off, too", async () => {
  const world = createExportWorld();
  await world.program();
  await world.partner("part_1");
  const message = await world.request();
  world.clock.advance(1);
  await world.renameGroup("grup_1", "Renamed");
  await world.changeRates({ USD: "1", EUR: "2" });
  await world.deliver(message);
  const { manifest, partners } = world.bundle(message);
  expect(column(partners, "partner_group")).toEqual(["Default"]);
  expect(manifest.rates_to_usd["EUR"]).toBe("1.0842");
});
