import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { jittery } from "../functional/imports-harness.ts";
import {
  createBreaker,
  type Fault,
  FAULTS,
  importAroundFrozen,
  persist,
  prepare,
  remains,
  type Scenario,
  totalsAndFold,
} from "./imports-faults.ts";

/** Schedules of two workers tried for each file. */
const SEEDS = 10;

/** Every message is taken once to leave it waiting, and once for good; after some of that, repetition ends. */
function twice(): () => boolean {
  let turns = 0;
  return () => turns < 200 && (turns += 1) % 2 === 1;
}

/** Thousands of worlds are compared; only where they differ, it is worth telling how. */
function expectSame(found: object, expected: object, about: string): void {
  if (!isDeepStrictEqual(found, expected)) expect(found, about).toEqual(expected);
}

/** Imports of files, disturbed at every side effect in every way, leave what undisturbed ones leave. */
export const describeImportFaults = (scenarios: Readonly<Record<string, Scenario>>): void =>
  describe.each(Object.entries(scenarios))("%s", (_, scenario) => {
    const undisturbed = async () => {
      const breaker = createBreaker();
      const { world, object } = await prepare(scenario, breaker);
      breaker.breakAt(Infinity, "dies before");
      await persist(world, object, breaker);
      return { world, steps: breaker.steps, left: await remains(world) };
    };

    it.each(FAULTS)("leaves the same when a worker %s any one of its writes", async (fault: Fault) => {
      const { steps, left } = await undisturbed();
      expect(steps).toBeGreaterThan(3);
      for (let step = 1; step <= steps; step++) {
        const breaker = createBreaker();
        const { world, object } = await prepare(scenario, breaker);
        breaker.breakAt(step, fault);
        await persist(world, object, breaker);
        // What a failed call left under way ends before the world is looked at.
        await new Promise((resolve) => setImmediate(resolve));
        expect(breaker.broke, `step ${step}`).toBe(true);
        expectSame(await remains(world), left, `step ${step} of ${steps}`);
      }
    });

    it("leaves the same when everything is delivered once more at the end", async () => {
      const { left } = await undisturbed();
      const breaker = createBreaker();
      const { world, object } = await prepare(scenario, breaker);
      const messages = await persist(world, object, breaker);
      world.clock.advance(60_000);
      await world.open(object);
      for (const message of messages) await world.work(message);
      await world.drain();
      expect(await remains(world)).toEqual(left);
    });

    it("leaves the same when two workers have each message at the same time", async () => {
      const { left } = await undisturbed();
      for (let seed = 1; seed <= SEEDS; seed++) {
        const breaker = createBreaker();
        const { world, object } = await prepare(scenario, breaker, (ports) => jittery(seed, ports));
        await Promise.all([world.open(object), world.open(object)]);
        await world.drain({ next: () => 0, again: twice(), workers: () => 2 });
        expectSame(await remains(world), left, `seed ${seed}`);
      }
    });

    it("leaves the same when a worker stands still at any one of its calls, is replaced, and goes on at the end", async () => {
      const { left } = await undisturbed();
      const { calls } = await importAroundFrozen(scenario, Infinity);
      for (let step = 1; step <= calls; step++) {
        const { world } = await importAroundFrozen(scenario, step);
        expectSame(await remains(world), left, `call ${step} of ${calls}`);
      }
    });

    it("adds up: totals are the sums of the records, outcomes those of the rows", async () => {
      const { world } = await undisturbed();
      for (const { totals, fold } of Object.values(await totalsAndFold(world))) expect(totals).toEqual(fold);
    });
  });
