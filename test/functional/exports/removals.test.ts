import { expect, test } from "vitest";
import { customer } from "../../../shared/records/customer.ts";
import { deal } from "../../../shared/records/deal.ts";
import { lead } from "../../../shared/records/lead.ts";
import { reward } from "../../../shared/records/reward.ts";
import { transaction } from "../../../shared/records/transaction.ts";
import { betweenPages } from "./between-pages.ts";
import { createExportWorld, type ExportWorld } from "./export-world.ts";
import { FILES } from "./read-bundle.ts";

/** A partner with two of everything. */
async function twoOfEach(world: ExportWorld): Promise<void> {
  await world.program();
  await world.partner("part_1");
  for (const at of [1, 2]) {
    const buyer = await world.customer(`cus_${at}`, "part_1");
    await world.transaction(`trx_${at}`, buyer);
    await world.reward(`rwrd_${at}`, "part_1", { customer_key: buyer.key, transaction_key: `trx_${at}` });
    await world.lead(`lead_${at}`, "part_1");
    await world.deal(`deal_${at}`, "part_1");
  }
}

const takeOut = async (world: ExportWorld): Promise<void> => {
  for (const at of [1, 2]) {
    await world.remove(reward, `rwrd_${at}`);
    await world.remove(transaction, `trx_${at}`);
    await world.remove(customer, `cus_${at}`);
    await world.remove(lead, `lead_${at}`);
    await world.remove(deal, `deal_${at}`);
  }
};

const change = async (world: ExportWorld): Promise<void> => {
  for (const at of [1, 2]) {
    await world.change(reward, `rwrd_${at}`, { amount: 7 });
    await world.change(transaction, `trx_${at}`, { amount: 7 });
    await world.change(customer, `cus_${at}`, { name: "Later" });
    await world.change(lead, `lead_${at}`, { status: "closed" });
    await world.change(deal, `deal_${at}`, { stage: "Later" });
  }
};

const PARTNER = "acme/partnership/part_1";

// Taken out behind each of the pages that the partner's records come in, unchanged since the cut-off, or changed.
test.each(
  [1, 3, 100].flatMap((items) =>
    [false, true].flatMap((isChanged) =>
      Array.from({ length: 2 * Math.ceil(11 / items) }, (_, pause) => ({ items, isChanged, pause })),
    ),
  ),
)("records taken out while they are read are told once: %j", async ({ items, isChanged, pause }) => {
  let pauses = -1;
  const world: ExportWorld = createExportWorld({
    around: betweenPages(items, async (pk) => {
      if (pk === PARTNER && (pauses += 1) === pause) await takeOut(world);
    }),
  });
  await twoOfEach(world);
  const [first, message] = [await world.request(), await world.request()];
  pauses = -Infinity;
  await world.deliver(first);
  const { manifest: _, ...undisturbed } = world.bundle(first);
  world.clock.advance(1);
  if (isChanged) await change(world);
  pauses = -1;
  await world.deliver(message);
  const bundle = world.bundle(message);
  for (const file of FILES) expect(bundle[file], file).toEqual(undisturbed[file]);
});

test("records taken out while the export rests behind them are told once", async () => {
  const world: ExportWorld = createExportWorld({
    sitting: () => 0,
    around: (ports) => ({
      ...ports,
      bundles: {
        ...ports.bundles,
        async put(key, body, options) {
          const { walk } = key.endsWith("/checkpoint.json") ? JSON.parse(String(body)) : { walk: null };
          const isBehind = String(walk?.after).endsWith("trx_1");
          if (isBehind) await takeOut(world);
          return ports.bundles.put(key, body, options);
        },
      },
    }),
  });
  await twoOfEach(world);
  const message = await world.request();
  world.clock.advance(1);
  await world.deliver(message);
  const bundle = world.bundle(message);
  for (const file of ["customers", "deals", "leads", "rewards", "transactions"] as const) {
    expect(bundle[file], file).toHaveLength(2);
  }
  expect(await world.ledger.find(transaction, "acme", "key", ["trx_1"])).toEqual([undefined]);
});

test.each([0, 1, 2])("a customer taken out while it is looked up stays out: at read %i", async (nth) => {
  let reads = -Infinity;
  const world: ExportWorld = createExportWorld({
    around: betweenPages(100, async (pk) => {
      if (pk === "acme/customer.key/cus_1" || pk === "acme/partnership/part_2") reads += 1;
      if (reads === nth) await world.remove(customer, "cus_1").finally(() => (reads = -Infinity));
    }),
  });
  await world.program();
  await world.partner("part_1");
  await world.partner("part_2");
  const buyer = await world.customer("cus_1", "part_2");
  await world.lead("lead_1", "part_1", { customer_key: buyer.key });
  const message = await world.request({ partnership_keys: ["part_1"] });
  world.clock.advance(1);
  reads = 0;
  await world.deliver(message);
  expect(world.bundle(message).leads).toMatchObject([{ customer_key: "own_cus_1", customer_name: "Customer cus_1" }]);
  expect(await world.ledger.read(customer, [customer.place(buyer)])).toEqual([undefined]);
});
