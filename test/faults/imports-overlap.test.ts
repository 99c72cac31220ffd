import { describe, expect, it } from "vitest";
import { type ImportWorld, jittery, lines, randomFrom } from "../functional/imports-harness.ts";
import { recordsOf } from "../functional/imports-property.ts";
import { type Breaker, createBreaker, persist, prepare, totalsAndFold } from "./imports-faults.ts";

const PARTNERS = "partner_first,partner_last,partner_email,partner_key,partner_tags,partner_joined_date";
const CUSTOMERS = "customer_key,email,partner_key,name,provider_key,created_at";
const TRANSACTIONS = "key,customer_key,amount_in_cents,currency,created_at,product_key";

const BEFORE = [
  [
    "partners",
    lines(PARTNERS, "Ada,Lee,ada@x.io,k1,,2025-01-01", "Bo,Ng,bo@x.io,k2,,2025-01-02", "Cy,Oz,cy@x.io,k3,,2025-01-03"),
  ],
  [
    "customers",
    lines(CUSTOMERS, "u1,u1@x.io,k1,Uma,,2026-01-01", "u2,u2@x.io,k2,,,2026-01-02", "u3,u3@x.io,,,,2026-02-03"),
  ],
  [
    "transactions",
    lines(TRANSACTIONS, "t1,u1,1000,EUR,2026-01-05,", "t2,u2,2000,,2026-01-06,", "t3,u3,300,,2026-02-06,"),
  ],
] as const;

/** Two files about the same records, each of which is in either of them once, or twice with nothing to do at first. */
const OVERLAPS: Readonly<Record<string, { type: string; otherType?: string; one: string; other: string }>> = {
  partners: {
    type: "partners",
    one: lines(
      PARTNERS,
      "Ada,Lee,ada@x.io,k1,,",
      "Ada,One,ada@x.io,k1,,",
      "Bo,One,bo@x.io,k2,x,",
      "New,One,new@x.io,k4,,2026-01-01",
      "Cy,Oz,cy@x.io,k3,,",
    ),
    other: lines(
      PARTNERS,
      "Ada,Other,ada@x.io,k1,y,",
      "Bo,Ng,bob@x.io,k2,,",
      "New,Other,new@x.io,k4,z,2026-01-02",
      "Cy,Other,cy@x.io,k3,,",
    ),
  },
  customers: {
    type: "customers",
    one: lines(
      CUSTOMERS,
      "u1,u1@x.io,k1,Uma,,",
      "u1,u1@x.io,,One,,",
      "u2,u2@x.io,k1,,p2,",
      "u3,u3@x.io,k1,,,2026-03-03",
      "u4,u4@x.io,k1,One,,2026-01-01",
    ),
    other: lines(
      CUSTOMERS,
      "u1,u1@x.io,k2,,,",
      "u2,two@x.io,k3,,,2026-03-01",
      "u3,u3@x.io,k2,Other,,",
      "u4,u4@x.io,k2,Other,,2026-01-02",
    ),
  },
  transactions: {
    type: "transactions",
    one: lines(
      TRANSACTIONS,
      "t1,u1,1000,,,",
      "t2,u1,2000,,,",
      "t1,u1,1100,,,",
      "t3,u3,300,EUR,,",
      "t4,u1,1,,2026-01-01,",
    ),
    other: lines(TRANSACTIONS, "t1,u2,1000,,2026-03-05,", "t2,u2,2200,,,team", "t3,u1,300,,,", "t4,u2,2,,2026-01-02,x"),
  },
  "transactions, and one of their customers on the move": {
    type: "transactions",
    otherType: "customers",
    one: lines(
      TRANSACTIONS,
      "t1,u1,1100,,,",
      "t5,u1,5,,2026-01-05,",
      "t6,u2,6,,2026-01-06,",
      "t7,u3,7,,2026-01-07,",
      "t5,u2,5,,,",
      "t2,u3,2000,,,",
    ),
    other: lines(CUSTOMERS, "u1,u1@x.io,k2,,,", "u2,u2@x.io,k3,,,", "u3,u3@x.io,k1,,,"),
  },
};

type Dropping = readonly [type: string, text: string];

describe.each(Object.entries(OVERLAPS))(
  "two files about the same records: %s",
  (_, { type, otherType = type, one, other }) => {
    const scenario = { before: BEFORE, type, body: one, partRows: 2, waveRows: 2 };
    const begin = (breaker: Breaker, around = breaker.around) => prepare(scenario, breaker, around);

    /** The records as they are when one file comes wholly behind the other. */
    async function behind(...files: readonly Dropping[]): Promise<string[][]> {
      const { world } = await begin(createBreaker());
      for (const [index, [kind, text]] of files.entries()) await world.drop(kind, text, { name: `${index}.csv` });
      return textsOf(world);
    }

    let orders: Promise<string[][][]> | undefined;

    async function expectOneOrder(world: ImportWorld, about: string): Promise<void> {
      orders ??= Promise.all([behind([type, one], [otherType, other]), behind([otherType, other], [type, one])]);
      const [oneOrder = [], otherOrder = []] = await orders;
      const found = textsOf(world);
      for (const [kind, records] of found.entries()) {
        const possible = new Set([...(oneOrder[kind] ?? []), ...(otherOrder[kind] ?? [])]);
        for (const record of records) expect(possible, `${about}: ${record}`).toContain(record);
        expect(records).toHaveLength(oneOrder[kind]?.length ?? 0);
      }
      for (const { totals, fold } of Object.values(await totalsAndFold(world))) expect(totals, about).toEqual(fold);
    }

    it("a worker dies at any write, the other file is imported, and the message comes again: each record is as in one of the two orders", async () => {
      const counter = createBreaker();
      const undisturbed = await begin(counter);
      counter.breakAt(Infinity, "dies before");
      await persist(undisturbed.world, undisturbed.object, counter);

      for (let step = 1; step <= counter.steps; step++) {
        const breaker = createBreaker();
        const { world, object } = await begin(breaker);
        breaker.breakAt(step, "dies before");
        const between = async (): Promise<void> => {
          // The first file's messages wait meanwhile.
          const waiting = world.imports.drain();
          await world.drop(otherType, other, { name: "other.csv" });
          await world.ports.imports.send(waiting);
        };
        await persist(world, object, breaker, { between });
        const { job } = await world.result(object);
        const { total, created, updated, unchanged, skipped, failed } = job.rows;
        expect(created + updated + unchanged + skipped + failed).toBe(total);
        await expectOneOrder(world, `step ${step}`);
      }
    });

    it("both are imported at the same time, in many schedules: each record is as in one of the two orders", async () => {
      for (let seed = 1; seed <= 12; seed++) {
        const { world, object } = await begin(createBreaker(), (ports) => jittery(seed, ports));
        const rival = world.put(`imports/acme/${otherType}/other.csv`, other);
        await Promise.all([world.open(object), world.open(rival)]);
        const random = randomFrom(seed);
        await world.drain({ next: (waiting) => Math.floor(random() * waiting), again: () => false, workers: () => 2 });
        for (const dropped of [object, rival]) expect((await world.result(dropped)).job.status).toBe("completed");
        await expectOneOrder(world, `seed ${seed}`);
      }
    });
  },
);

const textsOf = (world: ImportWorld): string[][] =>
  Object.values(recordsOf(world)).map((records) =>
    (records as readonly object[]).map((record) => JSON.stringify(record)),
  );
