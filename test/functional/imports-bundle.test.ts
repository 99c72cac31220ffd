import { beforeAll, describe, expect, it } from "vitest";
import { majorUnits } from "../../shared/records/currency.ts";
import { customer } from "../../shared/records/customer.ts";
import { deal } from "../../shared/records/deal.ts";
import { group } from "../../shared/records/group.ts";
import { lead } from "../../shared/records/lead.ts";
import { partnership } from "../../shared/records/partnership.ts";
import type { BaseRecord } from "../../shared/records/record.ts";
import { type Reward, reward } from "../../shared/records/reward.ts";
import { transaction } from "../../shared/records/transaction.ts";
import { readArchive } from "../unit/exports/read-archive.ts";
import { makeProgram } from "./exports/a-program.ts";
import { createExportWorld, type ExportWorld, RATES } from "./exports/export-world.ts";
import { createImportWorld, type Dropped, type ImportWorld, lines, short } from "./imports-harness.ts";

/** In the order in which they refer to each other. */
const ORDER = ["partners", "customers", "transactions", "rewards", "leads", "deals"] as const;
type Files = Readonly<Record<(typeof ORDER)[number], string>>;
const GROUPS = [
  { name: "Default", slug: "default", default: true },
  { name: "Agencies, large", slug: "agencies" },
  { name: "=Resellers", slug: "resellers" },
];

async function dropAll(world: ImportWorld, files: Files): Promise<Record<keyof Files, Dropped>> {
  const dropped = new Map<string, Dropped>();
  for (const type of ORDER) dropped.set(type, await world.drop(type, files[type], { name: `${type}.csv` }));
  return Object.fromEntries(dropped) as Record<keyof Files, Dropped>;
}

