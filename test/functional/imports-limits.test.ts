import { describe, expect, test } from "vitest";
import { lead } from "../../shared/records/lead.ts";
import { reward } from "../../shared/records/reward.ts";
import { sizeOfItem } from "../fakes/item-size.ts";
import { createImportWorld, type ImportWorld, lines, short, type WorldOptions } from "./imports-harness.ts";
import { addTrigger, aReward } from "./triggers.ts";

const PARTNERS = "partner_first,partner_last,partner_email,partner_key,partner_group";
const LEADS = "external_key,partner_key,email,status,first_name,last_name,company";

/** A character of three bytes: cells are limited by characters, items by bytes. */
const WIDE = "\u6f22";

/** Groups, each with so many fields of its own on its form and a partner of its own. */
async function worldOf(groups: number, fields: number, options: WorldOptions = {}) {
  const all = Array.from({ length: groups }, (_, at) => ({
    name: `G${at}`,
    slug: `g${at}`,
    default: at === 0,
    lead_form: Array.from({ length: fields }, (__, field) => ({
      api_name: `g${at}_field_number_${field}`.padEnd(30, "x"),
      required: false,
    })),
  }));
  const world = await createImportWorld({ ...options, program: { groups: all } });
  await world.drop("partners", lines(PARTNERS, ...all.map((_, at) => `A,B,p${at}@x.io,p${at},g${at}`)));
  return { world, names: all.map(({ lead_form }) => lead_form.map(({ api_name }) => api_name)) };
}

const largest = (world: ImportWorld): number => Math.max(...world.table.items().map((item) => sizeOfItem(item)));

test.each([
  // To each of 12 groups, 11 times 30 fields are others'.
  { partRows: 12, more: 12 * 11 * 30 - 20 },
  { partRows: 3, more: 3 * 11 * 30 - 20 },
])("warnings are told by the first twenty: in parts of $partRows", async ({ partRows, more }) => {
  const { world, names } = await worldOf(12, 30, { partRows });
  const all = names.flat();
  const row = (at: number) => `l${at},p${at},e${at}@x.io,open,a,b,c,${all.map(() => "v").join(",")}`;
  const dropped = await world.drop("leads", lines(`${LEADS},${all.join(",")}`, ...names.map((_, at) => row(at))));
  expect(new Set(short(dropped))).toEqual(new Set(["created"]));
  const { warnings } = dropped.job;
  expect(warnings).toHaveLength(21);
  expect(new Set(warnings.slice(0, 20).map(({ code }) => code))).toEqual(new Set(["field_of_other_group"]));
  expect(warnings.at(-1)).toEqual({ code: "more_warnings", message: `And at least ${more} more warnings.` });
});

test("fields of former groups add up to what a record can hold, and no further", async () => {
  const { world, names } = await worldOf(4, 20);
  const told: string[] = [];
  for (const [at, own] of names.entries()) {
    const cells = own.map(() => WIDE.repeat(2000)).join(",");
    const dropped = await world.drop(
      "leads",
      lines(`${LEADS},${own.join(",")}`, `l,p${at},l@x.io,open,a,b,c,${cells}`),
    );
    told.push(...short(dropped));
  }
  expect(told).toEqual(["created", "updated", "failed too_long", "failed too_long"]);
  // Nothing else is in the way of what the record has grown to.
  const dropped = await world.drop("leads", lines(LEADS, "l,p1,l@x.io,closed,a,b,c"));
  expect(short(dropped)).toEqual(["updated"]);
  expect(world.stored(lead)).toMatchObject([{ status: "closed" }]);
});

describe("what triggers make of one row", () => {
  const mail = { type: "send_mail" as const, to: "partner" as const, subject: "s" };

  test.each([
    { mails: 2, outcome: "created" },
    { mails: 10, outcome: "failed too_many_effects" },
  ])("is written beside a large record where both fit one item: $mails long mails", async ({ mails, outcome }) => {
    const { world, names } = await worldOf(1, 20);
    const text = `{lead.fields.${names[0]?.[0]}}`.repeat(3) + WIDE.repeat(4000);
    const effects = Array.from({ length: mails }, () => ({ ...mail, text }));
    await addTrigger(world, { event: "lead_status", effects });
    const cells = names.flat().map(() => WIDE.repeat(2000));
    const file = lines(`${LEADS},${names.flat().join(",")}`, `l,p0,l@x.io,open,a,b,c,${cells.join(",")}`);
    expect(short(await world.drop("leads", file))).toEqual([outcome]);
    expect(largest(world)).toBeLessThan(400_000);
  });

  test.each([
    { triggers: 25, outcome: "created", rewards: 25 },
    { triggers: 26, outcome: "failed too_many_effects", rewards: 0 },
  ])("is up to 25 effects: $triggers", async ({ triggers, outcome, rewards }) => {
    const { world } = await worldOf(1, 1);
    await world.drop("customers", lines("customer_key,email,partner_key", "u1,u1@x.io,p0"));
    for (let made = 0; made < triggers; made++)
      await addTrigger(world, { event: "transaction_created", effects: [aReward({ amount: 5 })] });
    const dropped = await world.drop("transactions", lines("key,customer_key,amount_in_cents", "t1,u1,100"));
    expect(short(dropped)).toEqual([outcome]);
    expect(world.stored(reward)).toHaveLength(rewards);
  });
});

test("rows that name one record read no more of its history the more there are of them", async () => {
  let read = 0;
  const world = await createImportWorld({
    around: (ports) => ({
      ...ports,
      table: {
        ...ports.table,
        async *query(query) {
          for await (const page of ports.table.query(query)) {
            if (query.pk.includes("/history/")) read += page.length;
            yield page;
          }
        },
      },
    }),
  });
  await world.drop("partners", lines(PARTNERS, "Ada,L,ada@x.io,ada,"));
  await world.drop("customers", lines("customer_key,email,partner_key", "u1,u1@x.io,ada"));
  const rows = Array.from({ length: 100 }, (_, at) => `n/a,u1,${at + 1}`);
  const dropped = await world.drop("transactions", lines("key,customer_key,amount_in_cents", ...rows));
  expect(dropped.job.rows).toMatchObject({ created: 1, updated: 99 });
  expect(read).toBe(0);
  expect(await world.find("transaction", "key", "n/a")).toMatchObject({ amount: 100 });
});