/** All that the program holds but for the imports themselves. */
const kept = (world: ImportWorld) => world.table.items().filter(({ pk }) => !/^acme\/(import|audit)\//.test(pk));

const toSecond = (instant: number) => instant - (instant % 1000);

describe("the files of a bundle", () => {
  let source: ExportWorld;
  let program: ImportWorld;
  let files: Files;

  beforeAll(async () => {
    source = createExportWorld();
    await makeProgram(source);
    // Moments that no file can tell to the millisecond, and what has no word or no text in a file.
    source.clock.advance(137);
    await source.partner("part_odd", { first_name: "=Ada", tags: ["a b"], manager: "-boss", group_joined_at: 1137 });
    const eve = await source.customer("cus_odd", "part_odd", {
      customer_key: "+49 30",
      company_name: "'=x",
      source_type: "link",
    });
    source.clock.advance(137);
    await source.transaction("trx_odd", eve, {
      amount: -1234,
      currency: "JPY",
      amount_usd: -827,
      product_key: "@p",
      approved: false,
      unapproved_reasons: ["=fraud"],
    });
    const statuses = ["pending", "declined", "hold", "approved", "paid", "scheduled"] as const;
    for (const reward_status of statuses)
      await source.reward(`rwrd_${reward_status}`, "part_odd", {
        reward_status,
        source: reward_status === "paid" ? "manual" : "trigger",
        ready_at: reward_status === "scheduled" ? source.clock() + 86_400_000 : null,
        transaction_key: "trx_odd",
        customer_key: "cus_odd",
      });
    await source.reward("rwrd_untold", "part_odd", { description: "", amount: 5, currency: "JPY", amount_usd: 3 });
    source.clock.advance(60_000);
    const message = await source.request();
    await source.deliver(message);
    const texts = readArchive(Buffer.from(source.archive(message))).map(({ name, content }) => [
      name.replace(".csv", ""),
      content.toString(),
    ]);
    files = Object.fromEntries(texts) as Files;
    program = await createImportWorld({ items: source.table.items() });
  });

  it("change nothing in the program that they came from", async () => {
    const before = kept(program);
    const dropped = await dropAll(program, files);
    for (const type of ORDER) {
      const { outcomes, job } = dropped[type];
      // Bundles have no rows of leads and deals yet.
      expect(job.reason_code, type).toBe(type === "leads" || type === "deals" ? "no_rows" : null);
      expect(
        outcomes.filter(({ outcome }) => outcome !== "unchanged"),
        type,
      ).toEqual([]);
    }
    expect(dropped.rewards.outcomes.length).toBeGreaterThan(50);
    expect(kept(program)).toEqual(before);
  });

  it("make the same records in an empty program, as far as they carry them", async () => {
    const fresh = await createImportWorld({ program: { groups: GROUPS, rates: RATES } });
    const dropped = await dropAll(fresh, files);
    for (const type of ["partners", "customers", "transactions"] as const)
      expect(new Set(short(dropped[type])), type).toEqual(new Set(["created"]));
    // Which customers belong to whom, by what is the same here and there.
    const idOf = new Map(fresh.stored(partnership).map(({ key, partner_key }) => [key, partner_key]));
    const ownKeys = (world: ImportWorld) => new Map(world.stored(customer).map((one) => [one.key, one.customer_key]));
    const [there, here] = [ownKeys(program), ownKeys(fresh)];
    const homes = new Map(program.stored(customer).map((one) => [one.customer_key, one.partnership_key]));

    const groupNames = ["Default", "Agencies, large", "=Resellers"];
    const groupsOf = (world: ImportWorld) => new Map(world.stored(group).map(({ key, name }) => [key, name]));
    const [groupsThere, groupsHere] = [groupsOf(program), groupsOf(fresh)];
    expect([...groupsHere.values()].toSorted()).toEqual(groupNames.toSorted());
    expect(
      byKey(
        fresh.stored(partnership).map((one) => ({
          key: one.partner_key,
          ...carried(one, ["email", "first_name", "manager", "tags", "archived", "joined_at", "group_joined_at"]),
          group: groupsHere.get(one.group_key),
        })),
      ),
    ).toEqual(
      byKey(
        program.stored(partnership).map((one) => ({
          ...carried(one, ["key", "email", "first_name", "manager", "tags", "archived"]),
          joined_at: toSecond(one.joined_at),
          group_joined_at: toSecond(one.group_joined_at),
          group: groupsThere.get(one.group_key),
        })),
      ),
    );
    expect(
      byKey(
        fresh.stored(customer).map((one) => ({
          key: one.customer_key,
          ...carried(one, ["email", "company_name", "source_type", "created_at"]),
          partner: one.partnership_key && idOf.get(one.partnership_key),
        })),
      ),
    ).toEqual(
      byKey(
        program.stored(customer).map((one) => ({
          key: one.customer_key,
          ...carried(one, ["email", "company_name", "source_type"]),
          created_at: toSecond(one.created_at),
          partner: one.partnership_key,
        })),
      ),
    );
    const money = ["key", "amount", "currency", "amount_usd", "product_key", "approved"] as const;
    expect(
      byKey(
        fresh.stored(transaction).map((one) => ({
          ...carried(one, [...money, "created_at"]),
          customer: here.get(one.customer_key),
          partner: one.partnership_key && idOf.get(one.partnership_key),
        })),
      ),
    ).toEqual(
      byKey(
        program.stored(transaction).map((one) => {
          const buyer = there.get(one.customer_key) ?? "";
          const created_at = toSecond(one.created_at);
          // Those of customers who have moved go to their partner of today.
          return { ...carried(one, money), created_at, customer: buyer, partner: homes.get(buyer) };
        }),
      ),
    );

    const rewards = program.stored(reward);
    const isForeign = (one: Reward) =>
      one.customer_key !== null && homes.get(there.get(one.customer_key) ?? "") !== one.partnership_key;
    const problems = rewards.flatMap((one) => {
      if (isForeign(one)) return [`${one.key} foreign_target`];
      // Thousandths of a dinar, taken for dollars.
      return one.currency === "KWD" && one.amount % 10 !== 0 ? [`${one.key} too_many_decimals`] : [];
    });
    const rewardIds = files.rewards
      .split("\n")
      .slice(1)
      .map((line) => /rwrd_\w+/.exec(line)?.[0] ?? "");
    expect(
      dropped.rewards.outcomes
        .flatMap(({ row, code }) => (code === null ? [] : [`${rewardIds[row - 1]} ${code}`]))
        .toSorted(),
    ).toEqual(problems.toSorted());
    const made = new Map(fresh.stored(reward).map((one) => [one.key, one]));
    expect(made.size).toBe(rewards.length - problems.length);
    for (const one of rewards) {
      const copy = made.get(one.key);
      if (copy === undefined) continue;
      expect({
        ...carried(copy, [
          "description",
          "reward_status",
          "source",
          "ready_at",
          "transaction_key",
          "created_at",
          "currency",
        ]),
        customer: copy.customer_key && here.get(copy.customer_key),
        partner: idOf.get(copy.partnership_key),
        amount: majorUnits(copy.amount, "USD"),
      }).toEqual({
        ...carried(one, ["source", "transaction_key"]),
        ready_at: one.ready_at === null ? null : toSecond(one.ready_at),
        description: one.description || "Reward",
        reward_status: one.reward_status === "scheduled" ? "hold" : one.reward_status,
        created_at: toSecond(one.created_at),
        currency: "USD",
        customer: one.customer_key && there.get(one.customer_key),
        partner: one.partnership_key,
        amount: Number(majorUnits(one.amount, one.currency)).toFixed(2),
      });
    }

    // And once more, they change nothing here either.
    const before = kept(fresh);
    const again = await dropAll(fresh, files);
    for (const type of ["partners", "customers", "transactions"] as const)
      expect(new Set(short(again[type])), type).toEqual(new Set(["unchanged"]));
    expect(kept(fresh)).toEqual(before);
  });
});

/** Files as PartnerStack's own export might have them: partner_id is whatever text. */
describe("the files of somebody else's bundle", () => {
  const FOREIGN: Files = {
    partners: lines(
      "Partner_id,partner_firstname,partner_group,partner-program_join_date,archived_status,partner_email,parnter_manager,partner_tags",
      "part_8fk2,Ada,Default,2025-01-02 03:04:05,false,ada@x.io,boss@x.io,gold|emea",
      "bo-the-builder,Bo,Default,2025-01-03 00:00:00,false,bo@x.io,,",
    ),
    customers: lines(
      "Partner_id,partner_name,customer_creation_date,customer_key,customer_ps_key,customer_creation_source,customer_email,customer_has paid_,customer_company",
      "part_8fk2,Ada,2025-02-01 10:00:00,u1,cus_x,link,u1@x.io,true,Cobol",
      "bo-the-builder,Bo,2025-02-02 10:00:00,u2,cus_y,link,u2@x.io,false,",
      ",,2025-02-03 10:00:00,u3,cus_z,link,u3@x.io,false,",
      "part_none,Eve,2025-02-04 10:00:00,u4,cus_w,link,u4@x.io,false,",
    ),
    transactions: lines(
      "partner_id,transaction_key,transaction_create_date,transaction_product_key,transaction_amount,transaction_currency,transaction_approved,customer_key,customer_ps_key",
      "part_8fk2,t1,2025-03-01 10:00:00,plan,12.50,EUR,true,u1,cus_x",
    ),
    rewards: lines(
      "partner_id,partner_name,reward_key,reward_amount,reward_description_reward_created_date,reward_description,reward_created_date,reward_status,reward_source,reward_transaction_key,reward_customer_key,reward_release_date",
      "part_8fk2,Ada,rwrd_1,1.25,,Ten percent,2025-03-02 10:00:00,paid,trigger,t1,u1,",
      "bo-the-builder,Bo,rwrd_2,5.00,,Welcome,2025-03-02 10:00:00,scheduled,trigger,,u2,2025-04-02 10:00:00",
    ),
    leads: lines(
      "partner_id,partner_name,lead_email,lead_status,lead_amount,lead_created_date,lead_approved,lead_decline_reason,customer_name",
      "bo-the-builder,Bo,lead@x.io,open,100.00,2025-03-03 10:00:00,true,,Grace",
    ),
    deals: lines(
      "partner_id,deal_account_name,deal_email,deal_stage,deal_amount,deal_last_updated,deal_close_date,deal_created_date,deal_lost_reason,deal_contact_first_name",
      "part_8fk2,Cobol,buyer@x.io,Working,2500.00,2025-03-04 10:00:00,2025-06-30 00:00:00,2025-03-04 10:00:00,,Grace",
    ),
  };

  const create = () =>
    createImportWorld({
      program: { groups: GROUPS, rates: RATES, features: { leads_enabled: true, deals_enabled: true } },
    });

  it("make a program in an empty one, all good rows of it", async () => {
    const world = await create();
    const dropped = await dropAll(world, FOREIGN);
    expect(Object.fromEntries(ORDER.map((type) => [type, short(dropped[type])]))).toEqual({
      partners: ["created", "created"],
      customers: ["created", "created", "created", "failed unknown_partner"],
      transactions: ["created"],
      rewards: ["created", "created"],
      leads: ["created"],
      deals: ["created"],
    });
    const idOf = new Map(world.stored(partnership).map(({ key, partner_key }) => [key, partner_key]));
    const owners = [customer, transaction, reward, lead, deal].map((kind) =>
      world
        .stored<BaseRecord & { readonly partnership_key: string | null }>(kind)
        .map(({ partnership_key }) => idOf.get(partnership_key ?? "")),
    );
    expect(owners).toEqual([
      ["part_8fk2", "bo-the-builder", undefined],
      ["part_8fk2"],
      ["part_8fk2", "bo-the-builder"],
      ["bo-the-builder"],
      ["part_8fk2"],
    ]);
    expect(world.stored(reward)).toMatchObject([
      { key: "rwrd_1", amount: 125, currency: "USD", reward_status: "paid", transaction_key: "t1" },
      { key: "rwrd_2", amount: 500, currency: "USD", reward_status: "hold", transaction_key: null },
    ]);
    expect(world.stored(transaction)).toMatchObject([{ key: "t1", amount: 1250, currency: "EUR", amount_usd: 1355 }]);
  });

  it.each([
    ["the same bytes", (text: string) => text, "unchanged"],
    // Deals have no keys.
    ["a later export", (text: string) => text.replaceAll("\n", "\r\n"), "created"],
  ])("come to nothing more when they are dropped again, as %s", async (_, later, deals) => {
    const world = await create();
    await dropAll(world, FOREIGN);
    const before = kept(world);
    for (const type of ORDER.slice(0, -1)) {
      const again = await world.drop(type, later(FOREIGN[type]));
      const wanted = ["unchanged", ...(type === "customers" ? ["failed unknown_partner"] : [])];
      expect(new Set(short(again)), type).toEqual(new Set(wanted));
    }
    expect(kept(world)).toEqual(before);
    expect(short(await world.drop("deals", later(FOREIGN.deals)))).toEqual([deals]);
  });

  it("leave a partner who is here already the key that they have, and say so", async () => {
    const world = await create();
    await world.drop("partners", lines("partner_first,partner_last,partner_email,partner_key", "Ada,L,ada@x.io,ada"));
    const dropped = await dropAll(world, FOREIGN);
    expect(short(dropped.partners)).toEqual(["updated", "created"]);
    expect(await world.find("partnership", "email", "ada@x.io")).toMatchObject({ partner_key: "ada", last_name: "L" });
    expect(dropped.partners.job.warnings.map(({ code }) => code)).toContain("partner_id_not_taken");
    expect(short(dropped.customers)).toEqual([
      "failed unknown_partner",
      "created",
      "created",
      "failed unknown_partner",
    ]);
  });

  it("name nobody by another's partner_id", async () => {
    const world = await create();
    await dropAll(world, FOREIGN);
    const [row = ""] = FOREIGN.partners.split("\n").slice(1);
    const dropped = await world.drop(
      "partners",
      lines(FOREIGN.partners.split("\n")[0] ?? "", row.replace("ada@x.io", "bo@x.io")),
    );
    expect(dropped.outcomes).toMatchObject([{ outcome: "failed", code: "key_taken", column: "Partner_id" }]);
  });
});

function carried<R extends object, const Name extends keyof R>(record: R, names: readonly Name[]) {
  return Object.fromEntries(names.map((name) => [name, record[name]]));
}

const byKey = (shown: readonly object[]) =>
  shown.map((one) => JSON.stringify(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))).toSorted();
